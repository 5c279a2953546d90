import { numberTex } from "../expression.ts";
import { inputFactor, numberFactor, valueAt } from "../letters.ts";
import { multilinear, term } from "../multilinear.ts";
import { elementOf, inputPlace } from "../place.ts";
import type { Form, NodeNumbers } from "../worked.ts";

const output = (numbers: NodeNumbers, index: number): number =>
  elementOf(numbers.outputs[0] as NodeNumbers["outputs"][number], index);

/**
 * Dropout: what was drawn is seen by what came out. An element that is 0 anyway tells nothing of its draw and counts as
 * kept.
 */
export const dropping: Form = multilinear(
  (numbers, _, index) => {
    const x = inputFactor(numbers, 0, index);
    const rate = numbers.params["rate"] as number;
    if (!numbers.training || rate === 0) return { terms: [term(x)], letters: "x" };
    const kept = output(numbers, index) !== 0 || valueAt(numbers, inputPlace(0, index)) === 0;
    const keep = numberTex(Number((1 - rate).toPrecision(6)));
    const mask = kept ? numberFactor(`\\tfrac{1}{${keep}}`, 1 / (1 - rate)) : numberFactor("0", 0);
    return { terms: [term(mask, x)], letters: "m\\,x" };
  },
  (params) => ({
    input: String.raw`\frac{\partial L}{\partial x} = \frac{m}{${Number((1 - (params["rate"] as number)).toPrecision(6))}}\, \frac{\partial L}{\partial y}`,
    parameters: {},
  }),
);

/** Added noise: what was drawn is what came out less what went in. */
export const noise: Form = multilinear(
  (numbers, _, index) => {
    const x = inputFactor(numbers, 0, index);
    if (!numbers.training || numbers.params["deviation"] === 0) return { terms: [term(x)], letters: "x" };
    const drawn = output(numbers, index) - x.value;
    return { terms: [term(x), term(numberFactor(numberTex(drawn), drawn))], letters: "x + \\varepsilon" };
  },
  { input: String.raw`\frac{\partial L}{\partial x} = \frac{\partial L}{\partial y}`, parameters: {} },
);
