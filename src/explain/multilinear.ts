import type { ParamValues } from "../graph/params.ts";
import {
  constant,
  type Expression,
  equation,
  leaf,
  numbersOf,
  numberTex,
  plus,
  resultOf,
  times,
} from "./expression.ts";
import { type Naming, outputLetters, placeLetters } from "./letters.ts";
import { type Place, sameTensor } from "./place.ts";
import type { BackwardFormulas, Factor, Form, Local, NodeNumbers, Term, Worked } from "./worked.ts";

/** An element as a sum of products: of weights and inputs, of inputs alone, of one input moved to another place. */
export interface Sum {
  readonly terms: readonly Term[];
  /** The sum in letters where it has too many terms to write them all: `\sum_{c,u,v} w\,x`. */
  readonly letters: string;
  /** A term that is told apart from the others: the bias. */
  readonly apart?: Term;
  /** First factor of every term, written once before all: 1/n of a mean. */
  readonly common?: Factor;
}

export const term = (...factors: readonly Factor[]): Term => ({
  factors,
  value: factors.reduce((product, f) => product * f.value, 1),
});

/** Terms that are written out one by one. */
const writtenOut = 4;

/** The form of a layer whose outputs are sums of products. */
export function multilinear(
  sumOf: (numbers: NodeNumbers, output: number, index: number) => Sum,
  backward: BackwardFormulas | ((params: ParamValues) => BackwardFormulas),
  naming: Naming = {},
): Form {
  return {
    worked: (numbers, output, index) => workedSum(numbers, output, index, sumOf(numbers, output, index)),
    reads: (numbers, output, index) =>
      termsOf(sumOf(numbers, output, index)).flatMap((t) => t.factors.flatMap((f) => f.at ?? [])),
    slope: (numbers, output, index, by) => slopeOf(sumOf(numbers, output, index), by),
    local: (numbers, output, index, by) => localOf(numbers, output, index, by, sumOf(numbers, output, index), naming),
    backward: (params) => (typeof backward === "function" ? backward(params) : backward),
  };
}

const termsOf = (sum: Sum): readonly Term[] => (sum.apart ? [sum.apart, ...sum.terms] : sum.terms);

const isAt = (f: Factor, by: Place): boolean =>
  f.at !== null && f.at.index === by.index && sameTensor(f.at.tensor, by.tensor);

function slopeOf(sum: Sum, by: Place): number {
  let slope = 0;
  for (const { factors } of termsOf(sum)) {
    for (const [i, f] of factors.entries()) {
      if (isAt(f, by)) slope += factors.reduce((product, other, k) => (k === i ? product : product * other.value), 1);
    }
  }
  return slope;
}

function workedSum(numbers: NodeNumbers, output: number, index: number, sum: Sum): Worked {
  const all = termsOf(sum);
  const value = all.reduce((total, t) => total + t.value, 0);
  const left = outputLetters(numbers, output, index);
  return {
    lines: sumLines(left, sum),
    value,
    terms: sum.terms.length > 1 ? sum.terms : [],
  };
}

const termExpression = (t: Term): Expression => {
  const factors = t.factors.map(factorExpression);
  return factors.length === 1 ? (factors[0] as Expression) : times(...factors);
};

const factorExpression = (f: Factor): Expression => (f.at ? leaf(f.letters, f.value) : constant(f.value, f.letters));

/** `c (a + b + ...) = value` */
function commonLine(left: string, { terms, letters }: Sum, common: Factor): string {
  const inner = terms.map((t) => termExpression(term(...t.factors.slice(1))));
  const outside = factorExpression(common);
  if (inner.length <= writtenOut) return equation(left, times(outside, plus(...inner)));
  const some = joined(inner.slice(0, 3).map((e) => numbersOf(e)));
  const value = terms.reduce((sum, t) => sum + t.value, 0);
  return `${left} = ${letters} = ${common.letters}\\,(${some} + \\dots) = ${numberTex(value)}`;
}

function sumLines(left: string, sum: Sum): string[] {
  const { terms, letters, apart, common } = sum;
  if (common && terms.length > 1) return [commonLine(left, sum, common)];
  const first = apart ? [termExpression(apart)] : [];
  if (terms.length === 0) return [equation(left, first[0] ?? constant(0))];
  if (terms.length <= writtenOut) {
    const all = [...first, ...terms.map(termExpression)];
    return [equation(left, all.length === 1 ? (all[0] as Expression) : plus(...all))];
  }
  const total = terms.reduce((sum, t) => sum + t.value, 0);
  const largest = [...terms].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 2);
  const some = largest.map((t) => numbersOf(termExpression(t)));
  const shown = `${letters} = ${joined(some)} + \\dots = ${numberTex(total)}`;
  if (!apart) return [`${left} = ${shown}`];
  return [shown, equation(left, plus(termExpression(apart), leaf(letters, total)))];
}

/** Terms in a row, a minus in front of one being taken for the sign between. */
const joined = (texts: readonly string[]): string =>
  texts.reduce((all, t) => (t.startsWith("-") ? `${all} - ${t.slice(1)}` : `${all} + ${t}`));

/** Of each term that has the element in it, what it is multiplied by. */
function localOf(numbers: NodeNumbers, output: number, index: number, by: Place, sum: Sum, naming: Naming): Local {
  const parts = termsOf(sum).flatMap((t) =>
    t.factors.flatMap((f, i) => {
      if (!isAt(f, by)) return [];
      const others = t.factors.filter((_, k) => k !== i).map(factorExpression);
      return [others.length === 0 ? constant(1) : others.length === 1 ? (others[0] as Expression) : times(...others)];
    }),
  );
  const expression = parts.length === 0 ? constant(0) : parts.length === 1 ? (parts[0] as Expression) : plus(...parts);
  return { letters: partial(numbers, output, index, by, naming), expression };
}

/** `\frac{\partial y_{1}}{\partial x_{3}}` */
export const partial = (numbers: NodeNumbers, output: number, index: number, by: Place, naming: Naming = {}): string =>
  `\\frac{\\partial ${outputLetters(numbers, output, index)}}{\\partial ${placeLetters(numbers, by, naming)}}`;

/** A local derivative as one equation. */
export const localLine = ({ letters, expression }: Local): string =>
  equation(letters, expression, resultOf(expression));
