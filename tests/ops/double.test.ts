import { describe, expect, it } from "vitest";
import { opNames } from "../../src/ir/builder.ts";
import { inDouble } from "../../src/passes/double.ts";
import { type Tensor, toNumbers } from "../../src/shape/dtype.ts";
import { buildCase } from "../support/cases.ts";
import { singleCases } from "../support/op-cases.ts";
import { runGraph } from "../support/run.ts";

/** Of each operator the cases in single precision, as far as it has no graphs inside. */
const cases = opNames.flatMap((op) =>
  singleCases(op).flatMap((c, i) => (c.bodies ? [] : [[`${op}, ${c.note ?? `case ${i}`}`, op, c] as const])),
);

describe("in double precision", () => {
  it.each(cases)("%s: computes the same, with kernels that there are", async (_name, op, c) => {
    const { b, outputs, feeds } = buildCase(op, c);
    const graph = b.finish(outputs.map((v) => b.asOutput(v)));
    const double = inDouble(graph);
    if (!double) return expect.fail("no graph");
    expect(double.graph.outputs.map((v) => v.type.dtype)).not.toContain("float32");
    const single = await runGraph(graph, feeds);
    const found = await runGraph(double.graph, feeds);
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

  it("says where it had to stay in single precision", () => {
    const exact = (op: "Conv" | "Erf"): boolean | undefined => {
      const { b, outputs } = buildCase(op, singleCases(op)[0] as (typeof cases)[0][2]);
      return inDouble(b.finish(outputs))?.exact;
    };
    expect([exact("Conv"), exact("Erf")]).toEqual([true, false]);
  });
});
