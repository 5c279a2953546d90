import { bodies, type Graph, type Operator, type Value } from "./graph.ts";

/** The graph without operators and initializers that no output needs; bodies of kept operators likewise. */
export function liveOnly(graph: Graph): Graph {
  const live = new Set<Value>(graph.outputs);
  const kept: Operator[] = [];
  for (const operator of [...graph.operators].reverse()) {
    if (!operator.outputs.some((v) => live.has(v))) continue;
    const trimmed = withLiveBodies(operator);
    kept.push(trimmed);
    markUsed(trimmed, live);
  }
  return { ...graph, operators: kept.reverse(), initializers: graph.initializers.filter((v) => live.has(v)) };
}

function withLiveBodies(operator: Operator): Operator {
  if (bodies(operator).length === 0) return operator;
  const attrs = Object.entries(operator.attrs).map(([name, attr]) => [
    name,
    typeof attr === "object" && "operators" in attr ? liveOnly(attr) : attr,
  ]);
  return { ...operator, attrs: Object.fromEntries(attrs) as Operator["attrs"] };
}

/** Marks what an operator reads, and what its bodies read from outside. */
function markUsed(operator: Operator, live: Set<Value>): void {
  for (const v of operator.inputs) if (v) live.add(v);
  for (const body of bodies(operator)) {
    for (const v of body.outputs) live.add(v);
    for (const inner of body.operators) markUsed(inner, live);
  }
}
