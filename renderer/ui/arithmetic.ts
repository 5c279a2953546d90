/**
 * The value of a small sum as people type it into a number field: `28*28`, `2^6`, `(5-1)/2`, `1e-3`, `3×4`; null for
 * what is no number. No names and no calls, so nothing can be run by it.
 */
export function evaluate(text: string): number | null {
  const source = text
    .replace(/[×·]/g, "*")
    .replace(/[÷]/g, "/")
    .replace(/[−–]/g, "-")
    .replace(/（/g, "(")
    .replace(/）/g, ")");
  const tokens = source.match(/(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|\*\*|[-+*/^()]|\S/gi) ?? [];
  const state = { tokens, at: 0 };
  const value = sum(state);
  return value !== null && state.at === tokens.length && Number.isFinite(value) ? value : null;
}

interface Reading {
  readonly tokens: readonly string[];
  at: number;
}

const next = (s: Reading): string | undefined => s.tokens[s.at];

function chain(s: Reading, operators: readonly string[], operand: (s: Reading) => number | null): number | null {
  let left = operand(s);
  for (let op = next(s); left !== null && op !== undefined && operators.includes(op); op = next(s)) {
    s.at++;
    const right = operand(s);
    if (right === null) return null;
    left = op === "+" ? left + right : op === "-" ? left - right : op === "*" ? left * right : left / right;
  }
  return left;
}

const sum = (s: Reading): number | null => chain(s, ["+", "-"], product);
const product = (s: Reading): number | null => chain(s, ["*", "/"], signed);

/** `-2^2` is −4, as in mathematics. */
function signed(s: Reading): number | null {
  const sign = next(s);
  if (sign !== "-" && sign !== "+") return power(s);
  s.at++;
  const value = signed(s);
  return value === null || sign === "+" ? value : -value;
}

/** Binds to the right: `2^3^2` is 512. */
function power(s: Reading): number | null {
  const base = atom(s);
  if (base === null || (next(s) !== "^" && next(s) !== "**")) return base;
  s.at++;
  const exponent = signed(s);
  return exponent === null ? null : base ** exponent;
}

function atom(s: Reading): number | null {
  const token = next(s);
  if (token === undefined) return null;
  s.at++;
  if (token !== "(") return /^[\d.]/.test(token) ? Number(token) : null;
  const value = sum(s);
  if (next(s) !== ")") return null;
  s.at++;
  return value;
}
