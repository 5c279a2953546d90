import katex from "katex";
import { describe, expect, it } from "vitest";
import { numberTex, resultOf } from "../../src/explain/expression.ts";
import { type LossNumbers, lossGradient, unitOf, unitsOf, workedLoss, workedUnit } from "../../src/explain/loss.ts";
import { lossSchema } from "../../src/graph/objective.ts";
import { lossCases, runLoss } from "../support/loss-cases.ts";

/** float32 rounding of the engine: some 1e-7 of the largest number that occurs, a few times over. */
const tolerance = 2e-6;
const close = (found: number, want: number, scale: number, what: string): void =>
  expect(Math.abs(found - want), `${what}: ${found} for ${want}`).toBeLessThan(tolerance * Math.max(1, scale));

describe("losses with their numbers", () => {
  it("has a case for every loss", () => {
    const kinds = new Set(lossCases.map((c) => c.spec.kind));
    expect(lossSchema.options.map((o) => o.shape.kind.value).filter((k) => !kinds.has(k))).toEqual([]);
  });

  it.each(lossCases)("$name: value and gradient equal those of the engine", async (c) => {
    const weight = 0.7;
    const n: LossNumbers = { spec: c.spec, prediction: c.prediction, target: c.target, weight };
    const engine = await runLoss(c, "seeds");
    const { value, lines } = workedLoss(n);
    close(value, weight * engine.value, Math.abs(engine.value), "loss");
    expect(lines.at(-1)).toMatch(new RegExp(`= ${numberTex(value).replace(/[\\^{}.]/g, "\\$&")}$`));
    const all = Array.from({ length: unitsOf(n) }, (_, i) => workedUnit(n, i));
    const total = all.reduce((sum, u) => sum + u.value, 0);
    close(total, engine.total, Math.abs(engine.total), "sum of the parts");
    for (const index of c.prediction.data.keys()) {
      const { letters, expression } = lossGradient(n, index);
      close(resultOf(expression), weight * (engine.prediction[index] as number), 1, `${letters} of ${c.name}`);
      expect(all[unitOf(n, index)]).toBeDefined();
    }
    for (const line of [...lines, ...all.flatMap((u) => u.lines)]) {
      expect(line).not.toMatch(/undefined|NaN/);
      expect(() => katex.renderToString(line, { throwOnError: true })).not.toThrow();
    }
  });
});
