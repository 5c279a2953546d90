import type { Size } from "../../src/graph/edit/arrange.ts";
import type { Selection } from "../stores/workspace.ts";
import type { Point } from "./controller.ts";
import type { CanvasNode, FlowGraph, WireEdge } from "./flow.ts";

/** What lies over the document while it is shown: what is selected, where a gesture has moved things, the focus. */
export interface Decoration {
  readonly selection: Selection;
  readonly moving: ReadonlyMap<string, Point> | null;
  readonly resizing: { readonly id: string; readonly position: Point; readonly size: Size } | null;
  /** Node that Tab leads to. */
  readonly focus: string | null;
  /** What an overlay says of nodes in a word, for readers. */
  readonly spoken: ReadonlyMap<string, string>;
}

interface Held<T> {
  readonly from: T;
  readonly of: readonly unknown[];
  readonly made: T;
}

/** Puts decorations on nodes and wires, which keep their identity while theirs does not change. */
export function decorator(): (graph: FlowGraph, d: Decoration) => { nodes: CanvasNode[]; edges: WireEdge[] } {
  let nodes = new Map<string, Held<CanvasNode>>();
  let edges = new Map<string, Held<WireEdge>>();
  return (graph, { selection, moving, resizing, focus, spoken }) => {
    const nextNodes = new Map<string, Held<CanvasNode>>();
    const nextEdges = new Map<string, Held<WireEdge>>();
    const decoratedNodes = graph.nodes.map((n) => {
      const selected = selection.nodes.has(n.id) || selection.notes.has(n.id);
      const place = moving?.get(n.id) ?? (resizing?.id === n.id ? resizing.position : n.position);
      const size = resizing?.id === n.id ? resizing.size : null;
      const tab = focus === n.id ? 0 : -1;
      const word = spoken.get(n.id);
      const of = [selected, place.x, place.y, size?.width, size?.height, tab, word];
      const held = reuse(nodes.get(n.id), n, of) ?? { from: n, of, made: dressed(n, selected, place, size, tab, word) };
      nextNodes.set(n.id, held);
      return held.made;
    });
    const decoratedEdges = graph.edges.map((e) => {
      const of = [selection.edges.has(e.id)];
      const held = reuse(edges.get(e.id), e, of) ?? { from: e, of, made: { ...e, selected: of[0] === true } };
      nextEdges.set(e.id, held);
      return held.made;
    });
    nodes = nextNodes;
    edges = nextEdges;
    return { nodes: decoratedNodes, edges: decoratedEdges };
  };
}

const reuse = <T>(held: Held<T> | undefined, from: T, of: readonly unknown[]): Held<T> | null =>
  held && held.from === from && held.of.every((v, i) => v === of[i]) ? held : null;

const dressed = (
  n: CanvasNode,
  selected: boolean,
  position: Point,
  size: Size | null,
  tabIndex: number,
  word: string | undefined,
): CanvasNode =>
  ({
    ...n,
    selected,
    position: { x: position.x, y: position.y },
    ...(word === undefined ? {} : { ariaLabel: `${n.ariaLabel}, ${word}` }),
    ...(size ? { width: size.width, height: size.height, measured: size } : {}),
    domAttributes: { tabIndex },
  }) as CanvasNode;
