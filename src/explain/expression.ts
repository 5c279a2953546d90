/**
 * Small formulas that know their numbers: each can be written in letters, written with the numbers put in, and worked
 * out. What is shown and what is tested are then the same thing.
 */
export type Expression =
  | { readonly kind: "leaf"; readonly letters: string; readonly value: number; readonly exact: boolean }
  | { readonly kind: "sum"; readonly terms: readonly Expression[] }
  | { readonly kind: "product"; readonly factors: readonly Expression[] }
  | { readonly kind: "negative"; readonly of: Expression }
  | { readonly kind: "quotient"; readonly over: Expression; readonly under: Expression }
  | { readonly kind: "power"; readonly base: Expression; readonly exponent: Expression }
  | { readonly kind: "exponential"; readonly of: Expression }
  | { readonly kind: "root"; readonly of: Expression }
  | { readonly kind: "size"; readonly of: Expression }
  | { readonly kind: "call"; readonly name: CallName; readonly of: readonly Expression[] }
  | { readonly kind: "cases"; readonly branches: readonly Branch[]; readonly chosen: Expression };

/** One line of a formula by cases; in letters only. */
export interface Branch {
  readonly value: Expression;
  readonly when: string;
}

const calls = {
  ln: { tex: "\\ln", of: Math.log },
  tanh: { tex: "\\tanh", of: Math.tanh },
  sin: { tex: "\\sin", of: Math.sin },
  cos: { tex: "\\cos", of: Math.cos },
  sign: { tex: "\\operatorname{sign}", of: Math.sign },
  erf: { tex: "\\operatorname{erf}", of: (x: number) => erf(x) },
  sigmoid: { tex: "\\sigma", of: (x: number) => 1 / (1 + Math.exp(-x)) },
  max: { tex: "\\max", of: Math.max },
  min: { tex: "\\min", of: Math.min },
} as const satisfies { readonly [name: string]: { readonly tex: string; readonly of: (...x: number[]) => number } };
type CallName = keyof typeof calls;

type Operand = Expression | number;
const asExpression = (x: Operand): Expression => (typeof x === "number" ? constant(x) : x);

/** A number that has a letter: in letters that, with numbers its value. */
export const leaf = (letters: string, value: number): Expression => ({ kind: "leaf", letters, value, exact: false });
/** A number of the formula itself, which is the same in both. */
export const constant = (value: number, letters = exactTex(value)): Expression => ({
  kind: "leaf",
  letters,
  value,
  exact: true,
});
/** A sum; zeros of the formula are left out. */
export function plus(...terms: readonly Operand[]): Expression {
  const kept = without(terms.map(asExpression), 0);
  return kept.length === 1 ? (kept[0] as Expression) : { kind: "sum", terms: kept };
}
export const minus = (a: Operand, b: Operand): Expression => plus(a, negative(b));
/** A product; ones of the formula are left out. */
export function times(...factors: readonly Operand[]): Expression {
  const kept = without(factors.map(asExpression), 1);
  return kept.length === 1 ? (kept[0] as Expression) : { kind: "product", factors: kept };
}

/** Without numbers of the formula that change nothing; at least one is left. */
function without(parts: readonly Expression[], neutral: number): readonly Expression[] {
  const kept = parts.filter((e) => !(e.kind === "leaf" && e.exact && e.value === neutral));
  return kept.length > 0 ? kept : parts.slice(0, 1);
}

export const negative = (of: Operand): Expression => ({ kind: "negative", of: asExpression(of) });
export const over = (a: Operand, b: Operand): Expression =>
  isOne(b) ? asExpression(a) : { kind: "quotient", over: asExpression(a), under: asExpression(b) };
const isOne = (x: Operand): boolean =>
  x === 1 || (typeof x === "object" && x.kind === "leaf" && x.exact && x.value === 1);
