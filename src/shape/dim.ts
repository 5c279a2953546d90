import { byText } from "../core/order.ts";

/**
 * A dimension: a number, or an expression over symbols such as `N` (batch) and `T` (time).
 * Expressions are polynomials with integer coefficients whose atoms are symbols and floor divisions,
 * kept in one normal form, so that equal expressions have equal keys. Symbols stand for integers >= 1.
 */
export type Dim = number | Expr;

export interface Expr {
  readonly terms: readonly Term[];
  readonly constant: number;
  /** Normal form as text, `2*N + floor((T - 3)/2) + 1`. Two expressions are equal if and only if their keys are. */
  readonly key: string;
}

interface Term {
  readonly coefficient: number;
  readonly atoms: readonly Atom[];
}

type Atom =
  | { readonly symbol: string; readonly key: string }
  | { readonly floor: Expr; readonly by: number; readonly key: string };

export const isSymbolic = (d: Dim): d is Expr => typeof d !== "number";

/** The symbol `name` as a dimension. */
export function symbol(name: string): Dim {
  return build([{ coefficient: 1, atoms: [{ symbol: name, key: name }] }], 0);
}

export function add(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a + b;
  const [x, y] = [lift(a), lift(b)];
  return build([...x.terms, ...y.terms], x.constant + y.constant);
}

export const subtract = (a: Dim, b: Dim): Dim => add(a, multiply(b, -1));

export function multiply(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a * b;
  const [x, y] = [withConstantTerm(lift(a)), withConstantTerm(lift(b))];
  const terms: Term[] = [];
  let constant = 0;
  for (const s of x)
    for (const t of y) {
      const coefficient = s.coefficient * t.coefficient;
      const atoms = [...s.atoms, ...t.atoms].sort((p, q) => byText(p.key, q.key));
      if (atoms.length === 0) constant += coefficient;
      else terms.push({ coefficient, atoms });
    }
  return build(terms, constant);
}

/** floor(a / by) for a positive integer `by`; parts that `by` divides leave the floor. */
export function floorDivide(a: Dim, by: number): Dim {
  if (typeof a === "number") return Math.floor(a / by);
  if (by === 1) return a;
  const outside: Term[] = [];
  const inside: Term[] = [];
  for (const t of a.terms) {
    if (t.coefficient % by === 0) outside.push({ coefficient: t.coefficient / by, atoms: t.atoms });
    else inside.push(t);
  }
  const whole = Math.floor(a.constant / by);
  if (inside.length === 0) return build(outside, whole);
  const rest = build(inside, a.constant - whole * by);
  if (typeof rest === "number") return build(outside, whole + Math.floor(rest / by));
  const atom: Atom = { floor: rest, by, key: `floor((${rest.key})/${by})` };
  return build([...outside, { coefficient: 1, atoms: [atom] }], whole);
}

export const ceilDivide = (a: Dim, by: number): Dim => floorDivide(add(a, by - 1), by);

export const product = (dims: readonly Dim[]): Dim => dims.reduce<Dim>(multiply, 1);

/** True when the two are the same for every value of their symbols. */
export function equal(a: Dim, b: Dim): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return a.key === b.key;
}

/** a / b when that is exact for every value of the symbols, else null. */
export function divideExact(a: Dim, b: Dim): Dim | null {
  if (equal(a, b)) return 1;
  if (typeof b === "number") {
    if (b === 0) return null;
    if (typeof a === "number") return a % b === 0 ? a / b : null;
    const parts = [...a.terms.map((t) => t.coefficient), a.constant];
    return parts.every((c) => c % b === 0) ? floorDivide(a, b) : null;
  }
  if (typeof a === "number" || b.terms.length !== 1 || b.constant !== 0 || a.constant !== 0) return null;
  const divisor = b.terms[0] as Term;
  const quotient = a.terms.map((t) => divideTerm(t, divisor));
  return quotient.every((t) => t !== null)
    ? quotient.reduce<Dim>(
        (sum, t) => add(sum, build(t.atoms.length ? [t] : [], t.atoms.length ? 0 : t.coefficient)),
        0,
      )
    : null;
}

function divideTerm(t: Term, by: Term): Term | null {
  if (t.coefficient % by.coefficient !== 0) return null;
  const atoms = [...t.atoms];
  for (const atom of by.atoms) {
    const at = atoms.findIndex((x) => x.key === atom.key);
    if (at < 0) return null;
    atoms.splice(at, 1);
  }
  return { coefficient: t.coefficient / by.coefficient, atoms };
}

/** The dimension that `known` lacks to hold as many elements as `total`; null when there is none. */
export function missingDimension(total: readonly Dim[], known: readonly Dim[]): Dim | null {
  const rest = [...total];
  const left: Dim[] = [];
  for (const d of known) {
    const at = rest.findIndex((x) => equal(x, d));
    if (at >= 0) rest.splice(at, 1);
    else left.push(d);
  }
  return divideExact(product(rest), product(left));
}

/** Puts numbers in for symbols; symbols without a value stay. */
export function substitute(d: Dim, values: { readonly [symbol: string]: number }): Dim {
  if (typeof d === "number") return d;
  return d.terms.reduce<Dim>((sum, t) => {
    const factors = t.atoms.map((atom): Dim => {
      if ("floor" in atom) return floorDivide(substitute(atom.floor, values), atom.by);
      return values[atom.symbol] ?? symbol(atom.symbol);
    });
    return add(sum, multiply(t.coefficient, product(factors)));
  }, d.constant);
}

/** Names of the symbols in a dimension, sorted. */
export function symbolsOf(d: Dim): string[] {
  if (typeof d === "number") return [];
  const names = d.terms.flatMap((t) => t.atoms.flatMap((a) => ("floor" in a ? symbolsOf(a.floor) : [a.symbol])));
  return [...new Set(names)].sort(byText);
}

/** `32`, `N`, `2*N`, `floor((T - 3)/2) + 1`. */
export const dimText = (d: Dim): string => (typeof d === "number" ? String(d) : d.key);

const lift = (d: Dim): Expr => (typeof d === "number" ? { terms: [], constant: d, key: String(d) } : d);

const withConstantTerm = (e: Expr): Term[] =>
  e.constant === 0 && e.terms.length > 0 ? [...e.terms] : [...e.terms, { coefficient: e.constant, atoms: [] }];

const atomsKey = (atoms: readonly Atom[]): string => atoms.map((a) => a.key).join("*");

function build(terms: readonly Term[], constant: number): Dim {
  const byAtoms = new Map<string, Term>();
  for (const t of terms) {
    const key = atomsKey(t.atoms);
    const held = byAtoms.get(key);
    byAtoms.set(key, held ? { coefficient: held.coefficient + t.coefficient, atoms: t.atoms } : t);
  }
  const kept = [...byAtoms.entries()].filter(([, t]) => t.coefficient !== 0).sort(([a], [b]) => byText(a, b));
  if (kept.length === 0) return constant;
  let key = "";
  for (const [atoms, { coefficient }] of kept) {
    const size = Math.abs(coefficient);
    const sign = coefficient < 0 ? (key ? " - " : "-") : key ? " + " : "";
    key += `${sign}${size === 1 ? "" : `${size}*`}${atoms}`;
  }
  if (constant !== 0) key += constant < 0 ? ` - ${-constant}` : ` + ${constant}`;
  return { terms: kept.map(([, t]) => t), constant, key };
}
