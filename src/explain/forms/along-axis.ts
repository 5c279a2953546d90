import {
  constant,
  type Expression,
  equation,
  exponential,
  leaf,
  minus,
  negative,
  numberTex,
  over,
  resultOf,
  times,
} from "../expression.ts";
import { elementLeaf, inputFactor, outputLetters } from "../letters.ts";
import { partial, term } from "../multilinear.ts";
import { coordinates, indicesAlong, inputPlace } from "../place.ts";
import { type Form, type NodeNumbers, withSlopes } from "../worked.ts";

function along(numbers: NodeNumbers, index: number): number[] {
  const dims = numbers.inputs[0]?.dims ?? [];
  const axis = numbers.params["axis"] as number;
  return indicesAlong(dims, coordinates(dims, index), [axis < 0 ? axis + dims.length : axis]);
}

/** Greatest element, which is taken off before powers are made: they then do not overflow. */
function powers(numbers: NodeNumbers, index: number) {
  const members = along(numbers, index).map((i) => inputFactor(numbers, 0, i));
  const top = members.reduce((m, f) => Math.max(m, f.value), Number.NEGATIVE_INFINITY);
  const shifted = members.reduce((sum, f) => sum + Math.exp(f.value - top), 0);
  return { members, top, logTotal: top + Math.log(shifted) };
}

/** Sums of powers that still are numbers; others are shown with the greatest element taken off. */
const showable = 80;

/** Softmax along an axis, or its logarithm. */
export function softmax(log: boolean): Form {
  const shareOf = (numbers: NodeNumbers, index: number, total: number): number =>
    Math.exp(resultOf(elementLeaf(numbers, inputPlace(0, index))) - total);
  return withSlopes({
    reads: (numbers, _, index) => along(numbers, index).map((i) => inputPlace(0, i)),
    worked(numbers, output, index) {
      const { members, top, logTotal } = powers(numbers, index);
      const element = elementLeaf(numbers, inputPlace(0, index));
      const shift = Math.abs(top) > showable ? top : 0;
      const moved = shift === 0 ? element : minus(element, leaf("m", shift));
      const letters = shift === 0 ? "\\sum_j e^{x_j}" : "\\sum_j e^{x_j - m}";
      const total = leaf(letters, Math.exp(logTotal - shift));
      const e: Expression = log
        ? minus(moved, leaf(`\\ln ${letters}`, logTotal - shift))
        : over(exponential(moved), total);
      const some = members.slice(0, 3).map((f) => `e^{${numberTex(f.value - shift)}}`);
      const sum = `${letters} = ${some.join(" + ")}${members.length > 3 ? " + \\dots" : ""} = ${numberTex(resultOf(total))}`;
      return {
        lines: [sum, equation(outputLetters(numbers, output, index), e)],
        value: resultOf(e),
        terms: members.map((f) => term(f)),
      };
    },
    local(numbers, output, index, by) {
      const { logTotal } = powers(numbers, index);
      const same = by.index === index;
      const own = leaf("y_i", shareOf(numbers, index, logTotal));
      const other = leaf(log ? "p_j" : "y_j", shareOf(numbers, by.index, logTotal));
      const expression = log
        ? minus(constant(same ? 1 : 0), other)
        : same
          ? times(own, minus(1, own))
          : negative(times(own, other));
      return { letters: partial(numbers, output, index, by), expression };
    },
    backward: () => ({
      input: log
        ? String.raw`\frac{\partial L}{\partial x_j} = g_j - p_j \sum_i g_i,\quad g = \frac{\partial L}{\partial y}`
        : String.raw`\frac{\partial L}{\partial x_j} = y_j \Bigl( g_j - \sum_i g_i\, y_i \Bigr),\quad g = \frac{\partial L}{\partial y}`,
      parameters: {},
    }),
  });
}
