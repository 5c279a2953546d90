import type { Edge, Node, NodeHandle } from "@xyflow/react";
import { Position } from "@xyflow/react";
import type { Issue } from "../../src/core/issue.ts";
import { blockOf } from "../../src/graph/blocks.ts";
import type { EditableGraph } from "../../src/graph/change.ts";
import type { CheckedNode } from "../../src/graph/check.ts";
import type { Block, DocumentEdge, DocumentNode, DocumentNote } from "../../src/graph/document.ts";
import type { Size } from "../../src/graph/edit/arrange.ts";
import type { LayerLookup } from "../../src/graph/layer.ts";
import type { ObjectiveTerm } from "../../src/graph/objective.ts";
import type { TensorType } from "../../src/shape/type.ts";
import { checkedNode, expandedId, layersOf, scopeOf, shownGraph, type Tab } from "../stores/workspace.ts";
import { type BlockPortSide, blockPortId, portPlaces } from "./blockPorts.ts";
import type { Point } from "./controller.ts";
import { issueIndex } from "./issueIndex.ts";
import { lossId } from "./losses.ts";
import { type CanvasText, lossView, type NodeView, nodeView, slotHandle } from "./nodeView.ts";
import { blockInputType, blocksOf, expandedOutput, outputType } from "./outputs.ts";
import { sampleShape } from "./shapes.ts";

export type LayerNode = Node<
  { readonly view: NodeView; readonly layer: string; readonly share: string | null },
  "layer"
>;
export type LossNode = Node<{ readonly view: NodeView }, "loss">;
export type NoteNode = Node<{ readonly note: DocumentNote }, "note">;
export type FrameNode = Node<{ readonly note: DocumentNote }, "frame">;
export type PortNode = Node<
  { readonly side: BlockPortSide; readonly name: string | null; readonly shape: string | null },
  "port"
>;
export type CanvasNode = LayerNode | LossNode | NoteNode | FrameNode | PortNode;

/** What a wire shows and needs to find its way. */
export interface WireData extends Record<string, unknown> {
  readonly label: string;
  readonly faulty: boolean;
  /** `loss`: from a prediction to its loss; `port`: to or from a port of the block whose inside is shown. */
  readonly kind: "wire" | "loss" | "port";
  /** `node.port` of the expanded graph whose value runs through it; null while that is not known. */
  readonly origin: string | null;
  readonly reroutes: readonly Point[];
  /** How far the nodes at both ends reach above and below their ports. */
  readonly from: { readonly above: number; readonly below: number };
  readonly to: { readonly above: number; readonly below: number };
}
export type WireEdge = Edge<WireData, "wire">;

export interface FlowGraph {
  readonly nodes: readonly CanvasNode[];
  readonly edges: readonly WireEdge[];
  readonly views: ReadonlyMap<string, NodeView>;
  readonly sizes: ReadonlyMap<string, Size>;
}

/** A value and what it was made of: made again only when one of these changes. */
interface Memo<T> {
  readonly of: readonly unknown[];
  readonly value: T;
}

class Memos<T> {
  private before = new Map<string, Memo<T>>();
  private now = new Map<string, Memo<T>>();

  get(id: string, of: readonly unknown[], make: () => T): T {
    const held = this.before.get(id);
    const same = held && held.of.length === of.length && held.of.every((v, i) => Object.is(v, of[i]));
    const memo = same ? held : { of, value: make() };
    this.now.set(id, memo);
    return memo.value;
  }

  /** Forgets what was not asked for since the last call. */
  sweep(): void {
    this.before = this.now;
    this.now = new Map();
  }
}

const noEdges: readonly DocumentEdge[] = [];
const noIssues: readonly Issue[] = [];

/**
 * Makes the nodes and wires that React Flow draws from the document. Objects keep their identity while what they show
 * does not change, so moving one node draws one node again.
 */
