import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { GraphBuilder } from "../ir/builder.ts";
import type { Graph, Value } from "../ir/graph.ts";
import { captured } from "../ir/inline.ts";
import { encodeModel } from "../onnx/encode.ts";
import { inDouble } from "../passes/double.ts";
import { simplify } from "../passes/simplify.ts";
import type { Tensor } from "../shape/dtype.ts";
import type { TensorType } from "../shape/type.ts";
import { type ModelManifest, type ModelPort, manifestKey, portShape, type Role } from "./manifest.ts";

/** A model ready to run: the bytes of an ONNX file, what its ports mean, and the IR it was written from. */
export interface CompiledModel {
  readonly bytes: Uint8Array;
  readonly manifest: ModelManifest;
  readonly graph: Graph;
}

/** Protobuf files end at 2 GiB. */
const sizeLimit = 2 ** 31 - 1;

export interface FinishOptions {
  /** Leaves out inputs that nothing reads. */
  readonly trimmed?: boolean;
  /** Computes in double precision, as far as that goes. */
  readonly double?: boolean;
  /** Kept in the file beside the manifest; asked for once the graph is final. */
  readonly metadata?: ((graph: Graph) => { readonly [key: string]: string }) | undefined;
}

/** Collects the ports of a model while its graph is built, so that every port has a role. */
export class ModelBuilder {
  readonly b: GraphBuilder;
  readonly #inputs: ModelPort[] = [];
  readonly #outputs: { value: Value; role: Role }[] = [];
  #weightBytes = 0;

  constructor(name: string) {
    this.b = new GraphBuilder(name);
  }

  get inputs(): readonly ModelPort[] {
    return this.#inputs;
  }

  input(name: string, type: TensorType, role: Role): Value {
    const value = this.b.input(name, type);
    this.#inputs.push({ name: value.name, dtype: type.dtype, shape: portShape(type), role });
    return value;
  }

  weight(name: string, contents: Tensor): Value {
    this.#weightBytes += contents.data.byteLength;
    return this.b.parameter(name, contents);
  }

  output(name: string, value: Value, role: Role): void {
    this.#outputs.push({ value: this.b.named(value, name), role });
  }

  finish(about: Omit<ModelManifest, "inputs" | "outputs">, options: FinishOptions = {}): Result<CompiledModel> {
    if (this.#weightBytes > sizeLimit) {
      return fail(issue("model.too-large", { bytes: this.#weightBytes, limit: sizeLimit }));
    }
    const whole = simplify(this.b.finish(this.#outputs.map((o) => o.value)));
    const trimmed = options.trimmed ? withoutUnusedInputs(whole) : whole;
    const double = options.double ? inDouble(trimmed) : null;
    const graph = double?.graph ?? trimmed;
    const types = new Map(graph.inputs.map((v) => [v.name, v.type.dtype]));
    const inputs = this.#inputs.flatMap((port) => {
      const dtype = types.get(port.name);
      return dtype === undefined ? [] : [{ ...port, dtype }];
    });
    const outputs = this.#outputs.map(({ role }, i): ModelPort => {
      const { name, type } = graph.outputs[i] as Value;
      return { name, dtype: type.dtype, shape: portShape(type), role };
    });
    const exact = double ? { double: double.exact ? ("all" as const) : ("most" as const) } : {};
    const manifest: ModelManifest = { ...about, ...exact, inputs, outputs };
    const bytes = encodeModel(graph, {
      description: `${about.document}: ${about.kind}`,
      metadata: { ...options.metadata?.(graph), [manifestKey]: JSON.stringify(manifest) },
    });
    return ok({ bytes, manifest, graph });
  }
}

function withoutUnusedInputs(graph: Graph): Graph {
  const used = new Set(graph.operators.flatMap((o) => [...o.inputs, ...captured(o)]));
  return { ...graph, inputs: graph.inputs.filter((v) => used.has(v)) };
}
