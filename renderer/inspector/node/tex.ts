import { type Dim, dimText } from "../../../src/shape/dim.ts";
import type { Shape } from "../../../src/shape/type.ts";

/** A dimension in LaTeX: `28`, `N`, `\lfloor (T - 3)/2 \rfloor + 1`. */
export const dimTex = (d: Dim): string => floorsTex(dimText(d));

/** `N \times 16 \times 10 \times 10` */
export const shapeTex = (shape: Shape): string => (shape.length === 0 ? "1" : shape.map(factorTex).join(" \\times "));

/** A dimension as a factor or a term behind a sign: sums get brackets. */
export const factorTex = (d: Dim): string => (/ [+-] /.test(dimText(d)) ? `(${dimTex(d)})` : dimTex(d));

/** Texts of dimensions write floor((a)/b); everything else is LaTeX but for products and names of several letters. */
function floorsTex(text: string): string {
  const at = text.indexOf("floor((");
  if (at < 0) return plainTex(text);
  const close = matching(text, at + 6);
  const divisor = /^\/(\d+)\)/.exec(text.slice(close + 1));
  const end = close + 1 + (divisor?.[0].length ?? 0);
  const inner = floorsTex(text.slice(at + 7, close));
  const floor = `\\left\\lfloor \\frac{${inner}}{${divisor?.[1] ?? 1}} \\right\\rfloor`;
  return `${plainTex(text.slice(0, at))}${floor}${floorsTex(text.slice(end))}`;
}

const plainTex = (text: string): string =>
  text
    .replace(/[A-Za-z_][A-Za-z0-9_]+/g, (name) => `\\mathit{${name.replace(/_/g, "\\_")}}`)
    .replace(/\*/g, " \\cdot ");

/** Place of the bracket that closes the one at `open`. */
function matching(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")") depth--;
    if (depth === 0) return i;
  }
  return text.length - 1;
}

/** A decimal number in LaTeX: `10^{-5}`, `0.01`, `2.5 \cdot 10^{-7}`. */
export function numberTex(value: number): string {
  const text = Number(value.toPrecision(6)).toString();
  const [digits, exponent] = value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential().split("e") : text.split("e");
  if (exponent === undefined) return text;
  const power = `10^{${Number(exponent)}}`;
  return digits === "1" ? power : `${digits} \\cdot ${power}`;
}
