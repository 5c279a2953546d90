import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, Value } from "../../src/ir/graph.ts";
import { verify } from "../../src/ir/verify.ts";
import { encodeModel } from "../../src/onnx/encode.ts";
import { type DType, fromRawBytes, type Tensor, zeros } from "../../src/shape/dtype.ts";

/** Opens a graph in onnxruntime after checking that the verifier finds nothing. One thread: results do not vary. */
export async function openGraph(graph: Graph): Promise<(feeds: { [name: string]: Tensor }) => Promise<Tensor[]>> {
  const faults = verify(graph);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const session = await InferenceSession.create(encodeModel(graph), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    // double has no QuickGelu kernel: the fusion would fail the session (x * Sigmoid(x) in float64 checks).
    extra: { optimization: { disable_specified_optimizers: "QuickGeluFusion" } },
  });
  return async (feeds) => {
    const results = await session.run(
      Object.fromEntries(
        Object.entries(feeds).map(([name, t]) => [name, new OrtTensor(t.dtype, t.data as Float32Array, t.dims)]),
      ),
    );
    return graph.outputs.map((v) => fromOrt(results[v.name] as OrtTensor));
  };
}

/** Runs a graph once; feeds by input name. */
export async function runGraph(graph: Graph, feeds: { [name: string]: Tensor }): Promise<Tensor[]> {
  return (await openGraph(graph))(feeds);
}

/** Builds a graph over inputs like `tensors` and runs it on them. */
export async function evaluate(
  tensors: readonly Tensor[],
  make: (b: GraphBuilder, inputs: readonly Value[]) => readonly Value[],
): Promise<Tensor[]> {
  const b = new GraphBuilder("test");
  const inputs = tensors.map((t, i) => b.input(`x${i}`, { dtype: t.dtype, shape: t.dims }));
  // An output that is an input or initializer needs an operator of its own.
  const outputs = make(b, inputs).map((v) => b.emit("Identity", [v]));
  return runGraph(b.finish(outputs), Object.fromEntries(tensors.map((t, i) => [`x${i}`, t])));
}

function fromOrt(t: OrtTensor): Tensor {
  const data = t.data as Exclude<OrtTensor["data"], string[]>;
  if (data.length === 0) return zeros(t.type as DType, t.dims);
  return fromRawBytes(t.type as DType, t.dims, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
