import { sameShape, type TensorType, typeText } from "../shape/type.ts";
import { type Graph, isGraph, type Operator, type Value } from "./graph.ts";
import { opSpec } from "./ops.ts";
import { type AttrSchema, type Attrs, inferContext } from "./spec.ts";

/**
 * Faults of a graph, as text; an empty list when it is sound. Checks that values are defined before use and
 * once, that names are unique, that operators are in the op table with its arities and attributes, and that
 * output types are what the op table infers.
 */
export function verify(graph: Graph, outer: ReadonlySet<Value> = new Set(), names: Set<string> = new Set()): string[] {
  const faults: string[] = [];
  const defined = new Set(outer);
  const define = (v: Value): void => {
    if (names.has(v.name)) faults.push(`${v.name} is defined twice`);
    names.add(v.name);
    defined.add(v);
  };
  for (const v of [...graph.inputs, ...graph.initializers]) define(v);
  for (const operator of graph.operators) {
    for (const v of operator.inputs) {
      if (v && !defined.has(v)) faults.push(`${operator.name} uses ${v.name} before it is defined`);
    }
    faults.push(...attributeFaults(operator), ...typeFaults(operator));
    for (const attr of Object.values(operator.attrs)) if (isGraph(attr)) faults.push(...verify(attr, defined, names));
    operator.outputs.forEach(define);
  }
  for (const v of graph.outputs) if (!defined.has(v)) faults.push(`output ${v.name} is not defined`);
  return faults;
}

function attributeFaults({ op, name, attrs, inputs, outputs }: Operator): string[] {
  const spec = opSpec(op);
  if (!spec) return [`${name}: ${op} is not in the op table`];
  const faults: string[] = [];
  const within = (count: number, [least, most]: readonly [number, number]) => count >= least && count <= most;
  if (!within(inputs.length, spec.inputs)) faults.push(`${name}: ${inputs.length} inputs`);
  if (!within(outputs.length, spec.outputs)) faults.push(`${name}: ${outputs.length} outputs`);
  for (const key of Object.keys(attrs)) if (!Object.hasOwn(spec.attrs, key)) faults.push(`${name}: attribute ${key}`);
  for (const [key, kind] of Object.entries(spec.attrs)) {
    if (!kind.endsWith("?") && !Object.hasOwn(attrs, key)) faults.push(`${name}: lacks attribute ${key}`);
  }
  return faults;
}

function typeFaults({ op, name, inputs, outputs, attrs }: Operator): string[] {
  const spec = opSpec(op);
  const inferred = spec?.infer(inferContext(op, inputs, attrs as unknown as Attrs<AttrSchema>, outputs.length));
  if (!inferred) return [];
  return outputs.flatMap((v, i) => {
    const want = inferred[i] as TensorType;
    const fits = v.type.dtype === want.dtype && sameShape(v.type.shape, want.shape);
    return fits ? [] : [`${name}: output ${i} is ${typeText(v.type)}, inferred ${typeText(want)}`];
  });
}
