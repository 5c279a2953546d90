import { ChevronLeft, ChevronRight } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { coordinates, elementOf } from "../../src/explain/place.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import { useText } from "../app/text.ts";
import { Picture } from "../tensors/Picture.tsx";
import type { Plane } from "../tensors/planes.ts";
import { valueText } from "../tensors/texts.ts";
import { extentOf, numbersOf, type Scale, scaleFor } from "../tensors/values.ts";
import { IconButton } from "../ui/Button.tsx";
import { Formula } from "../ui/Formula.tsx";
import { frameOf, type Slice, sliceAt, turned } from "./slices.ts";
import styles from "./step.module.css";

/** What a tensor is, which decides its colours and how its places are named. */
export type CardKind = "data" | "value" | "gradient" | "parameter";

/** A number in a circle: the stop that tells of this card. */
export interface Mark {
  readonly number: number;
  readonly state: "now" | "done" | "open";
  readonly label: string;
  onSelect(): void;
}

export interface TensorCardProps {
  readonly tensor: Tensor;
  readonly kind: CardKind;
  /** Element that is looked at, flat, the batch counted. */
  readonly picked: number;
  /** Elements that are framed together. */
  readonly framed?: readonly number[];
  /** Side of the picture in pixels. */
  readonly side: number;
  readonly symbol: string;
  readonly caption: string;
  readonly mark?: Mark | undefined;
  readonly chips?: ReactNode;
  /** Names of the axes that one can leaf through, the batch left out. */
  readonly pageNames?: readonly string[];
  readonly told?: ReactNode;
  onPick(index: number): void;
}

/** A high picture takes no more width than it needs, down to that of the limits below it. */
const narrowest = 96;

/** One tensor of a node as a picture: a slice of it, the element that is looked at, and what it says. */
export function TensorCard(props: TensorCardProps) {
  const { tensor, kind, picked, side, framed = [], symbol, caption } = props;
  const batch = kind !== "parameter";
  const slice = useMemo(() => sliceAt(tensor.dims, picked, batch), [tensor.dims, picked, batch]);
  const sample = batch ? coordinates(tensor.dims, picked)[0] : 0;
  const { values, start } = useMemo(() => sampleValues(tensor, batch ? (sample ?? 0) : null), [tensor, batch, sample]);
  const scale = useMemo(() => scaleOf(values, kind, tensor.dims.length), [values, kind, tensor.dims.length]);
  const planes = useMemo(() => [{ ...slice.plane, offset: slice.plane.offset - start }], [slice, start]);
  const frame = frameOf(
    planes[0] as Plane,
    framed.map((i) => i - start),
  );
  const { rows, columns } = slice.plane;
  const width = rows > columns ? Math.max(narrowest, Math.round((side * columns) / rows)) : side;
  const read = (flat: number, value: number): string =>
    `${shownPlace(tensor, flat + start, batch)} = ${valueText(value)}`;
  return (
    <div className={styles.card}>
      <div className={styles.picture} style={{ width, minHeight: side }}>
        <Picture
          values={values}
          planes={planes}
          dims={batch ? tensor.dims.slice(1) : tensor.dims}
          scale={scale}
          label={`${caption}, ${shownPlace(tensor, picked, batch)} = ${valueText(elementOf(tensor, picked))}`}
          width={width}
          maxHeight={side}
          numbers={true}
          frames={frame ? [frame] : []}
          picked={picked - start}
          read={read}
          onPick={(flat) => props.onPick(flat + start)}
        />
      </div>
      <div className={styles.caption}>
        {props.mark && <MarkButton mark={props.mark} />}
        <Formula tex={symbol} />
        {caption !== "" && <span className={styles.words}>{caption}</span>}
        <Pages
          slice={slice}
          names={props.pageNames ?? []}
          onTurn={(axis, by) => props.onPick(turned(tensor.dims, picked, axis, by))}
        />
        {props.chips}
      </div>
      <div className={styles.told}>{props.told}</div>
    </div>
  );
}

/** `(4, 12, 14)`, counted from 1, without the sample. */
export const shownPlace = (t: Tensor, index: number, batch: boolean): string => {
  const at = coordinates(t.dims, index)
    .slice(batch ? 1 : 0)
    .map((c) => c + 1);
  return at.length === 0 ? "" : `(${at.join(", ")})`;
};

/** Numbers of one sample, or of all, and the flat index they begin at. */
function sampleValues(t: Tensor, sample: number | null) {
  const all = numbersOf(t);
  if (sample === null || (t.dims[0] ?? 1) === 1) return { values: all, start: 0 };
  const size = t.data.length / (t.dims[0] as number);
  const start = sample * size;
  const values = ArrayBuffer.isView(all)
    ? (all as Float32Array).subarray(start, start + size)
    : Array.from({ length: size }, (_, i) => all[start + i] as number);
  return { values, start };
}

function scaleOf(values: ArrayLike<number>, kind: CardKind, rank: number): Scale {
  const extent = extentOf(values);
  return kind === "data" && rank >= 4 ? scaleFor(extent, "grey") : scaleFor(extent, "signed");
}

export function MarkButton({ mark }: { mark: Mark }) {
  return (
    <button
      type="button"
      className={styles.mark}
      data-state={mark.state}
      aria-label={mark.label}
      aria-current={mark.state === "now" ? "step" : undefined}
      onClick={() => mark.onSelect()}
    >
      {mark.number}
    </button>
  );
}

function Pages({
  slice,
  names,
  onTurn,
}: {
  slice: Slice;
  names: readonly string[];
  onTurn: (axis: number, by: number) => void;
}) {
  const text = useText().walk;
  const pages = slice.pages.filter((p) => p.size > 1);
  if (pages.length === 0) return null;
  return (
    <>
      {pages.map((p) => {
        const name = names[slice.pages.indexOf(p)] ?? text.axes.head;
        return (
          <span key={p.axis} className={styles.page}>
            <IconButton label={`${text.earlierPage}: ${name}`} icon={ChevronLeft} onClick={() => onTurn(p.axis, -1)} />
            {text.page(name, p.at + 1, p.size)}
            <IconButton label={`${text.laterPage}: ${name}`} icon={ChevronRight} onClick={() => onTurn(p.axis, 1)} />
          </span>
        );
      })}
    </>
  );
}
