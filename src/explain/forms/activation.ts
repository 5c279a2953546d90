import type { ParamValues } from "../../graph/params.ts";
import {
  call,
  cases,
  constant,
  type Expression,
  equation,
  exponential,
  leaf,
  minus,
  negative,
  over,
  plus,
  power,
  resultOf,
  root,
  size,
  times,
} from "../expression.ts";
import { elementLeaf, outputLetters } from "../letters.ts";
import { partial } from "../multilinear.ts";
import { coordinates, inputPlace, type Place, parameterPlace } from "../place.ts";
import { type Form, type NodeNumbers, withSlopes } from "../worked.ts";

/** A function of one number: its value, and its slope told by the input and where that is shorter by the output. */
interface Function {
  readonly value: (x: Expression, p: ParamValues) => Expression;
  readonly slope: (x: Expression, y: Expression, p: ParamValues) => Expression;
}

const backwardFormula = String.raw`\frac{\partial L}{\partial x} = \frac{\partial L}{\partial y} \cdot f'(x)`;

/** A layer that computes one function of every element. */
const elementwise = ({ value, slope }: Function): Form =>
  withSlopes({
    reads: (_numbers, _output, index) => [inputPlace(0, index)],
    worked(numbers, output, index) {
      const at = inputPlace(0, index);
      const e = value(elementLeaf(numbers, at), numbers.params);
      return { lines: [equation(outputLetters(numbers, output, index), e)], value: resultOf(e), terms: [] };
    },
    local(numbers, output, index, by) {
      const x = elementLeaf(numbers, by);
      const y = leaf(outputLetters(numbers, output, index), resultOf(value(x, numbers.params)));
      return { letters: partial(numbers, output, index, by), expression: slope(x, y, numbers.params) };
    },
    backward: () => ({ input: backwardFormula, parameters: {} }),
  });

const setting = (p: ParamValues, key: string): Expression => constant(p[key] as number);
const number = (p: ParamValues, key: string): number => p[key] as number;
/** Index of the branch that holds. */
const when = (condition: boolean): 0 | 1 => (condition ? 0 : 1);

/** A function that is linear piece by piece: slope a between two corners, b outside. */
const clipped = (low: number, high: number): Function => {
  const range = `${low} < x < ${high}`;
  return {
    value: (x) => call("min", call("max", x, low), high),
    slope: (x) => cases(when(resultOf(x) > low && resultOf(x) < high), [1, range], [0, "\\text{else}"]),
  };
};

const sixth = (x: Expression): Expression => over(call("min", call("max", plus(x, 3), 0), 6), 6);
const logistic = (x: Expression): Expression => over(1, plus(1, exponential(negative(x))));
const normalShare = (x: Expression): Expression =>
  times(constant(0.5, "\\tfrac12"), plus(1, call("erf", over(x, constant(Math.SQRT2, "\\sqrt 2")))));
const normalDensity = (x: Expression): Expression =>
  over(exponential(negative(over(power(x, 2), 2))), constant(Math.sqrt(2 * Math.PI), "\\sqrt{2\\pi}"));
const tanhArgument = (x: Expression): Expression =>
  times(constant(Math.sqrt(2 / Math.PI), "\\sqrt{\\tfrac{2}{\\pi}}"), plus(x, times(0.044715, power(x, 3))));

const selu = { alpha: 1.6732632423543772, lambda: 1.0507009873554805 };

/** ln(1 + e^x) without overflow, written as people do. */
const softplus = (x: Expression): Expression => {
  const v = resultOf(x);
  return v > 30 ? x : call("ln", plus(1, exponential(x)));
};

