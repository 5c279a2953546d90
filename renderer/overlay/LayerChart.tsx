import { useRef } from "react";
import { pathSeparator } from "../../src/graph/blocks.ts";
import type { LayerChart as Chart } from "./facts.ts";
import styles from "./LayerChart.module.css";
import { overlayNumber } from "./numbers.ts";

const width = 280;
const height = 92;
const plot = { left: 34, right: 8, top: 8, bottom: 18 } as const;

/** A decade in which nothing lies would only make the others smaller; the axis grows by whole ones and never shrinks. */
function useDecades(run: string, ratios: readonly number[]): readonly [low: number, high: number] {
  const held = useRef<{ run: string; low: number; high: number } | null>(null);
  const logs = ratios.filter((r) => r > 0 && Number.isFinite(r)).map(Math.log10);
  const low = Math.floor(Math.min(-2, ...logs));
  const high = Math.ceil(Math.max(-1, ...logs));
  const before = held.current?.run === run ? held.current : { run, low, high };
  held.current = { run, low: Math.min(before.low, low), high: Math.max(before.high, high) };
  return [held.current.low, held.current.high];
}

/** A value for every trained layer on a logarithmic axis, with the one that is looked at marked. */
export function LayerChart({ chart: { layers, here }, run, label }: { chart: Chart; run: string; label: string }) {
  const [low, high] = useDecades(
    run,
    layers.map((l) => l.ratio),
  );
  const x = (i: number): number =>
    plot.left + (i / Math.max(1, layers.length - 1)) * (width - plot.left - plot.right - 16) + 8;
  const y = (ratio: number): number => {
    const t = ratio > 0 ? (Math.log10(ratio) - low) / (high - low) : 0;
    return height - plot.bottom - Math.min(1, Math.max(0, t)) * (height - plot.top - plot.bottom);
  };
  const points = layers.map((l, i) => ({ ...l, x: x(i), y: y(l.ratio), lost: !(l.ratio > 0) }));
  const line = points.map((p, i) => `${i === 0 ? "M" : "L"}${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join("");
  const described = layers.map((l) => `${l.id} ${overlayNumber(l.ratio)}`).join(", ");
  return (
    <svg className={styles.chart} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${label}: ${described}`}>
      {ticks(low, high).map((d) => (
        <g key={d}>
          <path className={styles.grid} d={`M${plot.left} ${y(10 ** d)}H${width - plot.right}`} />
          <text className={styles.axis} x={plot.left - 5} y={y(10 ** d) + 3.5} textAnchor="end">
            {"10"}
            <tspan dy="-4" fontSize="0.75em">
              {String(d).replace("-", "−")}
            </tspan>
          </text>
        </g>
      ))}
      <path className={styles.line} d={line} />
      {points.map((p, i) => (
        <circle
          key={p.id}
          className={styles.dot}
          cx={p.x}
          cy={p.y}
          r={i === here ? 3 : 2.2}
          data-lost={p.lost || undefined}
        />
      ))}
      {points[here] && <circle className={styles.here} cx={points[here].x} cy={points[here].y} r="5.5" />}
      {labelled(points.length, here).map((i) => (
        <text
          key={i}
          className={styles.axis}
          x={points[i]?.x}
          y={height - 5}
          textAnchor="middle"
          data-here={i === here || undefined}
        >
          {short(points[i]?.id ?? "")}
        </text>
      ))}
    </svg>
  );
}

/** At most five lines, at whole decades. */
function ticks(low: number, high: number): number[] {
  const step = Math.max(1, Math.ceil((high - low) / 4));
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => low + i * step);
}

/** Names that have room: all of five, else the first, the last, and the one that is looked at. */
function labelled(count: number, here: number): number[] {
  if (count <= 5) return Array.from({ length: count }, (_, i) => i);
  const clear = (i: number): boolean => i > count * 0.15 && i < count * 0.85;
  return [0, ...(here >= 0 && clear(here) ? [here] : []), count - 1];
}

const short = (id: string): string => {
  const name = id.split(pathSeparator).at(-1) ?? id;
  return name.length > 9 ? `${name.slice(0, 8)}…` : name;
};
