import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(path.resolve(import.meta.dirname, "../../../../renderer/styles/tokens.css"), "utf8");
const themes = ["light", "dark", "contrast"] as const;
type Theme = (typeof themes)[number];

type Tokens = ReadonlyMap<string, string>;

/** Custom properties of every rule whose selector names a theme. */
function tokensOf(theme: Theme): Tokens {
  const tokens = new Map<string, string>();
  for (const [, selector = "", body = ""] of css.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (!selector.includes(`[data-theme="${theme}"]`)) continue;
    for (const [, name = "", value = ""] of body.matchAll(/(--[\w-]+)\s*:\s*([^;]+);/g)) tokens.set(name, value.trim());
  }
  return tokens;
}

function colour(tokens: Tokens, name: string): readonly [number, number, number] {
  const value = tokens.get(name);
  const reference = /^var\((--[\w-]+)\)$/.exec(value ?? "");
  if (reference?.[1]) return colour(tokens, reference[1]);
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(value ?? "");
  expect(hex, `${name} is ${value}`).not.toBeNull();
  return [1, 2, 3].map((i) => Number.parseInt(hex?.[i] ?? "", 16) / 255) as [number, number, number];
}

/** Relative luminance of WCAG 2.1. */
function luminance([r, g, b]: readonly [number, number, number]): number {
  const linear = (c: number): number => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function contrast(tokens: Tokens, front: string, back: string): number {
  const [x, y] = [luminance(colour(tokens, front)), luminance(colour(tokens, back))];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const categories = [
  "data",
  "linear",
  "conv",
  "recurrent",
  "attention",
  "norm",
  "activation",
  "regular",
  "shape",
  "loss",
  "control",
];
const severities = ["error", "warn", "info", "ok"];

/** Text, which needs 4.5 (WCAG 2.1, 1.4.3). */
const texts: readonly (readonly [string, string])[] = [
  ...["--text", "--text-2", "--text-3"].map((t) => [t, "--bg-panel"] as const),
  ...["--bg-canvas", "--bg-sunken", "--bg-node", "--bg-hover", "--bg-raised"].map((b) => ["--text-3", b] as const),
  ["--text", "--bg-canvas"],
  ["--text-2", "--bg-sunken"],
  ["--text-2", "--bg-hover"],
  ["--text", "--bg-press"],
  ["--accent-text", "--bg-panel"],
  ["--accent-text", "--accent-soft"],
  ["--on-accent", "--accent"],
  ["--on-accent", "--accent-hover"],
  ...severities.flatMap((s) => [[`--sev-${s}`, "--bg-panel"] as const, [`--sev-${s}`, `--sev-${s}-soft`] as const]),
  ...severities.map((s) => ["--on-sev", `--sev-${s}`] as const),
  ...categories.map((c) => [`--cat-${c}`, "--bg-node"] as const),
];

/** Graphics and outlines of controls, which need 3 (WCAG 2.1, 1.4.11). */
const graphics: readonly (readonly [string, string])[] = [
  ...["m3", "m2", "m1", "0", "p1", "p2", "p3"].map((s) => [`--hl-${s}`, "--bg-canvas"] as const),
  ...["1", "2", "3"].map((s) => [`--ch-${s}`, "--bg-panel"] as const),
  ...["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].map((c) => [`--cl-${c}`, "--bg-panel"] as const),
  ["--edge-ink", "--bg-canvas"],
  ["--line-control", "--bg-panel"],
  ["--focus", "--bg-canvas"],
  ["--focus", "--bg-panel"],
  ["--accent", "--bg-canvas"],
];

describe.each(themes)("contrast in the theme %s", (theme) => {
  const tokens = tokensOf(theme);

  test.each(texts)("text %s on %s reaches AA", (front, back) => {
    expect(contrast(tokens, front, back)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(graphics)("graphics %s on %s reaches AA", (front, back) => {
    expect(contrast(tokens, front, back)).toBeGreaterThanOrEqual(3);
  });
});

test("the ratio is that of WCAG: black on white 21, a known grey 4.54", () => {
  const tokens = new Map([
    ["--a", "#000000"],
    ["--b", "#ffffff"],
    ["--c", "#767676"],
  ]);
  expect(contrast(tokens, "--a", "--b")).toBeCloseTo(21, 10);
  expect(contrast(tokens, "--c", "--b")).toBeCloseTo(4.54, 2);
});
