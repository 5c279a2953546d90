import { toNumbers } from "../shape/dtype.ts";
import { typeText } from "../shape/type.ts";
import { type AttrValue, type Graph, isGraph, isTensor, type Operator, type Value } from "./graph.ts";

/**
 * A graph as text, one operator a line, for tests and for people:
 *
 *     graph mlp(x: float32[N, 4])
 *       fc1/Gemm: float32[N, 8] = Gemm(x, fc1.weight, fc1.bias) transB=1
 *       return fc1/Gemm
 */
export function printGraph(graph: Graph, indent = ""): string {
  const inputs = graph.inputs.map((v) => `${v.name}: ${typeText(v.type)}`).join(", ");
  const lines = [`${indent}graph ${graph.name}(${inputs})`];
  for (const operator of graph.operators) {
    lines.push(`${indent}  ${operatorText(operator)}`);
    for (const attr of Object.values(operator.attrs)) if (isGraph(attr)) lines.push(printGraph(attr, `${indent}    `));
  }
  lines.push(`${indent}  return ${graph.outputs.map((v) => v.name).join(", ")}`);
  return lines.join("\n");
}

function operatorText({ op, inputs, outputs, attrs }: Operator): string {
  const left = outputs.map((v) => `${v.name}: ${typeText(v.type)}`).join(", ");
  const right = inputs.map((v) => (v ? valueText(v) : "_")).join(", ");
  const extra = Object.entries(attrs).map(([k, v]) => ` ${k}=${attrText(v)}`);
  return `${left} = ${op}(${right})${extra.join("")}`;
}

/** Small unnamed constants are shown by their contents. */
function valueText(v: Value): string {
  if (!v.constant || !v.name.startsWith("constant") || v.constant.data.length > 8) return v.name;
  const items = Array.from(toNumbers(v.constant)).join(", ");
  return v.constant.dims.length === 0 ? items : `[${items}]`;
}

function attrText(a: AttrValue): string {
  if (isGraph(a)) return a.name;
  if (isTensor(a)) return `${a.dtype}[${a.dims}]`;
  return Array.isArray(a) ? `[${a}]` : String(a);
}