export const power = (base: Operand, exponent: Operand): Expression => ({
  kind: "power",
  base: asExpression(base),
  exponent: asExpression(exponent),
});
export const exponential = (of: Operand): Expression => ({ kind: "exponential", of: asExpression(of) });
export const root = (of: Operand): Expression => ({ kind: "root", of: asExpression(of) });
export const size = (of: Operand): Expression => ({ kind: "size", of: asExpression(of) });
export const call = (name: CallName, ...of: readonly Operand[]): Expression => ({
  kind: "call",
  name,
  of: of.map(asExpression),
});
/** A formula by cases, of which `chosen` holds for these numbers. */
export const cases = (chosen: number, ...branches: readonly (readonly [Operand, string])[]): Expression => {
  const all = branches.map(([value, when]): Branch => ({ value: asExpression(value), when }));
  return { kind: "cases", branches: all, chosen: (all[chosen] as Branch).value };
};

export function resultOf(e: Expression): number {
  switch (e.kind) {
    case "leaf":
      return e.value;
    case "sum":
      return e.terms.reduce((sum, t) => sum + resultOf(t), 0);
    case "product":
      return e.factors.reduce((product, f) => product * resultOf(f), 1);
    case "negative":
      return -resultOf(e.of);
    case "quotient":
      return resultOf(e.over) / resultOf(e.under);
    case "power":
      return resultOf(e.base) ** resultOf(e.exponent);
    case "exponential":
      return Math.exp(resultOf(e.of));
    case "root":
      return Math.sqrt(resultOf(e.of));
    case "size":
      return Math.abs(resultOf(e.of));
    case "call":
      return (calls[e.name].of as (...x: number[]) => number)(...e.of.map(resultOf));
    case "cases":
      return resultOf(e.chosen);
  }
}

export const lettersOf = (e: Expression): string => written(e, { numbers: false, digits: 0 });
/** With numbers of so many significant digits. */
export const numbersOf = (e: Expression, digits = shownDigits): string => written(e, { numbers: true, digits });

/** Significant digits of numbers in formulas. */
export const shownDigits = 4;

/** `y = letters = numbers = value`; what would say the same twice is left out. */
export function equation(left: string, e: Expression, value = resultOf(e), digits = shownDigits): string {
  const parts = [left, lettersOf(e), numbersOf(e, digits), numberTex(value, digits)];
  return parts.filter((p, i) => p !== "" && p !== parts[i - 1]).join(" = ");
}

interface Style {
  readonly numbers: boolean;
  readonly digits: number;
}

/** How tightly an expression holds together; what is looser than its place needs gets brackets. */
const tightness = { sum: 1, negative: 2, product: 3, power: 5, atom: 6 } as const;

function tightnessOf(e: Expression, style: Style): number {
  switch (e.kind) {
    case "leaf":
      return leafTightness(e, style);
    case "sum":
    case "negative":
      return tightness[e.kind];
    case "product":
      return written(e, style).startsWith("-") ? tightness.negative : tightness.product;
    case "power":
    case "exponential":
      return tightness.power;
    case "call":
      return e.of.length === 1 && e.name !== "sigmoid" ? tightness.product : tightness.atom;
    case "cases":
      return style.numbers ? tightnessOf(e.chosen, style) : tightness.sum;
    default:
      return tightness.atom;
  }
}

function leafTightness(e: Extract<Expression, { kind: "leaf" }>, style: Style): number {
  const text = leafText(e, style);
  if (text.startsWith("-")) return tightness.negative;
  if (text.includes("\\cdot")) return tightness.product;
  return /\\sum|\\frac\{1\}\{n\}/.test(text) ? tightness.product : tightness.atom;
}

const leafText = (e: Extract<Expression, { kind: "leaf" }>, { numbers, digits }: Style): string =>
  numbers && !e.exact ? numberTex(e.value, digits) : e.letters;

const bracketed = (text: string): string => `\\left(${text}\\right)`;
const simpleBrackets = (text: string): string => (/\\frac|\\sum|\\begin/.test(text) ? bracketed(text) : `(${text})`);

/** Written for a place that needs at least this tightness. */
function inside(e: Expression, style: Style, least: number): string {
  const text = written(e, style);
  return tightnessOf(e, style) < least ? simpleBrackets(text) : text;
}

