import { invariant } from "../core/invariant.ts";
import type { GraphBuilder } from "./builder.ts";
import { type AttrValue, bodies, type Graph, isGraph, type Operator, type Value } from "./graph.ts";

/**
 * Emits the operators of `graph` into `b` with `inputs` in place of its inputs, and gives its outputs. Values of
 * graphs around it keep their identity, and so does the origin of every operator.
 */
export function inline(b: GraphBuilder, graph: Graph, inputs: readonly Value[]): Value[] {
  invariant(inputs.length === graph.inputs.length, `${graph.name} takes ${graph.inputs.length} inputs`);
  return copy(b, graph, new Map(graph.inputs.map((v, i) => [v, inputs[i] as Value])));
}

function copy(b: GraphBuilder, graph: Graph, known: Map<Value, Value>): Value[] {
  for (const v of graph.initializers) {
    invariant(v.constant, `initializer ${v.name} without contents`);
    known.set(v, b.constant(v.constant));
  }
  const of = (v: Value): Value => known.get(v) ?? v;
  for (const operator of graph.operators) {
    const attrs = Object.fromEntries(
      Object.entries(operator.attrs).map(([key, a]): [string, AttrValue] => [
        key,
        isGraph(a) ? copyBody(b, a, known) : a,
      ]),
    );
    const made = b.at(operator.origin, () =>
      b.emitDynamic(
        operator.op,
        operator.inputs.map((v) => v && of(v)),
        attrs,
        { types: operator.outputs.map((v) => v.type) },
      ),
    );
    operator.outputs.forEach((v, i) => {
      known.set(v, made[i] as Value);
    });
  }
  return graph.outputs.map(of);
}

function copyBody(b: GraphBuilder, body: Graph, known: ReadonlyMap<Value, Value>): Graph {
  const inner = b.body(body.name);
  const map = new Map(known);
  for (const v of body.inputs) map.set(v, inner.input(v.name, v.type));
  return inner.finish(copy(inner, body, map));
}

/** Values of the graphs around it that the bodies of an operator use, in order of first use. */
export function captured(operator: Operator): Value[] {
  const found = new Set<Value>();
  for (const body of bodies(operator)) collect(body, new Set(), found);
  return [...found];
}

function collect(graph: Graph, outer: ReadonlySet<Value>, found: Set<Value>): void {
  const own = new Set([...outer, ...graph.inputs, ...graph.initializers]);
  for (const operator of graph.operators) {
    for (const v of operator.inputs) if (v && !own.has(v)) found.add(v);
    for (const body of bodies(operator)) collect(body, own, found);
    for (const v of operator.outputs) own.add(v);
  }
  for (const v of graph.outputs) if (!own.has(v)) found.add(v);
}
