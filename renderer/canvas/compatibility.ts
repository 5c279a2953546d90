import { fieldType } from "../../src/compile/check.ts";
import type { Fix, Issue } from "../../src/core/issue.ts";
import { pathSeparator } from "../../src/graph/blocks.ts";
import type { EditableGraph } from "../../src/graph/change.ts";
import { type CheckedNode, portType, shapeContext } from "../../src/graph/check.ts";
import type { DocumentNode } from "../../src/graph/document.ts";
import { type WireFault, wireFault } from "../../src/graph/edit/wires.ts";
import type { LayerFacts } from "../../src/graph/layer.ts";
import type { ObjectiveTerm } from "../../src/graph/objective.ts";
import { type ParamValues, resolveParams } from "../../src/graph/params.ts";
import { checkLoss } from "../../src/optim/loss.ts";
import type { TensorType } from "../../src/shape/type.ts";
import { expandedId, shownGraph, type Tab } from "../stores/workspace.ts";
import { blockPortOf } from "./blockPorts.ts";
import { lossOf, termOf } from "./losses.ts";
import { blockInputType, blocksOf, expandedInputs, outputType } from "./outputs.ts";

/** An output that a wire begins at: of a node, or an input of the block whose inside is shown. */
export interface Outlet {
  readonly node: string;
  readonly port: string;
}
/** A place that a wire ends at. */
export interface Inlet {
  readonly node: string;
  readonly port: string;
  /** Place among the wires of a port that takes several. */
  readonly slot: number;
}

/** Why a wire is refused; null when it fits. */
export type Refusal =
  | { readonly kind: "fault"; readonly fault: Exclude<WireFault, null> | "not-a-port" | "from-data" }
  | { readonly kind: "issues"; readonly issues: readonly Issue[]; readonly fix: Fix | null };

export interface Verdict {
  readonly refusal: Refusal | null;
  /** What would arrive at the target, and what its node would then give; null while not known. */
  readonly arriving: TensorType | null;
  readonly leaving: TensorType | null;
}

/** What an outlet of the shown graph gives; null while that is not known. */
export function outletType(tab: Tab, from: Outlet): TensorType | null {
  const port = blockPortOf(from.node);
  if (port) {
    const block = blocksOf(tab.edited.document).get(shownBlock(tab) ?? "");
    return block && port.name !== null ? blockInputType(tab, block, port.name) : null;
  }
  const node = shownGraph(tab).nodes.find((n) => n.id === from.node);
  return node ? outputType(tab, node, from.port) : null;
}

function shownBlock(tab: Tab): string | null {
  const graph = shownGraph(tab);
  return tab.edited.document.blocks.find((b) => b === graph)?.id ?? null;
}

/**
 * Whether a wire may be drawn, and why not: the faults that no shape can mend, then what the shape rule of the target
 * says of the type that would arrive. Inputs that are still open are never held against it. `moving` is a wire that is
 * being led elsewhere and does not count where it was.
 */
export function judge(tab: Tab, from: Outlet, to: Inlet, moving: string | null = null): Verdict {
  const arriving = outletType(tab, from);
  const loss = lossOf(to.node);
  if (loss) return judgeLoss(tab, termOf(tab.edited.document, loss), from, to, arriving);
  if (blockPortOf(to.node))
    return { refusal: blockPortOf(from.node) ? fault("not-a-port") : null, arriving, leaving: null };
  const graph = without(shownGraph(tab), moving);
  const found = blockPortOf(from.node) ? null : wireFault(graph, from, to);
  if (found) return { refusal: fault(found), arriving, leaving: null };
  const node = graph.nodes.find((n) => n.id === to.node);
  if (!node) return { refusal: fault("not-a-port"), arriving, leaving: null };
  return judgeShapes(tab, node, to, arriving, moving);
}

const fault = (f: Extract<Refusal, { kind: "fault" }>["fault"]): Refusal => ({ kind: "fault", fault: f });

const without = (graph: EditableGraph, edge: string | null): EditableGraph =>
  edge === null ? graph : { ...graph, edges: graph.edges.filter((e) => e.id !== edge) };

/** Judges only the shapes: the caller knows that no circle would close. */
export function judgeShapes(
  tab: Tab,
  node: DocumentNode,
  to: Inlet,
  arriving: TensorType | null,
  moving: string | null = null,
): Verdict {
  const prefix = expandedId(tab, "");
  let leaving: TensorType | null = null;
  if (!arriving) return { refusal: null, arriving, leaving };
  for (const inner of expandedInputs(node, to.port, blocksOf(tab.edited.document), prefix)) {
    const checked = tab.checked.graph.nodes.get(inner.node);
    const result = checked && inferWith(tab, checked, inner.port, to.slot, arriving, moving && `${prefix}${moving}`);
    if (!result) continue;
    if ("issues" in result) return { refusal: asRefusal(result.issues), arriving, leaving: null };
    leaving = result.types[0] ?? null;
  }
  return { refusal: null, arriving, leaving };
}

