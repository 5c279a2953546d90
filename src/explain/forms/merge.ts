import { equation, negative, over, power, resultOf } from "../expression.ts";
import { elementLeaf, inputFactor, numberFactor, outputLetters } from "../letters.ts";
import { multilinear, partial, term } from "../multilinear.ts";
import { broadcastIndex, coordinates, flatIndex, inputPlace } from "../place.ts";
import { type Factor, type Form, type NodeNumbers, withSlopes } from "../worked.ts";

const outputAt = (numbers: NodeNumbers, index: number): number[] => coordinates(numbers.outputs[0]?.dims ?? [], index);

/** The element that each input gives, under broadcasting. */
const operands = (numbers: NodeNumbers, index: number, named = false): Factor[] =>
  numbers.inputs.map((t, i) => inputFactor(numbers, i, broadcastIndex(t.dims, outputAt(numbers, index)), { named }));

export const add: Form = multilinear(
  (numbers, _, index) => ({ terms: operands(numbers, index).map((f) => term(f)), letters: "\\sum_i x^{(i)}" }),
  {
    input: String.raw`\frac{\partial L}{\partial x^{(1)}} = \frac{\partial L}{\partial x^{(2)}} = \dots = \frac{\partial L}{\partial y}`,
    parameters: {},
  },
);

export const multiply: Form = multilinear(
  (numbers, _, index) => ({ terms: [term(...operands(numbers, index))], letters: "\\prod_i x^{(i)}" }),
  {
    input: String.raw`\frac{\partial L}{\partial x^{(i)}} = \frac{\partial L}{\partial y} \prod_{k \ne i} x^{(k)}`,
    parameters: {},
  },
);

export const subtract: Form = multilinear(
  (numbers, _, index) => {
    const [a, b] = operands(numbers, index, true) as [Factor, Factor];
    return { terms: [term(a), term(numberFactor("-1", -1), b)], letters: "a - b" };
  },
  {
    input: String.raw`\frac{\partial L}{\partial a} = \frac{\partial L}{\partial y},\quad \frac{\partial L}{\partial b} = -\frac{\partial L}{\partial y}`,
    parameters: {},
  },
  { named: true },
);

const sides = (numbers: NodeNumbers, index: number) =>
  [0, 1].map((i) => inputPlace(i, broadcastIndex(numbers.inputs[i]?.dims ?? [], outputAt(numbers, index)))) as [
    ReturnType<typeof inputPlace>,
    ReturnType<typeof inputPlace>,
  ];

export const divide: Form = withSlopes({
  reads: (numbers, _, index) => sides(numbers, index),
  worked(numbers, output, index) {
    const [a, b] = sides(numbers, index);
    const e = over(elementLeaf(numbers, a, { named: true }), elementLeaf(numbers, b, { named: true }));
    return {
      lines: [equation(outputLetters(numbers, output, index), e)],
      value: resultOf(e),
      terms: [],
    };
  },
  local(numbers, output, index, by) {
    const [a, b] = sides(numbers, index).map((at) => elementLeaf(numbers, at, { named: true }));
    const first = by.tensor.of === "input" && by.tensor.input === 0;
    const expression = first ? over(1, b as never) : negative(over(a as never, power(b as never, 2)));
    return { letters: partial(numbers, output, index, by, { named: true }), expression };
  },
  backward: () => ({
    input: String.raw`\frac{\partial L}{\partial a} = \frac{1}{b}\, \frac{\partial L}{\partial y},\quad \frac{\partial L}{\partial b} = -\frac{a}{b^2}\, \frac{\partial L}{\partial y}`,
    parameters: {},
  }),
});

export const concat: Form = multilinear(
  (numbers, _, index) => {
    const at = outputAt(numbers, index);
    const axis = frontAxis(numbers);
    let left = at[axis] as number;
    let input = 0;
    for (; left >= (numbers.inputs[input]?.dims[axis] as number); input++) {
      left -= numbers.inputs[input]?.dims[axis] as number;
    }
    const place = at.map((c, i) => (i === axis ? left : c));
    return {
      terms: [term(inputFactor(numbers, input, flatIndex(numbers.inputs[input]?.dims ?? [], place)))],
      letters: "x",
    };
  },
  {
    input: String.raw`\Bigl[ \frac{\partial L}{\partial x^{(1)}};\, \frac{\partial L}{\partial x^{(2)}};\, \dots \Bigr] = \frac{\partial L}{\partial y}`,
    parameters: {},
  },
);

export const split: Form = multilinear(
  (numbers, output, index) => {
    const axis = frontAxis(numbers);
    const before = numbers.outputs.slice(0, output).reduce((sum, t) => sum + (t.dims[axis] as number), 0);
    const at = coordinates(numbers.outputs[output]?.dims ?? [], index).map((c, i) => (i === axis ? c + before : c));
    return { terms: [term(inputFactor(numbers, 0, flatIndex(numbers.inputs[0]?.dims ?? [], at)))], letters: "x" };
  },
  {
    input: String.raw`\frac{\partial L}{\partial x} = \Bigl[ \frac{\partial L}{\partial y^{(1)}};\, \frac{\partial L}{\partial y^{(2)}};\, \dots \Bigr]`,
    parameters: {},
  },
);

function frontAxis(numbers: NodeNumbers): number {
  const axis = numbers.params["axis"] as number;
  return axis < 0 ? axis + (numbers.inputs[0]?.dims.length ?? 0) : axis;
}
