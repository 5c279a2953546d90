import type { CategoryColor, GlyphName } from "../glyphs.ts";

/** A drawing of a graph as data: places in canvas units, words already chosen and cut. Colours come with the theme. */
export interface FigureScene {
  readonly title: string;
  readonly frames: readonly FigureNote[];
  readonly notes: readonly FigureNote[];
  readonly wires: readonly FigureWire[];
  readonly nodes: readonly FigureNode[];
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface FigureNode extends Box {
  readonly id: string;
  readonly kind: string;
  /** Own name at the right of the head; null where the node has no room for it. */
  readonly name: string | null;
  readonly glyph: GlyphName;
  readonly color: CategoryColor;
  readonly lines: readonly { readonly text: string; readonly mono: boolean }[];
  /** Heights of the ports from the top of the node. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly state: "active" | "muted" | "bypassed";
  /** Drawn as a stack of sheets. */
  readonly stacked: boolean;
}

export interface FigureWire {
  readonly id: string;
  /** Data of an SVG path. */
  readonly path: string;
  /** Its box, labels left out. */
  readonly bounds: Box;
  /** Centred above this point. */
  readonly label: { readonly x: number; readonly y: number; readonly text: string } | null;
}

export const noteColours = ["blue", "green", "red", "yellow", "violet", "grey"] as const;
export type NoteColour = (typeof noteColours)[number];

export interface FigureNote extends Box {
  readonly id: string;
  /** A title, or lines that fit the width. */
  readonly lines: readonly string[];
  readonly colour: NoteColour | null;
}
