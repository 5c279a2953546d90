import { useMemo } from "react";
import { lossOf } from "../canvas/losses.ts";
import { type Selection, shownGraph, useTab, workspace } from "../stores/workspace.ts";
import { DocumentInspector } from "./document/DocumentInspector.tsx";
import { EdgeInspector } from "./EdgeInspector.tsx";
import styles from "./Inspector.module.css";
import { LossInspector } from "./LossInspector.tsx";
import { NoteInspector } from "./NoteInspector.tsx";
import { NodeInspector } from "./node/NodeInspector.tsx";

/** The panel at the right: what is selected with everything that can be set, or the document when nothing is. */
export function Inspector() {
  const selection = useTab((t) => t.selection);
  const graph = useTab(shownGraph);
  const chosen = useMemo(() => chosenOf(selection, graph.nodes), [selection, graph.nodes]);
  return (
    // Leaving a field ends what its arrow keys or letters were joined to.
    <aside className={styles.inspector} onBlur={() => workspace.getState().endGesture()}>
      <Shown chosen={chosen} />
    </aside>
  );
}

interface Chosen {
  readonly nodes: readonly string[];
  readonly losses: readonly string[];
  readonly edges: readonly string[];
  readonly notes: readonly string[];
}

function chosenOf(selection: Selection, nodes: readonly { readonly id: string }[]): Chosen {
  return {
    nodes: nodes.filter((n) => selection.nodes.has(n.id)).map((n) => n.id),
    losses: [...selection.nodes].filter((id) => lossOf(id)),
    edges: [...selection.edges],
    notes: [...selection.notes],
  };
}

function Shown({ chosen: { nodes, losses, edges, notes } }: { chosen: Chosen }) {
  const [loss] = losses;
  if (nodes.length > 0) return <NodeInspector ids={nodes} />;
  if (loss) return <LossInspector key={loss} id={loss} />;
  if (notes.length > 0) return <NoteInspector ids={notes} />;
  if (edges.length > 0) return <EdgeInspector ids={edges} />;
  return <DocumentInspector />;
}
