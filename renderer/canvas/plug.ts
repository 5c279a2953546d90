import { batch, type Change, graphOf, type Scope } from "../../src/graph/change.ts";
import type { Block, DocumentEdge, GraphDocument } from "../../src/graph/document.ts";
import { freshId } from "../../src/graph/edit/ids.ts";
import { insertEdge, reconnect, removeEdge, replaceEdge } from "../../src/graph/edit/wires.ts";
import { addInput, addOutput, blockPortOf, feedInput, feedOutput, removePort, unfeedInput } from "./blockPorts.ts";
import type { Inlet, Outlet } from "./compatibility.ts";
import { lossOf, replug, termOf, updateTerms } from "./losses.ts";
import type { HeldWire, PortRef } from "./view.ts";

/** Where wires are drawn: the shown graph of a document. */
export interface Board {
  readonly document: GraphDocument;
  readonly scope: Scope;
}

const blockAt = ({ document, scope }: Board): Block | null => document.blocks.find((b) => b.id === scope) ?? null;

/** Both ends of a held wire once it is put onto a port. */
export function endsOf(wire: HeldWire, target: PortRef): { readonly from: Outlet; readonly to: Inlet } {
  return wire.seeks === "in"
    ? { from: wire.from, to: { node: target.node, port: target.port, slot: target.slot } }
    : { from: { node: target.node, port: target.port }, to: wire.to };
}

/**
 * Connects two ports, or leads a wire that is there to another port. An input takes one wire: the new one replaces the
 * old. Ends may be losses and, inside a block, its ports. Null where there is nothing to connect.
 */
export function plug(
  board: Board,
  wire: HeldWire,
  target: PortRef,
  several: boolean,
  taken: ReadonlySet<string> = new Set(),
): Change | null {
  const { from, to } = endsOf(wire, target);
  const block = blockAt(board);
  const [inPort, outPort] = [blockPortOf(from.node), blockPortOf(to.node)];
  const unplugged = wire.edge !== null ? (unplug(board, wire.edge) ?? batch([])) : batch([]);
  const loss = lossOf(to.node);
  if (loss) {
    const term = termOf(board.document, loss);
    if (inPort || !term) return null;
    const ref = { node: from.node, port: from.port };
    return to.port === "target"
      ? updateTerms(board.document, new Map([[to.node, { target: ref }]]))
      : replug(board.document, loss, ref);
  }
  if (outPort) {
    if (!block || inPort) return null;
    const ref = { node: from.node, port: from.port };
    const change = outPort.name === null ? addOutput(block, ref) : feedOutput(block, outPort.name, ref);
    return isEdge(board, wire.edge) ? batch([unplugged, change]) : change;
  }
  if (inPort) {
    if (!block) return null;
    const end = { node: to.node, port: to.port, index: 0 };
    const old = isEdge(board, wire.edge) ? [unplugged] : [];
    const replaced = several
      ? []
      : edgesInto(board, to)
          .filter((e) => e.id !== wire.edge)
          .map((e) => removeEdge(board.scope, e.id));
    return batch([
      ...old,
      ...replaced,
      inPort.name === null ? addInput(block, end) : feedInput(block, inPort.name, end),
    ]);
  }
  if (wire.edge !== null && isEdge(board, wire.edge)) {
    const end = wire.seeks === "in" ? { to: { node: to.node, port: to.port, several } } : { from };
    const free = "to" in end ? freed(board, to) : [];
    return batch([...free, moveEdge(board, wire.edge, end, to, several)]);
  }
  // A wire of the block's own input becomes one between nodes: the port lets go of it.
  return batch([
    ...(wire.edge === null ? [] : [unplugged]),
    ...freed(board, to),
    newWire(board, from, to, several, taken),
  ]);
}

function moveEdge(
  { document, scope }: Board,
  edge: string,
  end: Parameters<typeof reconnect>[3],
  to: Inlet,
  several: boolean,
): Change {
  const over = "to" in end && several ? occupant({ document, scope }, to, edge) : null;
  if (!over || !("to" in end)) return reconnect(document, scope, edge, end);
  const held = graphOf(document, scope).edges.find((e) => e.id === edge) as DocumentEdge;
  const moved = { ...held, to: { node: to.node, port: to.port, index: over.to.index } };
  return batch([removeEdge(scope, over.id), replaceEdge(scope, moved)]);
}

function newWire(
  { document, scope }: Board,
  from: Outlet,
  to: Inlet,
  several: boolean,
  taken: ReadonlySet<string>,
): Change {
  const graph = graphOf(document, scope);
  const here = edgesInto({ document, scope }, to);
  const over = several ? occupant({ document, scope }, to, null) : null;
  const replaced = several ? (over ? [over] : []) : here;
  const index = over ? over.to.index : several ? Math.max(-1, ...here.map((e) => e.to.index)) + 1 : 0;
  const item: DocumentEdge = {
    id: freshId(graph, "e", taken),
    from: { node: from.node, port: from.port },
    to: { node: to.node, port: to.port, index },
    reroutes: [],
  };
  return batch([
    ...replaced.map((e) => removeEdge(scope, e.id)),
    insertEdge(scope, graph.edges.length - replaced.length, item),
  ]);
}

const edgesInto = ({ document, scope }: Board, to: Inlet): DocumentEdge[] =>
  graphOf(document, scope)
    .edges.filter((e) => e.to.node === to.node && e.to.port === to.port)
    .sort((a, b) => a.to.index - b.to.index);

/** The wire at the place of a port that takes several; null at its free place. */
const occupant = (board: Board, to: Inlet, moving: string | null): DocumentEdge | null => {
  const over = edgesInto(board, to)[to.slot];
  return over && over.id !== moving ? over : null;
};

/** Takes an input of a node off the ports of the block around it. */
function freed(board: Board, to: Inlet): Change[] {
  const block = blockAt(board);
  const fed = block?.inputs.some((p) => p.to.some((t) => t.node === to.node && t.port === to.port));
  if (!block || !fed) return [];
  const inputs = block.inputs.map((p) => ({ ...p, to: p.to.filter((t) => t.node !== to.node || t.port !== to.port) }));
  return [{ kind: "set-ports", scope: block.id, inputs, outputs: block.outputs }];
}

const isEdge = ({ document, scope }: Board, id: string | null): boolean =>
  id !== null && graphOf(document, scope).edges.some((e) => e.id === id);

/** Takes a wire of the canvas away, whatever it stands for; null for one that cannot go, such as that of a prediction. */
export function unplug(board: Board, id: string): Change | null {
  if (isEdge(board, id)) return removeEdge(board.scope, id);
  const block = blockAt(board);
  const at = id.lastIndexOf(":");
  const port = blockPortOf(id.slice(0, at));
  if (!block || !port || port.name === null) return null;
  return port.side === "in"
    ? unfeedInput(block, port.name, Number(id.slice(at + 1)))
    : removePort(board.document, block, "out", port.name);
}

/** Wires of the canvas that begin or end at a port. */
export function edgesAt({ document, scope }: Board, port: PortRef): DocumentEdge[] {
  const { edges } = graphOf(document, scope);
  const at = edges.filter((e) => {
    const end = port.side === "in" ? e.to : e.from;
    return end.node === port.node && end.port === port.port;
  });
  return at.sort((a, b) => a.to.index - b.to.index);
}

/** The wire that ends at a place of an input; null where none does. */
export function edgeAtPlace(board: Board, port: PortRef): DocumentEdge | null {
  return edgesAt(board, port)[port.slot] ?? null;
}
