import { onnx } from "onnx-proto";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { onnxType } from "../ir/graph.ts";
import { byteSize, type DType, elementCount, fromRawBytes, type Tensor, tensor } from "../shape/dtype.ts";

/** What of an ONNX file is not its graph. */
export interface OnnxContents {
  /** Name of the program that wrote it; empty where it does not say. */
  readonly producer: string;
  readonly metadata: ReadonlyMap<string, string>;
  /** Tensors of the file by name; null for one that is not whole, lies in another file or has another type of number. */
  readonly initializers: ReadonlyMap<string, Tensor | null>;
}

/** Reads what of an ONNX file is not its graph. Errors: `model.unreadable`. */
export function readContents(bytes: Uint8Array): Result<OnnxContents> {
  try {
    const model = onnx.ModelProto.decode(bytes);
    const metadata = new Map(model.metadataProps.map((p) => [p.key ?? "", p.value ?? ""]));
    const tensors = (model.graph?.initializer ?? []).map((t) => [t.name ?? "", tensorOf(t)] as const);
    return ok({ producer: model.producerName, metadata, initializers: new Map(tensors) });
  } catch (error) {
    return fail(issue("model.unreadable", { reason: error instanceof Error ? error.message : String(error) }));
  }
}

const typeOf = new Map<number, DType>(Object.entries(onnxType).map(([dtype, code]) => [code, dtype as DType]));

function tensorOf(t: onnx.ITensorProto): Tensor | null {
  const dtype = typeOf.get(t.dataType ?? 0);
  const dims = (t.dims ?? []).map(Number);
  if (!dtype || dims.some((d) => !Number.isSafeInteger(d) || d < 0)) return null;
  if ((t.externalData ?? []).length > 0) return null;
  const size = elementCount(dims);
  if (t.rawData && t.rawData.length > 0) {
    const whole = t.rawData.length === size * byteSize[dtype];
    // A plain array: `slice` of a Node buffer would share its bytes and not mend the alignment.
    const raw = new Uint8Array(t.rawData.buffer, t.rawData.byteOffset, t.rawData.byteLength);
    return whole ? fromRawBytes(dtype, dims, raw) : null;
  }
  // Other programs that save the file again may write numbers one by one.
  const floats = t.floatData ?? [];
  return dtype === "float32" && floats.length === size ? tensor("float32", dims, floats) : null;
}
