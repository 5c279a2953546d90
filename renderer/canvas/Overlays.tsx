import { ViewportPortal } from "@xyflow/react";
import type { FlowGraph } from "./flow.ts";
import type { GuideLine } from "./guides.ts";
import { useView } from "./view.ts";
import styles from "./WireLine.module.css";

/** What gestures draw over the canvas: guides with their measures, the selection box, the lasso, the knife. */
export function Overlays() {
  const guides = useView((s) => s.guides);
  const stroke = useView((s) => s.stroke);
  if (guides.length === 0 && !stroke) return null;
  const points = stroke?.points.map((p) => `${p.x},${p.y}`).join(" ");
  const [a, b] = stroke?.points ?? [];
  return (
    <ViewportPortal>
      <svg className={styles.layer} aria-hidden="true">
        {guides.map((g) => (
          <Guide key={JSON.stringify(g)} guide={g} />
        ))}
        {stroke?.kind === "box" && a && b && (
          <rect
            className={styles.box}
            x={Math.min(a.x, b.x)}
            y={Math.min(a.y, b.y)}
            width={Math.abs(a.x - b.x)}
            height={Math.abs(a.y - b.y)}
          />
        )}
        {stroke?.kind === "lasso" && <polygon className={styles.lasso} points={points} />}
        {stroke?.kind === "knife" && <polyline className={styles.knife} points={points} />}
      </svg>
    </ViewportPortal>
  );
}

function Guide({ guide }: { guide: GuideLine }) {
  if (guide.kind === "line") {
    const { at, from, to } = guide;
    return <path className={styles.guide} d={guide.axis === "x" ? `M${at} ${from}V${to}` : `M${from} ${at}H${to}`} />;
  }
  const { from, to, across } = guide;
  const middle = (from + to) / 2;
  const level = guide.axis === "x";
  const d = level
    ? `M${from} ${across - 5}v10M${to} ${across - 5}v10M${from} ${across}H${to}`
    : `M${across - 5} ${from}h10M${across - 5} ${to}h10M${across} ${from}V${to}`;
  return (
    <>
      <path className={styles.guide} d={d} />
      <text className={styles.measure} x={level ? middle : across + 14} y={level ? across + 16 : middle + 4}>
        {Math.round(to - from)}
      </text>
    </>
  );
}

/** Dotted lines between nodes that share their parameters. */
export function Ties({ graph }: { graph: FlowGraph }) {
  const ties = graph.nodes.flatMap((n) => {
    if (n.type !== "layer" || n.data.share === null) return [];
    const other = graph.nodes.find((o) => o.id === n.data.share);
    if (!other) return [];
    const from = { x: n.position.x + (n.width ?? 0) / 2, y: n.position.y + (n.height ?? 0) };
    const to = { x: other.position.x + (other.width ?? 0) / 2, y: other.position.y + (other.height ?? 0) };
    const low = Math.max(from.y, to.y) + 18;
    return [{ id: n.id, d: `M${from.x} ${from.y}V${low}H${to.x}V${to.y}` }];
  });
  if (ties.length === 0) return null;
  return (
    <ViewportPortal>
      <svg className={styles.layer} aria-hidden="true">
        {ties.map((t) => (
          <path key={t.id} className={styles.tie} d={t.d} />
        ))}
      </svg>
    </ViewportPortal>
  );
}
