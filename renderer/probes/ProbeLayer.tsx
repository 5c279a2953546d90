import { useStore, ViewportPortal } from "@xyflow/react";
import { useMemo } from "react";
import type { FlowGraph } from "../canvas/flow.ts";
import { useView } from "../canvas/view.ts";
import { useTab } from "../stores/workspace.ts";
import { anchorOf } from "./actions.ts";
import styles from "./ProbeCard.module.css";
import { ProbeCard } from "./ProbeCard.tsx";
import { probesOf, useProbes } from "./probes.ts";

/** The cards of probed tensors, each at its node. */
export function ProbeLayer({ graph }: { graph: FlowGraph }) {
  const tab = useTab((t) => t);
  const list = useProbes((s) => probesOf(s, tab.id));
  const moving = useView((s) => s.moving);
  const small = useStore((s) => s.transform[2] < 1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: which nodes are shown follows from the graph
  const shown = useMemo(
    () =>
      list.flatMap((probe) => {
        const node = graph.nodes.find((n) => n.id === anchorOf(tab, probe));
        return node ? [{ probe, node }] : [];
      }),
    [list, graph, tab.path],
  );
  if (shown.length === 0) return null;
  return (
    <ViewportPortal>
      {shown.map(({ probe, node }) => {
        const { x, y } = moving?.get(node.id) ?? node.position;
        return (
          <div
            key={probe.id}
            className={styles.anchor}
            data-small={small || undefined}
            style={{ transform: `translate(${x}px, ${y}px)` }}
          >
            <Tether offset={probe.offset} width={node.width ?? 0} height={node.height ?? 0} />
            <ProbeCard tab={tab} probe={probe} title={node.id} />
          </div>
        );
      })}
    </ViewportPortal>
  );
}

/** A thread from the node to its card. */
function Tether({ offset, width, height }: { offset: { x: number; y: number }; width: number; height: number }) {
  const below = offset.y > height / 2;
  const from = { x: Math.min(width - 8, Math.max(8, offset.x + 20)), y: below ? height : 0 };
  const to = { x: offset.x + 20, y: offset.y + 8 };
  return (
    <svg className={styles.tether} aria-hidden="true">
      <path d={`M${from.x} ${from.y}L${to.x} ${to.y}`} />
    </svg>
  );
}
