import { useMemo } from "react";
import { Picture, type PictureProps } from "./Picture.tsx";
import { colourPlanes, plane, planesOf } from "./planes.ts";

type Rest = Omit<PictureProps, "planes" | "dims">;

/** One picture of a list of numbers: rows × columns, from `offset` on. */
export function TensorPicture({
  rows,
  columns,
  offset = 0,
  ...rest
}: Rest & { rows: number; columns: number; offset?: number; dims?: readonly number[] }) {
  const planes = useMemo(() => [plane(rows, columns, offset)], [rows, columns, offset]);
  return <Picture {...rest} planes={planes} />;
}

/** The channels of a picture beside each other; `dims` are those of one sample, such as 6 × 28 × 28. */
export function ImageGrid({ dims, inColour = false, ...rest }: Rest & { dims: readonly number[]; inColour?: boolean }) {
  const key = dims.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal sizes make equal planes
  const planes = useMemo(() => (inColour ? colourPlanes(dims) : planesOf(dims)), [key, inColour]);
  return <Picture {...rest} dims={dims} planes={planes} />;
}
