import { useEffect, useRef } from "react";
import { elementCount, type Tensor } from "../../../../src/shape/dtype.ts";
import { useColours } from "../../../tensors/colours.ts";
import { paintPlane } from "../../../tensors/paint.ts";
import { colourPlanes, plane } from "../../../tensors/planes.ts";
import { extentOf, niceLimit, numbersOf, scaleFor, type Values } from "../../../tensors/values.ts";
import styles from "./Predictions.module.css";

/** How a sample is pictured: by the sizes of what the network is shown. */
export type Look = "picture" | "point" | "tokens" | "bars" | "none";

/** More bars than this are a picture. */
const mostBars = 24;

export function lookOf(dims: readonly number[], dtype: Tensor["dtype"] | undefined): Look {
  const sizes = dims.length === 3 && (dims[0] === 1 || dims[0] === 3) ? dims.slice(1) : dims;
  if (dtype === undefined) return "none";
  if (dtype === "int64" || dtype === "int32") return "tokens";
  if (sizes.length === 2 && sizes.every((d) => d > 1)) return "picture";
  const count = elementCount(dims);
  if (count === 2) return "point";
  return count <= mostBars ? "bars" : "picture";
}

/** One sample of a batch as a small picture; readers get its label from the card around it. */
export function SamplePicture({ tensor, at, look, limit }: { tensor: Tensor; at: number; look: Look; limit: number }) {
  const dims = tensor.dims.slice(1);
  const size = elementCount(dims);
  const values = numbersOf(tensor);
  switch (look) {
    case "picture":
      return <Pixels values={slice(values, at * size, size)} dims={dims} />;
    case "point":
      return <Point x={values[at * size] as number} y={values[at * size + 1] as number} limit={limit} />;
    case "bars":
      return <Bars values={slice(values, at * size, size)} limit={limit} />;
    case "tokens":
      return (
        <span className={styles.tokens}>{Array.from(slice(values, at * size, Math.min(size, 12))).join(" ")}</span>
      );
    case "none":
      return null;
  }
}

/** The limit that all samples of a batch are drawn to. */
export const limitOf = (tensor: Tensor | null): number => (tensor ? niceLimit(extentOf(numbersOf(tensor)).largest) : 1);

const slice = (values: Values, from: number, count: number): Values =>
  Array.prototype.slice.call(values, from, from + count) as number[];

/** Ink on paper; three channels are red, green and blue. */
function Pixels({ values, dims }: { values: Values; dims: readonly number[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const table = useColours("grey");
  const colour = dims.length === 3 && dims[0] === 3;
  const flat = dims.length === 1 ? wrappedSizes(dims[0] as number) : null;
  const rows = flat?.rows ?? dims.at(-2) ?? 1;
  const columns = flat?.columns ?? dims.at(-1) ?? 1;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const picture = colour ? colourPlanes(dims)[0] : plane(rows, columns);
    if (!picture) return;
    const pixels = new Uint32Array(rows * columns);
    const extent = extentOf(values);
    // Colours need both ends as well; they are scaled with their picture, as ink is.
    paintPlane(pixels, 0, values, picture, scaleFor(extent, "grey"), table);
    context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), columns, rows), 0, 0);
  }, [values, dims, rows, columns, colour, table]);
  return <canvas ref={canvas} className={styles.pixels} width={columns} height={rows} />;
}

function wrappedSizes(count: number): { rows: number; columns: number } {
  const columns = Math.ceil(Math.sqrt(count));
  return { rows: Math.ceil(count / columns), columns };
}

function Point({ x, y, limit }: { x: number; y: number; limit: number }) {
  const place = (v: number): number => 16 + (v / limit) * 14;
  return (
    <svg className={styles.point} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M16 2v28M2 16h28" className={styles.axis} />
      <circle cx={place(x)} cy={place(-y)} r="2.6" />
    </svg>
  );
}

function Bars({ values, limit }: { values: Values; limit: number }) {
  const count = values.length;
  const [width, gap] = [32 / count, count > 12 ? 0.3 : 0.8];
  return (
    <svg className={styles.point} viewBox="0 0 32 32" preserveAspectRatio="none" aria-hidden="true">
      <path d="M0 16h32" className={styles.axis} />
      {Array.from(values, (v, i) => {
        const height = Math.min(15, (Math.abs(v) / limit) * 15);
        const key = `bar${i}`;
        return (
          <rect
            key={key}
            x={i * width + gap / 2}
            width={Math.max(0.5, width - gap)}
            y={v > 0 ? 16 - height : 16}
            height={height}
            data-negative={v < 0}
          />
        );
      })}
    </svg>
  );
}
