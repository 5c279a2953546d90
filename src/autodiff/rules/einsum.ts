import { invariant } from "../../core/invariant.ts";
import type { GradientContext, GradientRule } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import { einsumTerms } from "../../ir/ops/einsum.ts";

/**
 * Y[o] = Σ Π X_i[t_i]: dX_i = Einsum(dY, the other X; o, t_j -> t_i). A letter that only X_i has was summed away:
 * its gradient is constant along it. A letter twice in t_i takes a diagonal: its gradient lies on the diagonal.
 */
export const einsum: GradientRule = (c) => {
  const m = new Maths(c.b);
  const shapes = c.inputs.map((_, i) => c.size(c.x(i)));
  const parsed = einsumTerms(
    c.attrs["equation"] as string,
    shapes.map((s) => s.length),
  );
  invariant(parsed, "an equation that has passed inference");
  const { terms, output } = parsed;
  return c.inputs.map((_, i) => {
    if (!c.needs(i)) return null;
    const others = terms.flatMap((t, j) => (j === i ? [] : [{ letters: t, value: c.x(j) }]));
    const sources = [{ letters: output, value: c.dy() }, ...others];
    return gradient(c, m, sources, terms[i] as string, shapes[i] as number[]);
  });
};

function gradient(
  c: GradientContext,
  m: Maths,
  sources: readonly { letters: string; value: Value }[],
  term: string,
  dims: readonly number[],
): Value {
  const known = new Set(sources.flatMap((s) => [...s.letters]));
  const target = [...new Set(term)].filter((letter) => known.has(letter)).join("");
  const equation = `${sources.map((s) => s.letters).join(",")}->${target}`;
  const direct = sources.length === 1 && sources[0]?.letters === target;
  const compact = direct
    ? (sources[0]?.value as Value)
    : c.b.emit(
        "Einsum",
        sources.map((s) => s.value),
        { equation },
      );
  const sizes = new Map([...target].map((letter, i) => [letter, compact.type.shape[i] as number]));
  const first = [...term].map((letter, i) => (term.indexOf(letter) === i ? (sizes.get(letter) ?? 1) : 1));
  return [...term].reduce(
    (v, letter, i) => {
      const at = term.indexOf(letter);
      return at === i ? v : m.mul(v, identity(m, v, dims, at, i));
    },
    m.reshape(compact, first),
  );
}

/** Ones where the indices of axes `a` and `b` agree. */
function identity(m: Maths, like: Value, shape: readonly number[], a: number, b: number): Value {
  const size = shape[a] as number;
  const dims = shape.map((d, i) => (i === a || i === b ? d : 1));
  const values = Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  return m.table(values, dims, like);
}
