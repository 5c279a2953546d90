import { useDeferredValue, useMemo } from "react";
import { useStore } from "zustand";
import type { CheckedDocument } from "../../../src/compile/check.ts";
import { type NodeCost, nodeCost } from "../../../src/compile/cost.ts";
import { pathSeparator } from "../../../src/graph/blocks.ts";
import type { DocumentNode } from "../../../src/graph/document.ts";
import { useText } from "../../app/text.ts";
import { timeText } from "../../overlay/numbers.ts";
import { profiles } from "../../overlay/profile.ts";
import { expandedId, useTab } from "../../stores/workspace.ts";
import { Tooltip } from "../../ui/Tooltip.tsx";
import { bytesText, countText } from "../numbers.ts";
import { Section } from "../Section.tsx";
import styles from "./Node.module.css";

/** What the selected nodes cost: parameters, and multiply-adds and memory of both passes, for one sample. */
export function CostSection({ nodes }: { nodes: readonly DocumentNode[] }) {
  const text = useText().inspector;
  // Counting may come a moment after the edit.
  const checked = useDeferredValue(useTab((t) => t.checked));
  const prefix = useTab((t) => expandedId(t, ""));
  const ids = nodes.map((n) => `${prefix}${n.id}`).join("\n");
  const cost = useMemo(() => together(checked, ids.split("\n")), [checked, ids]);
  const microseconds = useMeasuredTime(ids);
  if (!cost) return null;
  const shared = nodes.length === 1 ? nodes[0]?.share : null;
  const { backward } = cost;
  return (
    <Section title={text.sections.cost} aside={text.cost.perSample}>
      <table className={styles.cost}>
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col">{text.cost.forward}</th>
            <th scope="col">{text.cost.backward}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{text.cost.multiplyAdds}</th>
            <td>{countText(cost.forward.multiplyAdds)}</td>
            <td>{backward ? countText(backward.multiplyAdds) : "–"}</td>
          </tr>
          <tr>
            <th scope="row">{text.cost.memory}</th>
            <td>
              <Tooltip label={text.cost.forwardHelp} side="left">
                <span>{bytesText(cost.forward.bytes)}</span>
              </Tooltip>
            </td>
            <td>
              <Tooltip label={text.cost.backwardHelp} side="left">
                <span>{backward ? bytesText(backward.bytes) : "–"}</span>
              </Tooltip>
            </td>
          </tr>
          <tr>
            <th scope="row">{text.cost.parameters}</th>
            <td colSpan={2}>{shared ? text.cost.shared(shared) : parametersText(cost.parameters)}</td>
          </tr>
          {microseconds !== null && (
            <tr>
              <th scope="row">{text.cost.time}</th>
              <td colSpan={2}>{timeText(microseconds)}</td>
            </tr>
          )}
        </tbody>
      </table>
      {cost.assumed.length > 0 && <p className={styles.told}>{text.cost.assumed(cost.assumed.join(", "))}</p>}
    </Section>
  );
}

/** Time of nodes in a training step, where it was measured for the overlay of times. */
function useMeasuredTime(ids: string): number | null {
  const view = useStore(profiles, (s) => s.view);
  if (view === null || view === "measuring") return null;
  const outer = ids.split("\n");
  const inside = [...view.nodes].filter(([id]) => outer.some((o) => id === o || id.startsWith(`${o}${pathSeparator}`)));
  return inside.length === 0 ? null : inside.reduce((sum, [, time]) => sum + time, 0);
}

const floatBytes = 4;
const parametersText = (n: number): string => (n === 0 ? "0" : `${countText(n)} · ${bytesText(n * floatBytes)}`);

/** The sum over nodes, those inside blocks included; null where nothing is known of any. */
function together(checked: CheckedDocument, ids: readonly string[]): NodeCost | null {
  const inside = (id: string): boolean =>
    ids.some((outer) => id === outer || id.startsWith(`${outer}${pathSeparator}`));
  const costs = [...checked.graph.nodes.keys()].filter(inside).flatMap((id) => nodeCost(checked, id) ?? []);
  if (costs.length === 0) return null;
  return costs.reduce((a, b) => ({
    parameters: a.parameters + b.parameters,
    forward: sum(a.forward, b.forward),
    backward: a.backward && b.backward && sum(a.backward, b.backward),
    assumed: [...new Set([...a.assumed, ...b.assumed])],
  }));
}

const sum = (a: NodeCost["forward"], b: NodeCost["forward"]): NodeCost["forward"] => ({
  multiplyAdds: a.multiplyAdds + b.multiplyAdds,
  bytes: a.bytes + b.bytes,
});
