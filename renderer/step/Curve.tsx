import { useMemo } from "react";
import type { Tensor } from "../../src/shape/dtype.ts";
import { limitText, valueText } from "../tensors/texts.ts";
import { extentOf, numbersOf } from "../tensors/values.ts";
import styles from "./step.module.css";

/** Points that a curve is drawn through, and units of its drawing. */
const points = 160;
const size = 100;
const margin = 8;

/** The curve of a function with the point that is looked at, over the range that the input has. */
export function Curve({
  curve,
  tangent,
  at,
  values,
  side,
  label,
}: {
  curve: (x: number) => number;
  /** Slope of the line that touches it at the point; null draws none. */
  tangent: number | null;
  at: number;
  values: Tensor;
  side: number;
  label: string;
}) {
  const { least, greatest } = useMemo(() => extentOf(numbersOf(values)), [values]);
  const { path, x, y, low, high } = useMemo(() => {
    const reach = Math.max(1, Math.abs(least), Math.abs(greatest), Math.abs(at));
    const from = Math.min(least, -reach / 2);
    const to = Math.max(greatest, reach / 2);
    return drawn(curve, from, to, at);
  }, [curve, least, greatest, at]);
  const [px, py] = [x(at), y(curve(at))];
  const line = tangent === null || !Number.isFinite(tangent) ? null : tangentLine(x, y, at, curve(at), tangent);
  return (
    <svg
      className={styles.curve}
      width={side}
      height={side}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={`${label}: ${valueText(at)} → ${valueText(curve(at))}`}
    >
      <path className={styles.axis} d={`M0 ${y(0)}H${size}M${x(0)} 0V${size}`} />
      {line && <path className={styles.tangent} d={line} />}
      <path className={styles.function} d={path} />
      <path className={styles.lead} d={`M${px} ${y(0)}V${py}H${x(0)}`} />
      <circle className={styles.point} cx={px} cy={py} r="2.4" />
      <text className={styles.limit} x={size - 2} y={Math.min(size - 2, y(0) + 6)} textAnchor="end">
        {limitText(high.x)}
      </text>
      <text className={styles.limit} x={2} y={Math.min(size - 2, y(0) + 6)}>
        {limitText(low.x)}
      </text>
      <text className={styles.limit} x={Math.min(size - 14, x(0) + 2)} y={7}>
        {limitText(high.y)}
      </text>
    </svg>
  );
}

function drawn(curve: (x: number) => number, from: number, to: number, at: number) {
  const xs = Array.from({ length: points + 1 }, (_, i) => from + ((to - from) * i) / points);
  const ys = xs.map(curve);
  const finite = [...ys, curve(at), 0].filter(Number.isFinite);
  const [bottom, top] = [Math.min(...finite), Math.max(...finite)];
  const span = top - bottom || 1;
  const x = (v: number): number => round(((v - from) / (to - from)) * size);
  const y = (v: number): number => round(margin + (1 - (v - bottom) / span) * (size - 2 * margin));
  const path = xs
    .map((v, i) => {
      const w = ys[i] as number;
      if (!Number.isFinite(w)) return "";
      const begins = i === 0 || !Number.isFinite(ys[i - 1] as number);
      return `${begins ? "M" : "L"}${x(v)} ${y(w)}`;
    })
    .join("");
  return { path, x, y, low: { x: from, y: bottom }, high: { x: to, y: top } };
}

const round = (v: number): number => Math.round(v * 100) / 100;

function tangentLine(
  x: (v: number) => number,
  y: (v: number) => number,
  at: number,
  value: number,
  slope: number,
): string {
  const reach = (size / (x(1) - x(0))) * 0.22;
  return `M${x(at - reach)} ${y(value - slope * reach)}L${x(at + reach)} ${y(value + slope * reach)}`;
}