export function flowDeriver(): (
  tab: Tab,
  text: CanvasText,
  /** Nodes have strips. */
  strip?: boolean,
  /** Problems besides those of the document. */
  more?: readonly Issue[],
) => FlowGraph {
  const views = new Memos<NodeView>();
  const nodes = new Memos<CanvasNode>();
  const issueLists = new Memos<readonly Issue[]>();
  const wires = new Memos<WireEdge>();

  return (tab, text, strip = false, more = noIssues) => {
    const graph = shownGraph(tab);
    const facts = new GraphFacts(tab, graph);
    const index = issueIndex(tab, more);
    const issuesOf = (id: string): readonly Issue[] => {
      const list = index.get(id) ?? noIssues;
      // Checked anew they are other objects that say the same.
      return issueLists.get(id, list.length === 0 ? [] : [JSON.stringify(list)], () => list);
    };
    const shown = new Map<string, NodeView>();
    const sizes = new Map<string, Size>();
    const list: CanvasNode[] = [];
    const put = (node: CanvasNode): void => {
      list.push(node);
      sizes.set(node.id, { width: node.width ?? 0, height: node.height ?? 0 });
    };

    for (const note of graph.notes) put(nodes.get(note.id, [note], () => noteNode(note)));
    for (const node of graph.nodes) {
      const { id } = node;
      const block = facts.block(node);
      const [incoming, outgoing] = [facts.incoming.get(id) ?? noEdges, facts.outgoing.get(id) ?? noEdges];
      const checked = checkedNode(tab, id);
      const [output, input] = [facts.output(node), facts.input(node)];
      const field = tab.path.length === 0 ? (tab.edited.document.data?.inputs[id] ?? null) : null;
      const issues = issuesOf(id);
      const made = { node, checked, block, issues, incoming, outgoing, outputType: output, inputType: input, field };
      // Ports depend on which wires there are, not on their identity.
      const ends = `${incoming.map((e) => `${e.to.port}${e.to.index}`)}|${outgoing.map((e) => e.from.port)}`;
      const view = views.get(
        id,
        [...ofNode(node), ...ofChecked(checked), block, issues, ends, output, input, field, text, strip],
        () => nodeView({ ...made, layers: facts.layers, strip }, text),
      );
      shown.set(id, view);
      put(nodes.get(id, [view, node.position], () => layerNode(node, view)));
    }
    if (tab.path.length === 0) {
      for (const objective of tab.edited.document.objectives) {
        for (const [i, term] of objective.terms.entries()) {
          const id = lossId({ objective: objective.id, term: i });
          const issues = issuesOf(id);
          const { document } = tab.edited;
          const view = views.get(id, [term, document.objectives.length, issues, text, strip], () =>
            lossView(term, objective.id, document, issues, text, strip),
          );
          shown.set(id, view);
          const place = term.position ?? besidePrediction(term, graph, sizes, i);
          put(nodes.get(id, [view, place.x, place.y], () => lossNode(id, view, place)));
        }
      }
    } else {
      for (const p of portPlaces(facts.scopeBlock as Block, sizes)) {
        const type = p.name === null ? null : facts.portType(p.side, p.name);
        const shape = type && sampleShape(type);
        put(nodes.get(p.id, [p.x, p.y, p.name, shape], () => portNode(p, shape)));
      }
    }
    const edges = wireEdges(tab, graph, facts, shown, wires, index);
    for (const memos of [views, nodes, issueLists, wires]) memos.sweep();
    return { nodes: list, edges, views: shown, sizes };
  };
}

/** What a view takes from a node: all but its place. */
const ofNode = (n: DocumentNode): readonly unknown[] => [
  n.layer,
  n.params,
  n.label,
  n.collapsed,
  n.pinned,
  n.share,
  n.frozen,
  n.state,
];

/** What a view takes from the check besides types and issues; its parameters follow from the node. */
const ofChecked = (checked: CheckedNode | null): readonly unknown[] => [
  checked !== null,
  (checked?.parameters.length ?? 0) > 0,
];

/** Look-ups over the shown graph that many nodes need. */
class GraphFacts {
  readonly incoming = new Map<string, DocumentEdge[]>();
  readonly outgoing = new Map<string, DocumentEdge[]>();
  readonly nodes: ReadonlyMap<string, DocumentNode>;
  readonly layers: LayerLookup;
  readonly scopeBlock: Block | null;
  private readonly blocks: ReadonlyMap<string, Block>;

  constructor(
    private readonly tab: Tab,
    graph: EditableGraph,
  ) {
    this.nodes = new Map(graph.nodes.map((n) => [n.id, n]));
    this.layers = layersOf(tab);
    this.blocks = blocksOf(tab.edited.document);
    this.scopeBlock = this.blocks.get(scopeOf(tab) ?? "") ?? null;
    for (const e of graph.edges) {
      push(this.incoming, e.to.node, e);
      push(this.outgoing, e.from.node, e);
    }
    for (const list of this.incoming.values()) if (list.length > 1) list.sort((a, b) => a.to.index - b.to.index);
  }

  block(node: DocumentNode): Block | null {
    return blockOf(node, this.blocks);
  }

  /** Type of the first output. */
  output(node: DocumentNode): TensorType | null {
    const block = this.block(node);
    if (block) return outputType(this.tab, node, block.outputs[0]?.name ?? "");
    return checkedNode(this.tab, node.id)?.outputTypes?.[0] ?? null;
  }

  /** Type that arrives at the first input. */
  input(node: DocumentNode): TensorType | null {
    return checkedNode(this.tab, node.id)?.inputTypes?.[0] ?? null;
  }

