import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { useText } from "../app/text.ts";
import styles from "./Bars.module.css";
import { indexText, limitText, valueText } from "./texts.ts";
import { extentOf, niceLimit, type Values } from "./values.ts";

/** Most values that get a line with their name. */
const mostNamed = 32;

/** A list of numbers as bars; a few get a line each, with the name of their place. */
export function Bars({
  values,
  label,
  names,
  limit,
  height = 56,
  onPick,
}: {
  values: Values;
  label: string;
  /** What the places stand for: classes, features. */
  names?: readonly string[];
  /** End of the scale to both sides; from the values when left out. */
  limit?: number;
  height?: number;
  onPick?: (flat: number) => void;
}) {
  const text = useText().tensors;
  const extent = useMemo(() => extentOf(values), [values]);
  const top = limit ?? niceLimit(extent.largest);
  const low = extent.least < 0 ? -top : 0;
  if (values.length <= mostNamed && names) return <NamedBars values={values} names={names} low={low} high={top} />;
  const spoken = text.alternative(
    label,
    String(values.length),
    valueText(extent.least, 3),
    valueText(extent.greatest, 3),
    valueText(extent.mean, 3),
  );
  return (
    <Columns
      values={values}
      low={low}
      high={top}
      height={height}
      spoken={spoken}
      onPick={onPick}
      foot={low < 0 ? text.around(limitText(top)) : text.between("0", limitText(top))}
      read={(i) => text.readout(indexText([i]), valueText(values[i] as number))}
    />
  );
}

function NamedBars({
  values,
  names,
  low,
  high,
}: {
  values: Values;
  names: readonly string[];
  low: number;
  high: number;
}) {
  const part = (v: number): number => (Math.min(high, Math.max(low, v)) - low) / (high - low);
  return (
    <dl className={styles.rows}>
      {Array.from(values, (v, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a value is known by its place
        <BarRow key={i} name={names[i] ?? String(i)} value={v} from={part(Math.min(0, v))} to={part(Math.max(0, v))} />
      ))}
    </dl>
  );
}

function BarRow({ name, value, from, to }: { name: string; value: number; from: number; to: number }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className={styles.track}>
        <i
          data-sign={value < 0 ? "down" : "up"}
          style={{ left: `${from * 100}%`, width: `${Math.max(0, to - from) * 100}%` }}
        />
      </dd>
      <dd className={styles.value}>{valueText(value, 3)}</dd>
    </>
  );
}

/** Bars side by side, each one wide, as two paths however many there are; and where 0 lies. */
function barPaths(values: Values, low: number, high: number, height: number) {
  const y = (v: number): number => height * (1 - (Math.min(high, Math.max(low, v)) - low) / (high - low));
  const zero = y(0);
  const gap = values.length <= 64 ? 0.15 : 0;
  let [up, down] = ["", ""];
  for (let i = 0; i < values.length; i++) {
    const v = values[i] as number;
    if (!(v > 0 || v < 0)) continue;
    const bar = `M${i + gap / 2} ${zero}V${y(v).toFixed(2)}h${1 - gap}V${zero}z`;
    if (v > 0) up += bar;
    else down += bar;
  }
  return { up, down, zero };
}

function Columns({
  values,
  low,
  high,
  height,
  spoken,
  foot,
  read,
  onPick,
}: {
  values: Values;
  low: number;
  high: number;
  height: number;
  spoken: string;
  foot: string;
  read: (i: number) => string;
  onPick: ((flat: number) => void) | undefined;
}) {
  const id = useId();
  const [at, setAt] = useState<number | null>(null);
  const count = values.length;
  const { up, down, zero } = useMemo(() => barPaths(values, low, high, height), [values, low, high, height]);
  const onKeyDown = (e: KeyboardEvent): void => {
    const step = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
    if (step !== 0) setAt((i) => Math.min(count - 1, Math.max(0, (i ?? -step) + step)));
    else if (e.key === "Enter" && at !== null && onPick) onPick(at);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <figure>
      <svg
        className={styles.bars}
        viewBox={`0 0 ${count} ${height}`}
        style={{ height }}
        preserveAspectRatio="none"
        role="application"
        aria-label={spoken}
        aria-describedby={id}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read single values
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setAt(null)}
        onPointerMove={(e) => {
          const { left, width } = e.currentTarget.getBoundingClientRect();
          setAt(Math.min(count - 1, Math.max(0, Math.floor(((e.clientX - left) / width) * count))));
        }}
        onPointerLeave={() => setAt(null)}
        onClick={() => at !== null && onPick?.(at)}
      >
        <path className={low < 0 ? styles.up : styles.plain} d={up} />
        <path className={styles.down} d={down} />
        <path className={styles.zero} d={`M0 ${zero}H${count}`} />
        {at !== null && <rect className={styles.mark} x={at} y={0.5} width={1} height={height - 1} />}
      </svg>
      <figcaption className={styles.foot}>
        <span>{foot}</span>
        <output id={id} className={styles.readout}>
          {at === null ? "" : read(at)}
        </output>
      </figcaption>
    </figure>
  );
}
