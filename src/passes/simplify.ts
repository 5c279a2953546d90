import { type AttrValue, type Graph, isGraph, isTensor, type Operator, type Value } from "../ir/graph.ts";
import { liveOnly } from "../ir/live.ts";
import { type RewriteRule, rewriteRules } from "./rules.ts";

/**
 * Simplifies a graph, bodies of loops included: the rewrite table, then common subexpressions, then what nothing
 * needs any more. Operators are visited in order with their inputs simplified before, so one walk reaches the
 * fixpoint. Every value keeps its meaning to the last bit; inputs and outputs keep their names.
 */
export function simplify(graph: Graph, rules: readonly RewriteRule[] = rewriteRules): Graph {
  return liveOnly(walk(graph, rules, new Map()));
}

function walk(graph: Graph, rules: readonly RewriteRule[], outer: ReadonlyMap<Value, Value>): Graph {
  const replaced = new Map(outer);
  const producers = new Map<Value, Operator>();
  const seen = new Map<string, Operator>();
  const numbers = new Map<Value, number>();
  const kept: Operator[] = [];
  const outputs = new Set(graph.outputs);
  const around = { producer: (v: Value) => producers.get(v) ?? null };
  for (const original of graph.operators) {
    const operator = resolved(original, replaced, rules);
    const key = identity(operator, numbers);
    // A graph output has a name of its own and cannot be another value.
    const free = !operator.outputs.some((v) => outputs.has(v));
    const twin = key === null ? undefined : seen.get(key);
    const stand = free ? (twin?.outputs ?? applied(operator, around, rules)) : null;
    if (stand) {
      operator.outputs.forEach((v, i) => {
        replaced.set(v, stand[i] as Value);
      });
      continue;
    }
    kept.push(operator);
    if (key !== null && !twin) seen.set(key, operator);
    for (const v of operator.outputs) producers.set(v, operator);
  }
  return { ...graph, operators: kept };
}

function applied(
  operator: Operator,
  around: { producer(v: Value): Operator | null },
  rules: readonly RewriteRule[],
): readonly Value[] | null {
  for (const rule of rules) {
    const by = rule.op === operator.op ? rule.match(operator, around) : null;
    if (by) return [by];
  }
  return null;
}

/** The operator with its inputs, and its bodies, simplified. */
function resolved(operator: Operator, replaced: ReadonlyMap<Value, Value>, rules: readonly RewriteRule[]): Operator {
  const inputs = operator.inputs.map((v) => (v ? (replaced.get(v) ?? v) : v));
  const attrs = Object.entries(operator.attrs).map(([name, attr]): [string, AttrValue] => [
    name,
    isGraph(attr) ? walk(attr, rules, replaced) : attr,
  ]);
  return { ...operator, inputs, attrs: Object.fromEntries(attrs) };
}

/** Equal for operators that compute the same; null for those with bodies or tensors, which are not compared. */
function identity({ op, inputs, outputs, attrs }: Operator, numbers: Map<Value, number>): string | null {
  const values = Object.values(attrs);
  if (values.some((a) => isGraph(a) || isTensor(a))) return null;
  const ids = inputs.map((v) => (v ? numberOf(v, numbers) : "_"));
  const settings = Object.entries(attrs).map(([k, v]) => `${k}=${v}`);
  return `${op}/${outputs.length}(${ids.join()})${settings.sort().join()}`;
}

function numberOf(v: Value, numbers: Map<Value, number>): number {
  const known = numbers.get(v);
  if (known !== undefined) return known;
  numbers.set(v, numbers.size);
  return numbers.size - 1;
}
