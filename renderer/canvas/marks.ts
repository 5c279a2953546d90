import type { Issue } from "../../src/core/issue.ts";
import type { DocumentNode } from "../../src/graph/document.ts";
import { shownGraph, type Tab } from "../stores/workspace.ts";
import { downstream, judge, judgeShapes, outletType, type Refusal, upstream, type Verdict } from "./compatibility.ts";
import type { CanvasNode, FlowGraph } from "./flow.ts";
import type { CanvasText, NodeView, PortView } from "./nodeView.ts";
import { endsOf } from "./plug.ts";
import type { HeldWire, Marks, PortRef } from "./view.ts";

/** Ports of a side of a node of the canvas. */
export function portsOn(node: CanvasNode, view: NodeView | undefined, side: "in" | "out"): readonly PortView[] {
  if (view) return side === "in" ? view.inputs : view.outputs;
  if (node.type !== "port" || (node.data.side === "in") !== (side === "out")) return [];
  return [
    { handle: "port", name: "port", slot: 0, several: false, y: (node.height ?? 0) / 2, wired: false, lost: false },
  ];
}

export const refOf = (node: string, side: "in" | "out", p: PortView): PortRef => ({
  side,
  node,
  port: p.name,
  handle: p.handle,
  slot: p.slot,
});

/** What speaks against putting held wires onto a port: the first objection, or what would arrive. */
export function judgeWires(tab: Tab, wires: readonly HeldWire[], target: PortRef): Verdict {
  let first: Verdict | null = null;
  for (const wire of wires) {
    const { from, to } = endsOf(wire, target);
    const verdict = judge(tab, from, to, wire.edge);
    if (verdict.refusal) return verdict;
    first ??= verdict;
  }
  return first ?? { refusal: null, arriving: null, leaving: null };
}

/** For every node but the one it comes from, which of its ports take a held wire; with a word why where none does. */
export function marksFor(
  tab: Tab,
  flow: FlowGraph,
  wire: HeldWire,
  origin: string,
  text: CanvasText,
): ReadonlyMap<string, Marks> {
  const marks = new Map<string, Marks>();
  const side = wire.seeks;
  const objection: Objection =
    side === "in"
      ? inletJudge(tab, wire as Extract<HeldWire, { seeks: "in" }>)
      : outletJudge(tab, wire as Extract<HeldWire, { seeks: "out" }>);
  for (const node of flow.nodes) {
    if (node.type === "note" || node.type === "frame" || node.id === origin) continue;
    const ports = portsOn(node, flow.views.get(node.id), side);
    const verdicts = ports.map((p) => ({ p, refusal: objection(node, refOf(node.id, side, p)) }));
    const fits = new Set(verdicts.filter((v) => v.refusal === null).map((v) => v.p.handle));
    const worst = fits.size === 0 ? verdicts.find((v) => v.refusal !== null)?.refusal : null;
    marks.set(node.id, { fits, side, why: worst ? reasonWord(worst, text) : null });
  }
  return marks;
}

type Objection = (node: CanvasNode, target: PortRef) => Refusal | null;

const circle: Refusal = { kind: "fault", fault: "cycle" };

function inletJudge(tab: Tab, wire: Extract<HeldWire, { seeks: "in" }>): Objection {
  const graph = shownGraph(tab);
  const barred = upstream(graph, wire.from.node);
  const byId = new Map(graph.nodes.map((n) => [n.id, n]));
  const arriving = outletType(tab, wire.from);
  return (node, target) => {
    if (barred.has(node.id)) return circle;
    const { to } = endsOf(wire, target);
    const inner = byId.get(node.id);
    if (!inner) return judge(tab, wire.from, to, wire.edge).refusal;
    return judgeShapes(tab, inner, to, arriving, wire.edge).refusal;
  };
}

function outletJudge(tab: Tab, wire: Extract<HeldWire, { seeks: "out" }>): Objection {
  const graph = shownGraph(tab);
  const barred = downstream(graph, wire.to.node);
  const inner: DocumentNode | undefined = graph.nodes.find((n) => n.id === wire.to.node);
  return (node, target) => {
    if (barred.has(node.id)) return circle;
    const { from, to } = endsOf(wire, target);
    if (!inner) return judge(tab, from, to, wire.edge).refusal;
    return judgeShapes(tab, inner, to, outletType(tab, from), wire.edge).refusal;
  };
}

/** One or two words for a node that a wire does not fit. */
export function reasonWord(refusal: Refusal, { wire }: CanvasText): string | null {
  // The reason of a circle is seen: the wire would run back.
  if (refusal.kind === "fault") return null;
  return issueWord(refusal.issues[0], wire);
}

function issueWord(issue: Issue | undefined, text: CanvasText["wire"]): string {
  switch (issue?.code) {
    case "shape.dtype":
    case "objective.dtype":
      return /int/.test(issue.expected) ? text.whole : text.numbers;
    case "shape.flat":
    case "shape.rank":
      return text.rank;
    case "shape.mismatch":
    case "objective.shape":
      return text.mismatch;
    default:
      return text.notFitting;
  }
}
