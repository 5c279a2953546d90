import { useSyncExternalStore } from "react";
import { invariant } from "../../src/core/invariant.ts";

/**
 * Families of colours that values are drawn in. `signed`: blue below 0, orange above. `sequential`, `cost`: the more, the
 * further from the ground. `grey`: pictures of the data, ink on paper.
 */
export const tones = ["signed", "sequential", "cost", "grey"] as const;
export type Tone = (typeof tones)[number];

/** Tokens of each family, from the least value to the greatest. */
const stops: { readonly [T in Tone]: readonly string[] } = {
  signed: ["--sg-m3", "--sg-m2", "--sg-m1", "--sg-0", "--sg-p1", "--sg-p2", "--sg-p3"],
  sequential: ["--seq-0", "--seq-1", "--seq-2", "--seq-3", "--seq-4", "--seq-5", "--seq-6"],
  cost: ["--cost-0", "--cost-1", "--cost-2", "--cost-3", "--cost-4", "--cost-5", "--cost-6"],
  grey: ["--px-0", "--px-1"],
};

/** Entries of a table; an odd number of them are steps, so that the middle one is exactly the middle colour. */
const entries = 256;
export const colourSteps = entries - 1;
/** Entry for what is no number: the colour of an error. */
export const badEntry = entries - 1;

/** 256 colours as a canvas takes them, `ABGR`: 255 steps of a family, and the one for NaN and infinite values. */
export type ColourTable = Uint32Array;

/** Makes the table of a family out of what the tokens say. `token` gives the value of a custom property, `#rrggbb`. */
export function colourTable(tone: Tone, token: (name: string) => string): ColourTable {
  const colours = stops[tone].map((name) => labOf(token(name)));
  const table = new Uint32Array(entries);
  for (let i = 0; i < colourSteps; i++) {
    const at = (i / (colourSteps - 1)) * (colours.length - 1);
    const k = Math.min(colours.length - 2, Math.floor(at));
    table[i] = packed(mix(colours[k] as Lab, colours[k + 1] as Lab, at - k));
  }
  table[badEntry] = packed(labOf(token("--sev-error")));
  return table;
}

/** `#rrggbb` of an entry, for what is drawn as an element. */
export const hexOf = (colour: number): string =>
  `#${[colour, colour >>> 8, colour >>> 16].map((c) => (c & 255).toString(16).padStart(2, "0")).join("")}`;

/** Relative luminance of a colour (WCAG 2.1). */
export function luminanceOf(colour: number): number {
  const [r, g, b] = [colour, colour >>> 8, colour >>> 16].map((c) => toLinear(c & 255)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Whether the lighter or the darker ink is read better on a ground, all given by their luminance. */
export const prefersLight = (ground: number, light: number, dark: number): boolean =>
  (light + 0.05) * (dark + 0.05) > (ground + 0.05) ** 2;

/** Six digits: what packs the styles shortens `#ffffff` to `#fff`. */
const sixDigits = (hex: string): string => hex.trim().replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");

/** A colour as a canvas takes it, from what a token says: `#rrggbb`. */
export function colourOf(hex: string): number {
  const rgb = Number.parseInt(sixDigits(hex).slice(1), 16);
  return (0xff000000 | ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >>> 16)) >>> 0;
}

/** Steps between neighbouring tokens look alike only when they are mixed in OKLab, as CSS does `in oklab`. */
type Lab = readonly [number, number, number];

const mix = (a: Lab, b: Lab, t: number): Lab =>
  [0, 1, 2].map((i) => at(a, i) + (at(b, i) - at(a, i)) * t) as unknown as Lab;
const at = (c: Lab, i: number): number => c[i] as number;

const toLinear = (byte: number): number => {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};
const toByte = (linear: number): number => {
  const c = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055));
};

function labOf(colour: string): Lab {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(sixDigits(colour));
  invariant(hex, `${colour} is no colour that can be mixed`);
  const [r, g, b] = [1, 2, 3].map((i) => toLinear(Number.parseInt(hex[i] as string, 16))) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function packed([lightness, a, b]: Lab): number {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = toByte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = toByte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = toByte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Colours from one token to another in so many steps, both ends included. */
export function rampOf(from: string, to: string, steps: number): ColourTable {
  const [a, b] = [labOf(from), labOf(to)];
  return Uint32Array.from({ length: steps }, (_, i) => packed(mix(a, b, i / (steps - 1))));
}

const tables = new Map<string, ColourTable>();
const root = (): HTMLElement => document.documentElement;

let normaliser: CanvasRenderingContext2D | null = null;

/** The colour of a token in the theme that is shown, as `#rrggbb`; a built style sheet may write it in another way. */
export function tokenValue(name: string): string {
  normaliser ??= document.createElement("canvas").getContext("2d");
  invariant(normaliser, "no canvas can be drawn on");
  normaliser.fillStyle = getComputedStyle(root()).getPropertyValue(name).trim();
  return normaliser.fillStyle;
}

/** The table of a family in the theme that is shown; components that use it are drawn anew when the theme changes. */
export function useColours(tone: Tone): ColourTable {
  const theme = useTheme();
  const key = `${theme} ${tone}`;
  let table = tables.get(key);
  if (!table) {
    table = colourTable(tone, tokenValue);
    tables.set(key, table);
  }
  return table;
}

/** Name of the theme that is shown, for what is drawn in colours that a script has to know. */
export const useTheme = (): string => useSyncExternalStore(onTheme, () => root().dataset["theme"] ?? "");

const listeners = new Set<() => void>();
let observer: MutationObserver | null = null;

function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  if (!observer) {
    observer = new MutationObserver(() => {
      for (const l of listeners) l();
    });
    observer.observe(root(), { attributeFilter: ["data-theme"] });
  }
  return () => listeners.delete(listener);
}