function written(e: Expression, style: Style): string {
  switch (e.kind) {
    case "leaf":
      return leafText(e, style);
    case "sum":
      return sumText(e.terms, style);
    case "product":
      return productText(e.factors, style);
    case "negative":
      return `-${inside(e.of, style, tightness.product)}`;
    case "quotient":
      return `\\frac{${written(e.over, style)}}{${written(e.under, style)}}`;
    case "power":
      return `${inside(e.base, style, tightness.atom)}^{${written(e.exponent, style)}}`;
    case "exponential":
      return `e^{${written(e.of, style)}}`;
    case "root":
      return `\\sqrt{${written(e.of, style)}}`;
    case "size":
      return `\\left|${written(e.of, style)}\\right|`;
    case "call":
      return callText(e, style);
    case "cases":
      return style.numbers ? written(e.chosen, style) : casesText(e.branches, style);
  }
}

/** A term with a minus in front is taken off rather than added: `1 - x`, `0.3 - 0.19`. */
const sumText = (terms: readonly Expression[], style: Style): string =>
  terms
    .map((t, i) => {
      const text = inside(t, style, i === 0 ? tightness.sum : tightness.negative);
      if (i === 0) return text;
      return text.startsWith("-") ? ` - ${text.slice(1)}` : ` + ${text}`;
    })
    .join("");

function productText(factors: readonly Expression[], style: Style): string {
  const texts = factors.map((f, i) => inside(f, style, i === 0 ? tightness.negative : tightness.product));
  return texts.reduce((all, text) => {
    const digits = /[0-9}]$/.test(all) && /^[0-9]/.test(text);
    return style.numbers || digits ? `${all} \\cdot ${text}` : `${all}\\,${text}`;
  });
}

function callText({ name, of }: Extract<Expression, { kind: "call" }>, style: Style): string {
  const { tex } = calls[name];
  const [one] = of;
  if (of.length === 1 && one && name !== "sigmoid" && name !== "erf" && tightnessOf(one, style) >= tightness.atom) {
    return `${tex} ${written(one, style)}`;
  }
  const list = of.map((x) => written(x, style)).join(",\\, ");
  return `${tex}${simpleBrackets(list)}`;
}

const casesText = (branches: readonly Branch[], style: Style): string =>
  `\\begin{cases} ${branches.map((b) => `${written(b.value, style)} & ${b.when}`).join(" \\\\ ")} \\end{cases}`;

/** A number in LaTeX with so many significant digits: `0.3951`, `-1.2 \cdot 10^{-7}`, `\infty`. */
export function numberTex(value: number, digits = shownDigits): string {
  if (Number.isNaN(value)) return "\\mathrm{NaN}";
  if (!Number.isFinite(value)) return value > 0 ? "\\infty" : "-\\infty";
  if (value === 0) return "0";
  const length = Math.abs(value);
  if (length >= 1e-3 && length < 1e6) {
    const whole = Math.max(digits, String(Math.trunc(length)).length);
    return String(Number(value.toPrecision(whole)));
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
  const short = String(Number(mantissa));
  const ten = `10^{${Number(exponent)}}`;
  return short === "1" ? ten : short === "-1" ? `-${ten}` : `${short} \\cdot ${ten}`;
}

/** A number of a formula as it was chosen: `10^{-5}`, `0.01`, `1.0507`. */
const exactTex = (value: number): string => numberTex(value, 6);

/** Error function by its Taylor series for small |x| and a continued fraction beyond; to about 1e-15. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a > 2.5) return Math.sign(x) * (1 - (Math.exp(-a * a) / Math.sqrt(Math.PI)) * (1 / continued(a, 0)));
  let term = a;
  let sum = a;
  for (let n = 1; n < 100 && Math.abs(term) > 1e-17; n++) {
    term *= (-a * a) / n;
    sum += term / (2 * n + 1);
  }
  return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
}

/** x + (1/2)/(x + (2/2)/(x + ...)), which erfc is made from. */
const continued = (x: number, depth: number): number =>
  depth > 60 ? x : x + (depth + 1) / 2 / continued(x, depth + 1);
