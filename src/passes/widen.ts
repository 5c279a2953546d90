import { type AttrValue, type Graph, isGraph, isTensor, type Operator, onnxType, type Value } from "../ir/graph.ts";
import { type Tensor, tensor, toNumbers } from "../shape/dtype.ts";

/**
 * The same graph in double precision: every float32 value, constant and cast becomes float64. Used to check
 * gradients, where float32 differences drown in rounding. Not every operator has a double kernel in onnxruntime.
 */
export function widen(graph: Graph, outer: Map<Value, Value> = new Map()): Graph {
  const wide = (v: Value): Value => {
    const known = outer.get(v);
    if (known) return known;
    const made: Value = {
      name: v.name,
      type: v.type.dtype === "float32" ? { dtype: "float64", shape: v.type.shape } : v.type,
      constant: v.constant && wideTensor(v.constant),
    };
    outer.set(v, made);
    return made;
  };
  const operators = graph.operators.map(
    (o): Operator => ({
      ...o,
      inputs: o.inputs.map((v) => v && wide(v)),
      outputs: o.outputs.map(wide),
      attrs: Object.fromEntries(Object.entries(o.attrs).map(([name, a]) => [name, wideAttr(o.op, name, a, outer)])),
    }),
  );
  return {
    name: graph.name,
    inputs: graph.inputs.map(wide),
    outputs: graph.outputs.map(wide),
    initializers: graph.initializers.map(wide),
    operators,
  };
}

const wideTensor = (t: Tensor): Tensor => (t.dtype === "float32" ? tensor("float64", t.dims, toNumbers(t)) : t);

function wideAttr(op: string, name: string, attr: AttrValue, outer: Map<Value, Value>): AttrValue {
  if (isGraph(attr)) return widen(attr, outer);
  if (isTensor(attr)) return wideTensor(attr);
  return op === "Cast" && name === "to" && attr === onnxType.float32 ? onnxType.float64 : attr;
}