const functions = {
  abs: { value: (x) => size(x), slope: (x) => call("sign", x) },
  relu: {
    value: (x) => call("max", x, 0),
    slope: (x) => cases(when(resultOf(x) > 0), [1, "x > 0"], [0, "x \\le 0"]),
  },
  relu6: clipped(0, 6),
  "hard-tanh": {
    value: (x, p) => clipped(number(p, "low"), number(p, "high")).value(x, p),
    slope: (x, y, p) => clipped(number(p, "low"), number(p, "high")).slope(x, y, p),
  },
  "leaky-relu": {
    value: (x, p) => cases(when(resultOf(x) >= 0), [x, "x \\ge 0"], [times(setting(p, "slope"), x), "x < 0"]),
    slope: (x, _, p) => cases(when(resultOf(x) >= 0), [1, "x \\ge 0"], [setting(p, "slope"), "x < 0"]),
  },
  elu: {
    value: (x, p) =>
      cases(when(resultOf(x) > 0), [x, "x > 0"], [times(setting(p, "alpha"), minus(exponential(x), 1)), "x \\le 0"]),
    slope: (x, _, p) =>
      cases(when(resultOf(x) > 0), [1, "x > 0"], [times(setting(p, "alpha"), exponential(x)), "x \\le 0"]),
  },
  celu: {
    value: (x, p) =>
      cases(
        when(resultOf(x) > 0),
        [x, "x > 0"],
        [times(setting(p, "alpha"), minus(exponential(over(x, setting(p, "alpha"))), 1)), "x \\le 0"],
      ),
    slope: (x, _, p) =>
      cases(when(resultOf(x) > 0), [1, "x > 0"], [exponential(over(x, setting(p, "alpha"))), "x \\le 0"]),
  },
  selu: {
    value: (x) =>
      cases(
        when(resultOf(x) > 0),
        [times(constant(selu.lambda), x), "x > 0"],
        [times(constant(selu.lambda), constant(selu.alpha), minus(exponential(x), 1)), "x \\le 0"],
      ),
    slope: (x) =>
      cases(
        when(resultOf(x) > 0),
        [constant(selu.lambda), "x > 0"],
        [times(constant(selu.lambda), constant(selu.alpha), exponential(x)), "x \\le 0"],
      ),
  },
  gelu: {
    value: (x, p) =>
      p["approximate"] === "tanh"
        ? times(over(x, 2), plus(1, call("tanh", tanhArgument(x))))
        : times(x, normalShare(x)),
    slope(x, _, p) {
      if (p["approximate"] !== "tanh") return plus(normalShare(x), times(x, normalDensity(x)));
      const t = leaf("t", Math.tanh(resultOf(tanhArgument(x))));
      const inner = times(
        constant(Math.sqrt(2 / Math.PI), "\\sqrt{\\tfrac{2}{\\pi}}"),
        plus(1, times(3, 0.044715, power(x, 2))),
      );
      return plus(over(plus(1, t), 2), times(over(x, 2), minus(1, power(t, 2)), inner));
    },
  },
  sigmoid: { value: logistic, slope: (_, y) => times(y, minus(1, y)) },
  "hard-sigmoid": {
    value: sixth,
    slope: (x) =>
      cases(when(Math.abs(resultOf(x)) < 3), [constant(1 / 6, "\\tfrac16"), "|x| < 3"], [0, "\\text{else}"]),
  },
  "hard-swish": {
    value: (x) => times(x, sixth(x)),
    slope: (x) =>
      cases(
        Math.abs(resultOf(x)) < 3 ? 1 : resultOf(x) > 0 ? 2 : 0,
        [0, "x \\le -3"],
        [over(plus(times(2, x), 3), 6), "|x| < 3"],
        [1, "x \\ge 3"],
      ),
  },
  silu: {
    value: (x) => times(x, call("sigmoid", x)),
    slope(x) {
      const s = leaf("\\sigma", resultOf(logistic(x)));
      return plus(s, times(x, s, minus(1, s)));
    },
  },
  mish: {
    value: (x) => times(x, call("tanh", softplus(x))),
    slope(x) {
      const t = leaf("t", Math.tanh(resultOf(softplus(x))));
      return plus(t, times(x, minus(1, power(t, 2)), call("sigmoid", x)));
    },
  },
  tanh: { value: (x) => call("tanh", x), slope: (_, y) => minus(1, power(y, 2)) },
  tanhshrink: { value: (x) => minus(x, call("tanh", x)), slope: (x) => power(call("tanh", x), 2) },
  softsign: { value: (x) => over(x, plus(1, size(x))), slope: (x) => over(1, power(plus(1, size(x)), 2)) },
  softplus: {
    value: (x, p) =>
      number(p, "beta") === 1
        ? softplus(x)
        : times(over(1, setting(p, "beta")), softplus(times(setting(p, "beta"), x))),
    slope: (x, _, p) => call("sigmoid", number(p, "beta") === 1 ? x : times(setting(p, "beta"), x)),
  },
  "log-sigmoid": {
    value: (x) => negative(softplus(negative(x))),
    slope: (x) => minus(1, call("sigmoid", x)),
  },
  exp: { value: (x) => exponential(x), slope: (_, y) => y },
  log: { value: (x) => call("ln", x), slope: (x) => over(1, x) },
  sqrt: { value: (x) => root(x), slope: (_, y) => over(1, times(2, y)) },
  square: { value: (x) => power(x, 2), slope: (x) => times(2, x) },
  threshold: {
    value: (x, p) =>
      cases(
        when(resultOf(x) > number(p, "threshold")),
        [x, `x > ${number(p, "threshold")}`],
        [setting(p, "value"), `x \\le ${number(p, "threshold")}`],
      ),
    slope: (x, _, p) =>
      cases(
        when(resultOf(x) > number(p, "threshold")),
        [1, `x > ${number(p, "threshold")}`],
        [0, `x \\le ${number(p, "threshold")}`],
      ),
  },
  scale: {
    value: (x, p) =>
      number(p, "offset") === 0
        ? times(setting(p, "factor"), x)
        : plus(times(setting(p, "factor"), x), setting(p, "offset")),
    slope: (_x, _y, p) => setting(p, "factor"),
  },
} as const satisfies { readonly [layer: string]: Function };

