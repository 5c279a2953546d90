import { describe, expect, it } from "vitest";
import { GraphBuilder, opNames } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { inDouble } from "../../src/passes/double.ts";
import { type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import { buildCase } from "../support/cases.ts";
import { singleCases } from "../support/op-cases.ts";
import { runGraph } from "../support/run.ts";

/** Of each operator the cases in single precision, as far as it has no graphs inside. */
const cases = opNames.flatMap((op) =>
  singleCases(op).flatMap((c, i) => (c.bodies ? [] : [[`${op}, ${c.note ?? `case ${i}`}`, op, c] as const])),
);

const wide = (t: Tensor): Tensor => (t.dtype === "float32" ? tensor("float64", t.dims, toNumbers(t)) : t);

describe("in double precision", () => {
  it.each(cases)("%s: computes the same, with kernels that there are", async (_name, op, c) => {
    const { b, outputs, feeds } = buildCase(op, c);
    const graph = b.finish(outputs.map((v) => b.asOutput(v)));
    const double = inDouble(graph);
    if (!double) return expect.fail("no graph");
    expect(double.graph.outputs.map((v) => v.type.dtype)).not.toContain("float32");
    const single = await runGraph(graph, feeds);
    const found = await runGraph(double.graph, Object.fromEntries(Object.entries(feeds).map(([k, t]) => [k, wide(t)])));
    single.forEach((t, i) => {
      const [a, z] = [toNumbers(t), toNumbers(found[i] as Tensor)];
      const scale = Math.max(1, ...Array.from(a, (v) => (Number.isFinite(v) ? Math.abs(v) : 0)));
      expect(z.length).toBe(a.length);
      for (let k = 0; k < a.length; k++) {
        const [x, y] = [a[k] as number, z[k] as number];
        // Rounding of float32 in the one, at most a few dozen operations deep.
        const near = Number.isFinite(x) ? Math.abs(x - y) <= 1e-5 * scale : Object.is(x, y);
        expect(near, `element ${k}: ${x} and ${y}`).toBe(true);
      }
    });
  });

  it("has erf to the last digits of a double", async () => {
    // DLMF 7.23, and far out where it is 1.
    const known = [
      [0.1, 0.1124629160182849],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [2, 0.9953222650189527],
      [3, 0.9999779095030014],
      [5.5, 0.9999999999999927],
      [9, 1],
    ] as const;
    const b = new GraphBuilder("erf");
    const x = b.input("x", { dtype: "float32", shape: [2 * known.length] });
    const double = inDouble(b.finish([b.named(b.emit("Erf", [x]), "y")]));
    const xs = known.flatMap(([at]) => [at, -at]);
    const [y] = await runGraph(double?.graph as Graph, { x: tensor("float64", [xs.length], xs) });
    const ys = toNumbers(y as Tensor);
    known.forEach(([, value], i) => {
      expect(Math.abs((ys[2 * i] as number) - value)).toBeLessThan(2e-15);
      expect(ys[2 * i + 1]).toBe(-(ys[2 * i] as number));
    });
  });

  it("says where it had to stay in single precision", () => {
    const exact = (op: "Conv" | "Tan"): boolean | undefined => {
      const { b, outputs } = buildCase(op, singleCases(op)[0] as (typeof cases)[0][2]);
      return inDouble(b.finish(outputs))?.exact;
    };
    expect([exact("Conv"), exact("Tan")]).toEqual([true, false]);
  });
});
