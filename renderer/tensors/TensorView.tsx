import { useMemo } from "react";
import type { DType } from "../../src/shape/dtype.ts";
import { Bars } from "./Bars.tsx";
import { Histogram } from "./Histogram.tsx";
import { Numbers } from "./Numbers.tsx";
import { Picture } from "./Picture.tsx";
import { filterPlanes, type Plane, plane, wrapped } from "./planes.ts";
import { ImageGrid } from "./TensorPicture.tsx";
import { TokenStrip } from "./TokenStrip.tsx";
import { extentOf, type Scale, scaleFor, type Values } from "./values.ts";
import { type TensorRole, type ViewKind, viewOf } from "./views.ts";

/** A tensor in the view that suits it, or in the one that was chosen. Of a batch, one sample is given. */
export function TensorView({
  values,
  dims,
  dtype,
  what,
  label,
  view,
  scale,
  channel = 0,
  maxHeight = 200,
  width,
  names,
  onPick,
}: {
  values: Values;
  dims: readonly number[];
  dtype: DType;
  what: TensorRole;
  label: string;
  view?: ViewKind;
  /** Of several pictures that are to be compared; from the values when left out. */
  scale?: Scale;
  /** Input channel that filters are looked at by. */
  channel?: number;
  maxHeight?: number;
  width?: number;
  names?: readonly string[];
  onPick?: (flat: number) => void;
}) {
  const kind = view ?? viewOf({ dtype, dims }, what);
  const own = useMemo(() => {
    const tone =
      what === "data" && dims.length >= 2 ? "grey" : what === "gradient" || what === "parameter" ? "signed" : undefined;
    return scaleFor(extentOf(values), tone);
  }, [values, what, dims.length]);
  const planes = useMemo(() => planesFor(kind, dims, channel), [kind, dims, channel]);
  const common = {
    values,
    label,
    scale: scale ?? own,
    maxHeight,
    ...(width === undefined ? {} : { width }),
    ...(onPick ? { onPick } : {}),
  };
  switch (kind) {
    case "images":
      return (
        <ImageGrid
          {...common}
          dims={dims}
          inColour={what === "data" && dims.at(-3) === 3}
          smallest={24}
          numbers={true}
        />
      );
    case "filters":
      return <Picture {...common} dims={dims} planes={planes} smallest={16} largest={72} numbers={true} />;
    case "matrix":
      return <Picture {...common} dims={dims} planes={planes} numbers={true} />;
    case "bars":
      return <Bars values={values} label={label} {...(names ? { names } : {})} {...(onPick ? { onPick } : {})} />;
    case "tokens":
      return <TokenStrip values={values} label={label} {...(names ? { words: names } : {})} />;
    case "histogram":
      return <Histogram values={values} label={label} series={what === "gradient" ? "second" : "first"} height={72} />;
    case "numbers":
      return <Numbers values={values} dims={dims} label={label} />;
  }
}

/** Most lines of a picture that a long list is wrapped into. */
function planesFor(kind: ViewKind, dims: readonly number[], channel: number): readonly Plane[] {
  if (kind === "filters") return filterPlanes(dims, channel);
  const count = dims.reduce((a, b) => a * b, 1);
  if (dims.length <= 1) return [wrapped(count, Math.max(1, Math.ceil(Math.sqrt(count * 2))))];
  const columns = dims.length === 2 ? (dims[1] as number) : count / (dims[0] as number);
  return [plane(dims[0] as number, columns)];
}