/** Layers that compute one function of every element, by id. */
export const activations = Object.fromEntries(Object.entries(functions).map(([id, f]) => [id, elementwise(f)])) as {
  readonly [L in keyof typeof functions]: Form;
};

/** The function of an activation as numbers, for its picture; null for other layers. */
export function curveOf(
  layer: string,
  params: ParamValues,
): { readonly value: (x: number) => number; readonly slope: (x: number) => number } | null {
  if (!Object.hasOwn(functions, layer)) return null;
  const f: Function = functions[layer as keyof typeof functions];
  const value = (x: number): Expression => f.value(leaf("x", x), params);
  return {
    value: (x) => resultOf(value(x)),
    slope: (x) => resultOf(f.slope(leaf("x", x), leaf("y", resultOf(value(x))), params)),
  };
}

/** The slope below 0 is trained: one for all elements, or one a channel. */
const slopePlace = (numbers: NodeNumbers, index: number): Place => {
  const channel = coordinates(numbers.outputs[0]?.dims ?? [], index)[1] ?? 0;
  return parameterPlace("weight", numbers.parameters["weight"]?.data.length === 1 ? 0 : channel);
};

export const prelu: Form = withSlopes({
  reads: (numbers, _, index) => [inputPlace(0, index), slopePlace(numbers, index)],
  worked(numbers, output, index) {
    const [at, slope] = [inputPlace(0, index), slopePlace(numbers, index)];
    const x = elementLeaf(numbers, at);
    const e = cases(when(resultOf(x) >= 0), [x, "x \\ge 0"], [times(elementLeaf(numbers, slope), x), "x < 0"]);
    return {
      lines: [equation(outputLetters(numbers, output, index), e)],
      value: resultOf(e),
      terms: [],
    };
  },
  local(numbers, output, index, by) {
    const x = elementLeaf(numbers, inputPlace(0, index));
    const slope = elementLeaf(numbers, slopePlace(numbers, index));
    const above = when(resultOf(x) >= 0);
    const expression =
      by.tensor.of === "input"
        ? cases(above, [1, "x \\ge 0"], [slope, "x < 0"])
        : cases(above, [0, "x \\ge 0"], [x, "x < 0"]);
    return { letters: partial(numbers, output, index, by), expression };
  },
  backward: () => ({
    input: backwardFormula,
    parameters: {
      weight: String.raw`\frac{\partial L}{\partial w} = \sum_{i\,:\,x_i < 0} \frac{\partial L}{\partial y_i}\, x_i`,
    },
  }),
});
