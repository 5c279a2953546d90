import { onnx } from "onnx-proto";
import { unreachable } from "../core/invariant.ts";
import { sortedEntries } from "../core/order.ts";
import { type AttrValue, type Graph, isGraph, isTensor, type Operator, onnxType, type Value } from "../ir/graph.ts";
import { irVersion, opSpec, opset } from "../ir/ops.ts";
import { isSymbolic } from "../shape/dim.ts";
import { rawBytes, type Tensor } from "../shape/dtype.ts";
import type { TensorType } from "../shape/type.ts";

/** What its files say of who wrote them. */
export const producerName = "gradloom";

export interface ModelText {
  /** Shown by viewers as the description of the model. */
  readonly description?: string;
  /** Key-value pairs kept in `metadata_props`. */
  readonly metadata?: { readonly [key: string]: string };
}

/**
 * The graph as the bytes of an ONNX file: default domain, one opset, raw little-endian tensors, names and order
 * as in the graph. The same graph gives the same bytes. `doc_string` of an operator holds its origin.
 */
export function encodeModel(graph: Graph, text: ModelText = {}): Uint8Array {
  const model = onnx.ModelProto.create({
    irVersion,
    producerName,
    docString: text.description ?? "",
    opsetImport: [{ domain: "", version: opset }],
    graph: graphProto(graph),
    metadataProps: sortedEntries(text.metadata ?? {}).map(([key, value]) => ({ key, value })),
  });
  return onnx.ModelProto.encode(model).finish();
}

function graphProto(graph: Graph): onnx.IGraphProto {
  return {
    name: graph.name,
    node: graph.operators.map(nodeProto),
    initializer: graph.initializers.map((v) => tensorProto(v.constant as Tensor, v.name)),
    input: graph.inputs.map(valueProto),
    output: graph.outputs.map(valueProto),
  };
}

const nodeProto = (o: Operator): onnx.INodeProto => ({
  name: o.name,
  opType: o.op,
  input: o.inputs.map((v) => v?.name ?? ""),
  output: o.outputs.map((v) => v.name),
  attribute: sortedEntries(o.attrs).map(([name, value]) => attributeProto(o.op, name, value)),
  docString: o.origin.node ? `${o.origin.pass} of ${o.origin.node}` : o.origin.pass,
});

const valueProto = (v: Value): onnx.IValueInfoProto => ({ name: v.name, type: typeProto(v.type) });

const typeProto = (t: TensorType): onnx.ITypeProto => ({
  tensorType: {
    elemType: onnxType[t.dtype],
    shape: { dim: t.shape.map((d) => (isSymbolic(d) ? { dimParam: d.key } : { dimValue: d })) },
  },
});

function tensorProto(t: Tensor, name: string): onnx.ITensorProto {
  return { name, dataType: onnxType[t.dtype], dims: [...t.dims], rawData: rawBytes(t) };
}

const { AttributeType } = onnx.AttributeProto;

function attributeProto(op: string, name: string, value: AttrValue): onnx.IAttributeProto {
  if (isGraph(value)) return { name, type: AttributeType.GRAPH, g: graphProto(value) };
  if (isTensor(value)) return { name, type: AttributeType.TENSOR, t: tensorProto(value, "") };
  const kind = opSpec(op)?.attrs[name]?.replace("?", "");
  switch (kind) {
    case "int":
      return { name, type: AttributeType.INT, i: value as number };
    case "float":
      return { name, type: AttributeType.FLOAT, f: value as number };
    case "ints":
      return { name, type: AttributeType.INTS, ints: [...(value as readonly number[])] };
    case "floats":
      return { name, type: AttributeType.FLOATS, floats: [...(value as readonly number[])] };
    case "string":
      return { name, type: AttributeType.STRING, s: utf8(value as string) };
    default:
      return unreachable(`attribute ${name} of ${op}`);
  }
}

/** UTF-8 without TextEncoder, which the core's library set does not have; attribute strings are ASCII. */
const utf8 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
