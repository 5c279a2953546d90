import type { ReactFlowInstance } from "@xyflow/react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Size } from "../../src/graph/edit/arrange.ts";
import type { Inlet, Outlet, Verdict } from "./compatibility.ts";
import type { Point } from "./controller.ts";
import type { CanvasNode, FlowGraph, WireEdge } from "./flow.ts";
import type { GuideLine } from "./guides.ts";

/** A port on the canvas. */
export interface PortRef {
  readonly side: "in" | "out";
  readonly node: string;
  readonly port: string;
  /** Id among the ports of its node and side. */
  readonly handle: string;
  /** Place among the wires of an input that takes several. */
  readonly slot: number;
}

/** One wire in the hand: the end that stays, and the wire that is led elsewhere, or null for a new one. */
export type HeldWire =
  | { readonly seeks: "in"; readonly from: Outlet; readonly edge: string | null }
  | { readonly seeks: "out"; readonly to: Inlet; readonly edge: string | null };

export interface Wiring {
  /** Several when all wires of a port are moved; all seek the same side. */
  readonly wires: readonly HeldWire[];
  /** Port that the gesture began at. */
  readonly origin: PortRef;
  readonly mode: "drag" | "click" | "keys";
  /** End in the hand, in units of the canvas. */
  readonly pointer: Point;
  readonly target: PortRef | null;
  readonly verdict: Verdict | null;
}

/** For the node of a port: which of its ports a held wire fits, and why none does. */
export interface Marks {
  readonly fits: ReadonlySet<string>;
  readonly side: "in" | "out";
  readonly why: string | null;
}

/** A refused wire, shown with its reason until the user answers or turns away. */
export interface Refused {
  readonly wires: readonly HeldWire[];
  readonly target: PortRef;
  readonly verdict: Verdict;
  /** In pixels of the canvas element. */
  readonly at: Point;
}

export interface QuickAdd {
  /** Where the list stands, in pixels of the canvas element. */
  readonly at: Point;
  /** Where the node will stand, in units of the canvas; null puts it beside the selected node. */
  readonly place: Point | null;
  /** Wire to be connected to the new node. */
  readonly wire: HeldWire | null;
  /** Wire that the new node goes into. */
  readonly into: string | null;
}

export interface Stroke {
  readonly kind: "box" | "lasso" | "knife";
  /** In units of the canvas. */
  readonly points: readonly Point[];
}

interface CanvasView {
  /** Places of what is being dragged, until it is dropped and becomes a step. */
  readonly moving: ReadonlyMap<string, Point> | null;
  readonly resizing: { readonly id: string; readonly position: Point; readonly size: Size } | null;
  readonly guides: readonly GuideLine[];
  /** Wire that the dragged node would go into, and frame that it would join. */
  readonly dropEdge: string | null;
  readonly dropFrame: string | null;
  readonly wiring: Wiring | null;
  readonly marks: ReadonlyMap<string, Marks> | null;
  readonly refused: Refused | null;
  readonly quickAdd: QuickAdd | null;
  /** Note or frame whose text is written, and node whose name is. */
  readonly writing: string | null;
  readonly renaming: string | null;
  /** Point of a wire that was clicked or moved last: Delete takes it away. */
  readonly picked: { readonly edge: string; readonly at: number } | null;
  /** Wire under the pointer. */
  readonly hovered: string | null;
  /** Wires that lead to what is selected. */
  readonly path: ReadonlySet<string>;
  /** Points of wires that move along with what is being dragged. */
  readonly reroutes: ReadonlyMap<string, readonly Point[]> | null;
  /** Node that Tab leads to. */
  readonly focus: string | null;
  /** Node that was flown to and is lit up for a moment. */
  readonly lit: string | null;
  readonly stroke: Stroke | null;
  readonly finding: boolean;
  /** Node whose issues are shown, and whether the pointer or the keyboard asked. */
  readonly issuesOf: string | null;
  /** Node whose parameters are set beside it. */
  readonly parametersOf: string | null;
  /** Block port that is being renamed. */
  readonly portMenu: string | null;
  /** Read out by screen readers. */
  readonly announcement: string;
}

const idle: CanvasView = {
  moving: null,
  resizing: null,
  guides: [],
  dropEdge: null,
  dropFrame: null,
  wiring: null,
  marks: null,
  refused: null,
  quickAdd: null,
  writing: null,
  renaming: null,
  picked: null,
  hovered: null,
  path: new Set(),
  reroutes: null,
  focus: null,
  lit: null,
  stroke: null,
  finding: false,
  issuesOf: null,
  parametersOf: null,
  portMenu: null,
  announcement: "",
};

/** What goes on on the canvas and is no part of the document: gestures under way, and what floats. */
export const view = createStore<CanvasView>(() => idle);
export const useView = <T>(select: (s: CanvasView) => T): T => useStore(view, select);
export const setView = (change: Partial<CanvasView>): void => view.setState(change);
export const resetView = (): void => view.setState(idle);

export const announce = (text: string): void => view.setState({ announcement: text });

type Flow = ReactFlowInstance<CanvasNode, WireEdge>;

/** The canvas as it was drawn last; for gestures, which run outside of React. */
export const scene: {
  flow: Flow | null;
  graph: FlowGraph;
  element: HTMLElement | null;
  /** A large graph is shown from far away, as a picture: nodes are no elements. */
  far: boolean;
} = {
  flow: null,
  graph: { nodes: [], edges: [], views: new Map(), sizes: new Map() },
  element: null,
  far: false,
};
