import { useMemo } from "react";
import type { GraphDocument } from "../../src/graph/document.ts";
import { colorVar } from "../ui/Glyph.tsx";
import styles from "./Thumbnail.module.css";
import { thumbOf } from "./thumbnail.ts";

/** Size of the picture, and the margin around the network (px). */
const area = { width: 260, height: 92, margin: 12 } as const;
/** A small network is not blown up beyond this. */
const largestScale = 0.42;

/** A network at a glance: boxes in the colours of their categories, and wires. */
export function Thumbnail({ document }: { document: GraphDocument }) {
  const thumb = useMemo(() => thumbOf(document), [document]);
  if (!thumb) return null;
  const { x, y, width, height } = thumb.viewBox;
  const scale = Math.min(
    (area.width - 2 * area.margin) / width,
    (area.height - 2 * area.margin) / height,
    largestScale,
  );
  const left = (area.width - width * scale) / 2 - x * scale;
  const top = (area.height - height * scale) / 2 - y * scale;
  return (
    <svg className={styles.thumb} viewBox={`0 0 ${area.width} ${area.height}`} aria-hidden="true">
      <g transform={`translate(${left} ${top}) scale(${scale})`}>
        {thumb.wires.map((d) => (
          <path key={d} d={d} className={styles.wire} strokeWidth={1.1 / scale} />
        ))}
        {thumb.boxes.map((b) => (
          <g key={`${b.x} ${b.y}`} style={{ "--cat": colorVar(b.color) } as React.CSSProperties}>
            <rect {...place(b)} rx={6} className={styles.box} strokeWidth={0.8 / scale} />
            <rect {...place(b)} width={Math.max(4, 2.6 / scale)} rx={2} className={styles.spine} />
          </g>
        ))}
      </g>
    </svg>
  );
}

const place = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) => ({
  x,
  y,
  width,
  height,
});
