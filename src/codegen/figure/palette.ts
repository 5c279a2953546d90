import type { CategoryColor } from "../glyphs.ts";
import type { NoteColour } from "./scene.ts";

export const figureThemes = ["light", "dark", "print"] as const;
export type FigureTheme = (typeof figureThemes)[number];

interface Tint {
  readonly ink: string;
  readonly line: string;
  readonly ground: string;
}

/** Colours of a figure; those of the window's tokens of the same theme, for print with black ink. */
export interface FigurePalette {
  readonly canvas: string;
  readonly node: string;
  readonly line: string;
  readonly text: string;
  readonly text2: string;
  readonly text3: string;
  readonly wire: string;
  readonly port: string;
  readonly categories: { readonly [C in CategoryColor]: string };
  readonly tints: { readonly [C in NoteColour]: Tint };
}

const light: FigurePalette = {
  canvas: "#f5f5f8",
  node: "#ffffff",
  line: "#c6c6d0",
  text: "#18181f",
  text2: "#4d4d59",
  text3: "#666673",
  wire: "#878796",
  port: "#565664",
  categories: {
    data: "#0b7285",
    linear: "#1668c1",
    conv: "#b4530f",
    recurrent: "#8a6500",
    attention: "#a32fb0",
    norm: "#4f7a10",
    activation: "#0c805a",
    regular: "#7d5f50",
    shape: "#52657d",
    loss: "#bd2459",
    control: "#45454f",
  },
  tints: {
    blue: { ink: "#1a62ae", line: "#b0cdee", ground: "#e9f1fb" },
    green: { ink: "#1a7348", line: "#a5d8bd", ground: "#e6f5ed" },
    red: { ink: "#b3261e", line: "#eeb4b0", ground: "#fceceb" },
    yellow: { ink: "#8a5a00", line: "#e8cc8a", ground: "#fdf3dc" },
    violet: { ink: "#5546cf", line: "#bdb5f0", ground: "#efedfb" },
    grey: { ink: "#666673", line: "#c6c6d0", ground: "#f4f4f6" },
  },
};

const dark: FigurePalette = {
  canvas: "#131318",
  node: "#212129",
  line: "#42424f",
  text: "#f1f1f5",
  text2: "#b9b9c5",
  text3: "#9b9baa",
  wire: "#62626f",
  port: "#a3a3b2",
  categories: {
    data: "#45b9cf",
    linear: "#62a8f2",
    conv: "#ee9050",
    recurrent: "#d4ad3d",
    attention: "#dd84e6",
    norm: "#98c64f",
    activation: "#46c494",
    regular: "#c2a18f",
    shape: "#9db0c8",
    loss: "#f57fa6",
    control: "#b9b9c5",
  },
  tints: {
    blue: { ink: "#79b6f7", line: "#2e5580", ground: "#17293d" },
    green: { ink: "#5fcb98", line: "#2b6a49", ground: "#14301f" },
    red: { ink: "#ff8f86", line: "#7c3934", ground: "#3a1e1d" },
    yellow: { ink: "#efbf57", line: "#6e5717", ground: "#33290f" },
    violet: { ink: "#9a8ff8", line: "#514aa0", ground: "#2a2747" },
    grey: { ink: "#9b9baa", line: "#42424f", ground: "#131318" },
  },
};

/** Lines and small text dark enough for a page in a book. */
const print: FigurePalette = {
  ...light,
  canvas: "#ffffff",
  line: "#30303a",
  text: "#000000",
  text2: "#18181f",
  text3: "#30303a",
  wire: "#30303a",
  port: "#18181f",
};

export const figurePalettes: { readonly [T in FigureTheme]: FigurePalette } = { light, dark, print };