  /** The port of the expanded graph that a wire of the shown graph begins at. */
  origin(from: DocumentEdge["from"]): string | null {
    const node = this.nodes.get(from.node);
    const ref = node && expandedOutput(node, from.port, this.blocks, expandedId(this.tab, ""));
    return ref ? `${ref.node}.${ref.port}` : null;
  }

  /** The same of a port of the block whose inside is shown. */
  portOrigin(side: BlockPortSide, name: string): string | null {
    const block = this.scopeBlock;
    if (side === "out") {
      const from = block?.outputs.find((o) => o.name === name)?.from;
      return from ? this.origin(from) : null;
    }
    const end = block?.inputs.find((i) => i.name === name)?.to[0];
    const source =
      end && checkedNode(this.tab, end.node)?.sources.find((s) => s.into === end.port && s.index === end.index);
    return source ? `${source.node}.${source.port}` : null;
  }

  wireType(from: DocumentEdge["from"]): TensorType | null {
    const node = this.nodes.get(from.node);
    return node ? outputType(this.tab, node, from.port) : null;
  }

  portType(side: BlockPortSide, name: string): TensorType | null {
    const block = this.scopeBlock;
    if (!block) return null;
    if (side === "in") return blockInputType(this.tab, block, name);
    const from = block.outputs.find((o) => o.name === name)?.from;
    return from ? this.wireType(from) : null;
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** React Flow takes sizes and places of ports from here and never measures. */
function sized(size: Size) {
  return { width: size.width, height: size.height, measured: { width: size.width, height: size.height } };
}

function handlesOf(view: NodeView): NodeHandle[] {
  const handle =
    (type: "source" | "target") =>
    (p: { handle: string; y: number }): NodeHandle => ({
      id: p.handle,
      type,
      position: type === "target" ? Position.Left : Position.Right,
      x: type === "target" ? 0 : view.width - 1,
      y: p.y - 0.5,
      width: 1,
      height: 1,
    });
  return [...view.inputs.map(handle("target")), ...view.outputs.map(handle("source"))];
}

const layerNode = (node: DocumentNode, view: NodeView): LayerNode => ({
  id: node.id,
  type: "layer",
  position: node.position,
  data: { view, layer: node.layer, share: node.share },
  ...sized(view),
  handles: handlesOf(view),
  draggable: !node.pinned,
  ariaLabel: view.label,
});

const lossNode = (id: string, view: NodeView, position: Point): LossNode => ({
  id,
  type: "loss",
  position,
  data: { view },
  ...sized(view),
  handles: handlesOf(view),
  ariaLabel: view.label,
});

const noteNode = (note: DocumentNote): NoteNode | FrameNode => ({
  id: note.id,
  type: note.kind,
  position: note.position,
  data: { note },
  ...sized(note.size),
  zIndex: note.kind === "frame" ? -2 : -1,
  handles: [],
});

function portNode(p: ReturnType<typeof portPlaces>[number], shape: string | null): PortNode {
  const type = p.side === "in" ? "source" : "target";
  return {
    id: p.id,
    type: "port",
    position: { x: p.x, y: p.y },
    data: { side: p.side, name: p.name, shape },
    ...sized(p),
    handles: [
      {
        id: "port",
        type,
        position: p.side === "in" ? Position.Right : Position.Left,
        x: p.side === "in" ? p.width - 1 : 0,
        y: p.height / 2 - 0.5,
        width: 1,
        height: 1,
      },
    ],
    draggable: false,
    selectable: false,
  };
}

const besideGap = 60;

/** Where a loss stands that was never moved: right of its prediction, several below each other. */
export function besidePrediction(
  term: ObjectiveTerm,
  graph: EditableGraph,
  sizes: ReadonlyMap<string, Size>,
  nth: number,
): Point {
  const node = graph.nodes.find((n) => n.id === term.prediction.node);
  if (!node) return { x: 0, y: -120 - nth * 80 };
  return { x: node.position.x + (sizes.get(node.id)?.width ?? 112) + besideGap, y: node.position.y + nth * 80 };
}

function wireEdges(
  tab: Tab,
  graph: EditableGraph,
  facts: GraphFacts,
  views: ReadonlyMap<string, NodeView>,
  memos: Memos<WireEdge>,
  issues: ReadonlyMap<string, readonly Issue[]>,
): WireEdge[] {
  const wire = (
    id: string,
    kind: WireData["kind"],
    from: { readonly node: string; readonly handle: string },
    to: { readonly node: string; readonly handle: string },
    type: TensorType | null,
    origin: string | null,
    reroutes: readonly Point[],
    faulty: boolean,
  ): WireEdge => {
    const label = type ? sampleShape(type) : "";
    const [source, target] = [views.get(from.node), views.get(to.node)];
    return memos.get(
      id,
      [from.node, from.handle, to.node, to.handle, label, origin, reroutes, faulty, source, target],
      () => ({
        id,
        type: "wire",
        source: from.node,
        sourceHandle: from.handle,
        target: to.node,
        targetHandle: to.handle,
        data: {
          label,
          faulty,
          kind,
          origin,
          reroutes,
          from: reach(source, from.handle, "out"),
          to: reach(target, to.handle, "in"),
        },
      }),
    );
  };

  const edges = graph.edges
    .filter((e) => facts.nodes.has(e.from.node) && facts.nodes.has(e.to.node))
    .map((e) => {
      const handle = inputHandle(e, facts, views);
      const faulty = isFaulty(e, issues.get(e.to.node) ?? noIssues, expandedId(tab, e.id));
      return wire(
        e.id,
        "wire",
        { node: e.from.node, handle: e.from.port },
        { node: e.to.node, handle },
        facts.wireType(e.from),
        facts.origin(e.from),
        e.reroutes,
        faulty,
      );
    });
  if (facts.scopeBlock) {
    const block = facts.scopeBlock;
    for (const p of block.inputs) {
      for (const [i, to] of p.to.entries()) {
        if (!facts.nodes.has(to.node)) continue;
        const from = { node: blockPortId("in", p.name), handle: "port" };
        const handle = handleAt(views.get(to.node), to.port, 0);
        edges.push(
          wire(
            `${from.node}:${i}`,
            "port",
            from,
            { node: to.node, handle },
            facts.portType("in", p.name),
            facts.portOrigin("in", p.name),
            [],
            false,
          ),
        );
      }
    }
    for (const p of block.outputs) {
      if (!facts.nodes.has(p.from.node)) continue;
      const to = { node: blockPortId("out", p.name), handle: "port" };
      edges.push(
        wire(
          `${to.node}:0`,
          "port",
          { node: p.from.node, handle: p.from.port },
          to,
          facts.wireType(p.from),
          facts.origin(p.from),
          [],
          false,
        ),
      );
    }
  } else edges.push(...lossWires(tab, facts, issues, wire));
  return edges;
}

function lossWires(
  tab: Tab,
  facts: GraphFacts,
  issues: ReadonlyMap<string, readonly Issue[]>,
  wire: (
    id: string,
    kind: WireData["kind"],
    from: { readonly node: string; readonly handle: string },
    to: { readonly node: string; readonly handle: string },
    type: TensorType | null,
    origin: string | null,
    reroutes: readonly Point[],
    faulty: boolean,
  ) => WireEdge,
): WireEdge[] {
  return tab.edited.document.objectives.flatMap((objective) =>
    objective.terms.flatMap((term, i) => {
      const id = lossId({ objective: objective.id, term: i });
      const faulty = (issues.get(id) ?? noIssues).some((x) => x.severity === "error");
      const ends = [
        { handle: "prediction", ref: term.prediction },
        ...(term.target && "node" in term.target ? [{ handle: "target", ref: term.target }] : []),
      ];
      return ends
        .filter(({ ref }) => facts.nodes.has(ref.node))
        .map(({ handle, ref }) =>
          wire(
            `${id}:${handle}`,
            "loss",
            { node: ref.node, handle: ref.port },
            { node: id, handle },
            facts.wireType(ref),
            facts.origin(ref),
            noPoints,
            faulty,
          ),
        );
    }),
  );
}

const noPoints: readonly Point[] = [];

function inputHandle(e: DocumentEdge, facts: GraphFacts, views: ReadonlyMap<string, NodeView>): string {
  const here = (facts.incoming.get(e.to.node) ?? noEdges).filter((o) => o.to.port === e.to.port);
  return handleAt(views.get(e.to.node), e.to.port, here.indexOf(e));
}

function handleAt(view: NodeView | undefined, port: string, slot: number): string {
  return view?.inputs.find((p) => p.name === port)?.several ? slotHandle(port, Math.max(0, slot)) : port;
}

/** A wire is to blame when the node it feeds cannot take what arrives. */
function isFaulty(e: DocumentEdge, issues: readonly Issue[], expanded: string): boolean {
  return issues.some((i) => {
    if (i.severity !== "error") return false;
    if (i.edge !== undefined) return i.edge === expanded || i.edge === e.id;
    if (!i.code.startsWith("shape.")) return false;
    return i.port === undefined || i.port === e.to.port;
  });
}

/** How far a node reaches above and below one of its ports. */
function reach(view: NodeView | undefined, handle: string, side: "in" | "out") {
  const ports = side === "in" ? view?.inputs : view?.outputs;
  const y = ports?.find((p) => p.handle === handle)?.y ?? 14;
  return { above: y, below: (view?.height ?? 28) - y };
}
