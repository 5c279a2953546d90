import { ChevronRight } from "lucide-react";
import { useMemo } from "react";
import { blockOf } from "../../src/graph/blocks.ts";
import type { EditableGraph } from "../../src/graph/change.ts";
import { useText } from "../app/text.ts";
import { expandedId, type Tab, useTab, workspace } from "../stores/workspace.ts";
import styles from "./Crumbs.module.css";
import { blocksOf } from "./outputs.ts";

/** Top left: where in the document the canvas is, and how large what it shows is. */
export function Crumbs() {
  const text = useText().canvas;
  const tab = useTab((t) => t);
  const names = useMemo(() => pathNames(tab, text.block.kind), [tab, text]);
  const { nodes, parameters } = useMemo(() => counts(tab), [tab]);
  const leaveTo = (depth: number): void => {
    for (let i = tab.path.length; i > depth; i--) workspace.getState().enter(null);
  };
  const steps = [tab.edited.document.name, ...names];
  return (
    <nav className={styles.crumbs} aria-label={text.crumbs.label}>
      <span className={styles.first}>{text.crumbs.document}</span>
      {steps.map((name, depth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same block may be entered twice
        <span key={depth} className={styles.step}>
          <ChevronRight size={12} aria-hidden="true" />
          {depth < tab.path.length ? (
            <button type="button" onClick={() => leaveTo(depth)}>
              {name}
            </button>
          ) : (
            <b aria-current="page">{name}</b>
          )}
        </span>
      ))}
      <span className={styles.summary}>{text.crumbs.summary(thousands(nodes), thousands(parameters))}</span>
    </nav>
  );
}

const thousands = (n: number): string => n.toLocaleString("en-US");

function pathNames(tab: Tab, fallback: string): string[] {
  const { document } = tab.edited;
  const blocks = blocksOf(document);
  let graph: EditableGraph = document;
  return tab.path.map((id) => {
    const node = graph.nodes.find((n) => n.id === id);
    const block = node && blockOf(node, blocks);
    if (block) graph = block;
    return node?.label ?? block?.name ?? fallback;
  });
}

/** Nodes of the shown graph with those inside its blocks, and their parameters; what is shared counts once. */
function counts(tab: Tab): { readonly nodes: number; readonly parameters: number } {
  const prefix = expandedId(tab, "");
  let [nodes, parameters] = [0, 0];
  for (const [id, checked] of tab.checked.graph.nodes) {
    if (!id.startsWith(prefix)) continue;
    nodes++;
    if (checked.node.share !== null) continue;
    for (const p of checked.parameters) if (p.kind === "parameter") parameters += p.shape.reduce((a, b) => a * b, 1);
  }
  return { nodes, parameters };
}
