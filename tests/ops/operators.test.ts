import { describe, expect, it } from "vitest";
import { opNames } from "../../src/ir/builder.ts";
import { type Tensor, toNumbers } from "../../src/shape/dtype.ts";
import { buildCase, expectDeclaredType, withEveryResult } from "../support/cases.ts";
import { opCases } from "../support/op-cases.ts";
import { runGraph } from "../support/run.ts";

describe.each(opNames)("%s at the opset of Gradloom", (op) => {
  const cases = opCases(op);

  it("has a case", () => expect(cases.length).toBeGreaterThan(0));

  it.each(cases.map((c, i) => [c.note ?? `case ${i}`, c] as const))("%s", async (_note, c) => {
    const { b, outputs, feeds } = buildCase(op, c);
    const results = await runGraph(withEveryResult(b.finish(outputs)), feeds);
    outputs.forEach((v, i) => {
      expectDeclaredType(results[i] as Tensor, v);
    });
    c.expect?.forEach((wanted, i) => {
      const found = Array.from(toNumbers(results[i] as Tensor));
      expect(found.length).toBe(wanted.length);
      // Six digits: half of the operators have float32 kernels only.
      for (const [k, v] of found.entries()) expect(v).toBeCloseTo(wanted[k] as number, 5);
    });
  });
});