const asRefusal = (issues: readonly Issue[]): Refusal => ({
  kind: "issues",
  issues,
  fix: issues.find((i) => i.fix)?.fix ?? null,
});

type Inferred = { readonly types: readonly TensorType[] } | { readonly issues: readonly Issue[] };

/** What the shape rule of a node says with a type at one of its inputs; null while other inputs are open. */
function inferWith(
  tab: Tab,
  checked: CheckedNode,
  port: string,
  slot: number,
  type: TensorType,
  moving: string | null,
): Inferred | null {
  const { layer, params, node } = checked;
  if (!layer || !params || node.state !== "active") return null;
  const inputs: TensorType[] = [];
  for (const spec of layer.inputs(params)) {
    const here = checked.sources.filter(
      (s) => s.into === spec.name && s.edge !== moving && !s.edge.startsWith(`${moving}${pathSeparator}`),
    );
    const types = here.map((s) => portType(tab.checked.graph, s.node, s.port));
    if (spec.name === port) types.splice(spec.several ? slot : 0, 1, type);
    const least = spec.several?.least ?? 1;
    if (types.length < least || types.some((t) => t === null)) return null;
    inputs.push(...(types as TensorType[]).slice(0, spec.several ? types.length : 1));
  }
  return infer(node, layer, params, inputs);
}

function infer(node: DocumentNode, layer: LayerFacts, params: ParamValues, inputs: readonly TensorType[]): Inferred {
  const inferred = layer.infer(shapeContext(node, layer, params, inputs));
  if (!inferred.ok) return { issues: inferred.issues };
  const empty = inferred.value.some((t) => t.shape.some((d) => typeof d === "number" && d < 1));
  return empty ? { issues: [] } : { types: inferred.value };
}

function judgeLoss(
  tab: Tab,
  term: ObjectiveTerm | null,
  from: Outlet,
  to: Inlet,
  arriving: TensorType | null,
): Verdict {
  const make = (refusal: Refusal | null): Verdict => ({ refusal, arriving, leaving: null });
  if (!term || blockPortOf(from.node)) return make(fault("not-a-port"));
  if (!arriving) return make(null);
  const { target } = term;
  const other =
    to.port === "target"
      ? outletType(tab, term.prediction)
      : target === null
        ? null
        : "field" in target
          ? fieldOf(tab, target.field)
          : outletType(tab, target);
  if (!other) return make(null);
  const [prediction, wanted] = to.port === "target" ? [other, arriving] : [arriving, other];
  const issues = checkLoss(term.loss, prediction, wanted);
  return make(issues.length > 0 ? { kind: "issues", issues, fix: null } : null);
}

function fieldOf(tab: Tab, name: string): TensorType | null {
  const field = tab.checked.fields.find((f) => f.name === name);
  return field ? fieldType(field) : null;
}

/**
 * Whether a new node of a layer, with the parameters it begins with, takes a type at its first input. Other inputs are
 * thought to get the same.
 */
export function accepts(layer: LayerFacts, type: TensorType | null): boolean {
  const params = resolveParams(layer.params, {}, { node: "", layer: layer.id });
  if (!params.ok) return false;
  const ports = layer.inputs(params.value);
  if (ports.length === 0) return false;
  if (!type) return true;
  const inputs = ports.flatMap((p) => Array<TensorType>(p.several?.least ?? 1).fill(type));
  const node = { id: "", layer: layer.id } as DocumentNode;
  const result = infer(node, layer, params.value, inputs);
  // With several inputs it is for the other ones to be of another shape.
  return "types" in result || inputs.length > 1;
}

/** Whether a new node of a layer has an output, as a wire drawn backwards needs. */
export function gives(layer: LayerFacts): boolean {
  const params = resolveParams(layer.params, {}, { node: "", layer: layer.id });
  return params.ok && layer.outputs(params.value).length > 0;
}

/** Nodes from which wires lead to `start`, itself included: none of them may get a wire from it. */
export function upstream(graph: EditableGraph, start: string): ReadonlySet<string> {
  return spread(graph, start, "to", "from");
}

export function downstream(graph: EditableGraph, start: string): ReadonlySet<string> {
  return spread(graph, start, "from", "to");
}

function spread(graph: EditableGraph, start: string, at: "from" | "to", next: "from" | "to"): ReadonlySet<string> {
  const neighbours = new Map<string, string[]>();
  for (const e of graph.edges) {
    const list = neighbours.get(e[at].node);
    if (list) list.push(e[next].node);
    else neighbours.set(e[at].node, [e[next].node]);
  }
  const seen = new Set([start]);
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const n of neighbours.get(id) ?? []) {
      if (seen.has(n)) continue;
      seen.add(n);
      open.push(n);
    }
  }
  return seen;
}
