import { fail, map } from "../core/result.ts";
import { choice, initializer, int } from "../graph/params.ts";
import type { Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";
import { type Dim, isSymbolic, symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { first, inputOfRank, knownSize } from "./shared/check.ts";

/**
 * Adds a vector per position to a sequence [N, T, D]:
 * - sinusoidal (Vaswani et al. 2017): P[t, 2i] = sin(t / 10000^(2i/D)), P[t, 2i+1] = cos(t / 10000^(2i/D)), fixed;
 * - learned: P = weight [maxLength, D].
 * T is at most maxLength; where it is a symbol the table is cut to the length of the sequence at run time.
 */
export const layer = defineLayer({
  id: "positional-encoding",
  version: 1,
  category: "linear",
  icon: "audio-waveform",
  params: {
    kind: choice(["sinusoidal", "learned"], "sinusoidal"),
    maxLength: int(512, { min: 1, max: 65536 }),
    weightInit: initializer({ kind: "normal", mean: 0, deviation: 0.02 }, { when: { param: "kind", is: ["learned"] } }),
  },
  infer(c) {
    const x = inputOfRank(c, 3);
    if (!x.ok) return x;
    const length = x.value.shape[1] as Dim;
    if (typeof length === "number" && length > c.params.maxLength) {
      const payload = { what: "maxLength", found: String(c.params.maxLength), expected: `>= ${length}` };
      const fix = c.setParam("maxLength", length);
      return fail(c.issue("shape.range", payload, { param: "maxLength", fix }));
    }
    return map(knownSize(c, x.value, 2, "features"), () => [x.value]);
  },
  parameters(c) {
    if (c.params.kind === "sinusoidal") return [];
    const width = first(c.inputs).shape[2] as number;
    return [{ name: "weight", shape: [c.params.maxLength, width], init: c.params.weightInit, kind: "parameter" }];
  },
  lower(c) {
    const x = first(c.inputs);
    const m = new Maths(c.b);
    const { kind, maxLength } = c.params;
    const [, length, width] = x.type.shape as [Dim, Dim, number];
    const rows = isSymbolic(length) || kind === "learned" ? maxLength : length;
    const table = kind === "learned" ? c.parameter("weight") : m.table(sinusoids(rows, width), [rows, width], x);
    return [m.add(x, firstRows(m, table, x, length))];
  },
  formula: String.raw`y_t = x_t + P_t,\quad P_{t,2i} = \sin\frac{t}{10000^{2i/D}},\ P_{t,2i+1} = \cos\frac{t}{10000^{2i/D}}`,
  examples: [
    { params: { maxLength: 8 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 6, 5] }] },
    { params: { maxLength: 9 }, inputs: [{ dtype: "float32", shape: [symbol("N"), symbol("T"), 4] }] },
    { params: { kind: "learned", maxLength: 9 }, inputs: [{ dtype: "float32", shape: [symbol("N"), symbol("T"), 4] }] },
  ],
});

export function sinusoids(rows: number, width: number): Float64Array {
  const values = new Float64Array(rows * width);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < width; j++) {
      const angle = t / 10000 ** ((j - (j % 2)) / width);
      values[t * width + j] = j % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return values;
}

/** The first `length` rows of a table; a symbolic length is axis 1 of `x` at run time. */
function firstRows(m: Maths, table: Value, x: Value, length: Dim): Value {
  const [rows, width] = table.type.shape as [number, number];
  if (length === rows) return table;
  const { b } = m;
  const end = isSymbolic(length) ? b.emit("Shape", [x], { start: 1, end: 2 }) : b.ints([length]);
  const types = [{ dtype: table.type.dtype, shape: [length, width] }];
  return b.emit("Slice", [table, b.ints([0]), end, b.ints([0]), b.ints([1])], {}, { types });
}
