import { onnx } from "onnx-proto";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";

/** Reads `metadata_props` of an ONNX file. */
export function readMetadata(bytes: Uint8Array): Result<ReadonlyMap<string, string>> {
  try {
    const model = onnx.ModelProto.decode(bytes);
    return ok(new Map(model.metadataProps.map((p) => [p.key ?? "", p.value ?? ""])));
  } catch (error) {
    return fail(issue("model.unreadable", { reason: String(error) }));
  }
}
