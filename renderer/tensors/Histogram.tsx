import { useId, useMemo, useState } from "react";
import { useText } from "../app/text.ts";
import styles from "./Bars.module.css";
import { binsOf } from "./histogram.ts";
import { limitText, valueText } from "./texts.ts";
import type { Values } from "./values.ts";

/** How often values lie where, with the ends of the axis and 0 below. */
export function Histogram({
  values,
  label,
  series = "first",
  bins = 31,
  height = 48,
  ends,
}: {
  values: Values;
  label: string;
  /** Colour: weights are the first series, their gradients the second. */
  series?: "first" | "second";
  /** Odd, so that 0 is in the middle of one. */
  bins?: number;
  height?: number;
  ends?: { readonly low: number; readonly high: number };
}) {
  const text = useText().tensors;
  const id = useId();
  const [at, setAt] = useState<number | null>(null);
  const found = useMemo(() => binsOf(values, bins, ends), [values, bins, ends]);
  const { low, high, counts, peak, bad } = found;
  const y = (n: number): number => height - (n === 0 ? 0 : Math.max(1, (n / peak) * height));
  const d = counts.map((n, i) => (n === 0 ? "" : `M${i + 0.1} ${height}V${y(n).toFixed(2)}h.8V${height}z`)).join("");
  const zero = low < 0 && high > 0 ? (-low / (high - low)) * bins : null;
  const edge = (i: number): string => valueText(low + (i / bins) * (high - low), 3);
  return (
    <figure>
      <svg
        className={styles.bars}
        viewBox={`0 0 ${bins} ${height}`}
        style={{ height }}
        preserveAspectRatio="none"
        role="img"
        aria-label={text.histogramOf(label, values.length, limitText(low), limitText(high))}
        onPointerMove={(e) => {
          const { left, width } = e.currentTarget.getBoundingClientRect();
          setAt(Math.min(bins - 1, Math.max(0, Math.floor(((e.clientX - left) / width) * bins))));
        }}
        onPointerLeave={() => setAt(null)}
      >
        <path className={styles[series]} d={d} />
        <path className={styles.zero} d={`M0 ${height}H${bins}`} />
        {zero !== null && <path className={styles.zero} data-dashed="" d={`M${zero} 0V${height}`} />}
        {at !== null && <rect className={styles.mark} x={at} y={0.5} width={1} height={height - 1} />}
      </svg>
      <figcaption className={styles.foot} id={id}>
        {at === null ? (
          <>
            <span>{limitText(low)}</span>
            {bad > 0 ? <span>{text.bad(bad)}</span> : zero !== null && <span>0</span>}
            <span>{limitText(high)}</span>
          </>
        ) : (
          <output className={styles.readout}>{text.bin(edge(at), edge(at + 1), counts[at] ?? 0)}</output>
        )}
      </figcaption>
    </figure>
  );
}
