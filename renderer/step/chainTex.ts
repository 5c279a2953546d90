import { numberTex } from "../../src/explain/expression.ts";
import type { Chain } from "./chain.ts";

/** Most factors that are written out; of more, the first and the last. */
const most = 5;

const named = (letter: string, node: string): string => `${letter}_{\\text{${escaped(node)}}}`;
const escaped = (name: string): string => name.replace(/[\\{}$&#^_~%]/g, (c) => (c === "_" ? "\\_" : ""));

/**
 * The gradient by a parameter of the node at `place` as a product along the way: `∂L/∂w = ∂L/∂z · ∂z/∂a · …`, and what
 * the norms come to.
 */
export function chainTex(
  { links, end }: Chain,
  place: string,
  /** Letter of the parameter; null for the input. */
  parameter: string | null,
  norms: ReadonlyMap<string, number>,
): string {
  if (!end) return "";
  const at = place === end.id ? links.length : links.findIndex((l) => l.id === place);
  const behind = links.slice(Math.max(0, at)).map((l) => l.id);
  const target = parameter ?? "x";
  if (behind.length === 0) return "\\frac{\\partial L}{\\partial z}";
  const letters = [...behind].reverse().map((id, i) => (i === 0 ? "z" : named("a", id)));
  const all = ["L", ...letters, behind[0] === undefined ? target : named(target, behind[0])];
  const factors = all.slice(0, -1).map((a, i) => `\\tfrac{\\partial ${a}}{\\partial ${all[i + 1]}}`);
  const shown =
    factors.length > most
      ? `${factors.slice(0, 2).join(" \\cdot ")} \\cdots ${factors.slice(-2).join(" \\cdot ")}`
      : factors.join(" \\cdot ");
  const norm = norms.get(behind[0] ?? "");
  const size =
    norm === undefined
      ? ""
      : `,\\quad \\lVert \\tfrac{\\partial L}{\\partial ${all.at(-2)}} \\rVert = ${numberTex(norm, 3)}`;
  return `\\tfrac{\\partial L}{\\partial ${all.at(-1)}} = ${shown}${size}`;
}
