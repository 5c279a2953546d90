import type { Size } from "../../src/graph/edit/arrange.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What the rest of the window may ask of the canvas; set while one is shown. */
export interface CanvasController {
  /** Fits everything, or these nodes, into view. */
  fit(nodes?: readonly string[]): void;
  /** Shows a node or note in the middle and lights it up for a moment. */
  flyTo(id: string): void;
  zoomTo(zoom: number): void;
  zoomBy(factor: number): void;
  readonly zoom: number;
  /** From pixels of the window to units of the canvas. */
  toCanvas(screen: Point): Point;
  /** Middle of what is seen, in units of the canvas. */
  center(): Point;
  /** Where the pointer was last over the canvas, in units of the canvas; null when it was not. */
  pointer(): Point | null;
  /** Sizes of nodes as drawn, collapsed ones included. */
  sizes(): ReadonlyMap<string, Size>;
  openQuickAdd(at?: Point): void;
  /** Opens the box that finds nodes by name (the command `view.find`). */
  openFind(): void;
  /** Puts the keyboard focus on a node. */
  focusNode(id: string): void;
}

let current: CanvasController | null = null;

export const setCanvas = (controller: CanvasController | null): void => {
  current = controller;
};

/** The canvas that is shown, or null on the start page. */
export const canvas = (): CanvasController | null => current;
