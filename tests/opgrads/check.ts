import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, Value } from "../../src/ir/graph.ts";
import { verify } from "../../src/ir/verify.ts";
import { encodeModel } from "../../src/onnx/encode.ts";
import { isFloat, type Tensor } from "../../src/shape/dtype.ts";
import { adapterOf } from "./adapter.ts";
import { type Adapter, Call, Unsupported } from "./call.ts";
import { type RefCase, type RefFile, type RefTensor, toTensor } from "./format.ts";

export type Outcome =
  | { readonly kind: "passed"; readonly double: boolean }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "skipped"; readonly reason: string };

type Float = "float32" | "float64";

/** A value is right within relative 1e-4 or absolute 1e-6 of the reference. */
const relative = 1e-4;
const absolute = 1e-6;

/** Runs every case of a reference file. */
export async function checkFile(file: RefFile): Promise<Outcome[]> {
  const adapter = adapterOf(file.op);
  if (!adapter) return file.cases.map(() => ({ kind: "skipped", reason: `operator ${file.op} is not supported` }));
  const outcomes: Outcome[] = [];
  for (const c of file.cases) outcomes.push(await checkCase(adapter, c));
  return outcomes;
}

/**
 * Output and gradients of one case against the reference, in float32 as users run it. The reference is the float64
 * result for float32 inputs: where float32 itself cannot come within the marks (sums that cancel), the same graph
 * in float64 decides, and the outcome says so. The marks are the same in both.
 */
async function checkCase(adapter: Adapter, c: RefCase): Promise<Outcome> {
  try {
    const first = await compare(adapter, c, "float32");
    if (first === null) return { kind: "passed", double: false };
    const second = await inDouble(adapter, c);
    return second === null
      ? { kind: "passed", double: true }
      : { kind: "failed", reason: second === undefined ? first : `${first}; in float64: ${second}` };
  } catch (error) {
    if (error instanceof Unsupported) return { kind: "skipped", reason: error.message };
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "failed", reason: message.split("\n")[0] as string };
  }
}

/** The fault in float64, null when there is none, undefined where onnxruntime has no double kernel. */
async function inDouble(adapter: Adapter, c: RefCase): Promise<string | null | undefined> {
  try {
    return await compare(adapter, c, "float64");
  } catch (error) {
    if (/Could not find an implementation|Type Error|not implemented/i.test(String(error))) return undefined;
    throw error;
  }
}

/** The first difference from the reference, or null. */
async function compare(adapter: Adapter, c: RefCase, float: Float): Promise<string | null> {
  const model = build(adapter, c, float);
  if (model.outputs !== c.outputs.length) return `${model.outputs} outputs instead of ${c.outputs.length}`;
  const results = await run(model.graph, model.feeds);
  for (const [i, wanted] of c.outputs.entries()) {
    const found = results[i] as Tensor;
    if (!isFloat(found.dtype) && c.kink) continue;
    const fault = difference(found, wanted);
    if (fault) return `output ${i}: ${fault}`;
  }
  for (const [i, key] of model.keys.entries()) {
    const found = results[c.outputs.length + i] as Tensor;
    const fault = difference(found, c.grads[key] as RefTensor);
    if (fault && !(c.kink && (await withinKink(adapter, c, key, found, float)))) return `gradient of ${key}: ${fault}`;
  }
  return null;
}

interface Built {
  readonly graph: Graph;
  readonly feeds: { readonly [name: string]: Tensor };
  /** Number of outputs of the operator, which come first. */
  readonly outputs: number;
  /** Gradients that follow them. */
  readonly keys: readonly string[];
}

function build(adapter: Adapter, c: RefCase, float: Float): Built {
  const b = new GraphBuilder("case");
  const call = new Call(b, c, adapter.names, float);
  const made = adapter.make(call);
  const outputs = (Array.isArray(made) ? made : [made]) as readonly Value[];
  const seeds = outputs.filter((v) => isFloat(v.type.dtype));
  const cotangents = seeds.map((value, i) => {
    const cotangent = c.cotangents[i];
    if (!cotangent) return [];
    call.feeds[`dy${i}`] = toTensor(cotangent, float);
    return [{ value, gradient: b.input(`dy${i}`, { dtype: float, shape: cotangent.shape }) }];
  });
  const keys = Object.keys(c.grads).filter((key) => c.grads[key] !== null);
  const wrt = keys.map((key) => {
    const value = call.inputs.get(key);
    if (!value) throw new Error(`no argument ${key} to differentiate`);
    return value;
  });
  const gradients = differentiate(b, cotangents.flat(), wrt);
  if (!gradients.ok) throw new Error(JSON.stringify(gradients.issues));
  const results = [...outputs, ...wrt.map((v) => gradients.value.of(v))].map((v) => b.emit("Identity", [v]));
  const graph = b.finish(results);
  const faults = verify(graph);
  if (faults.length > 0) throw new Error(faults[0]);
  return { graph, feeds: call.feeds, outputs: outputs.length, keys };
}

async function run(graph: Graph, feeds: { readonly [name: string]: Tensor }): Promise<Tensor[]> {
  const session = await InferenceSession.create(encodeModel(graph), {
    intraOpNumThreads: 1,
    // Errors come back as values of the promise; onnxruntime would print them too.
    logSeverityLevel: 4,
    // There is no double kernel for what this fusion makes of x * Sigmoid(x).
    extra: { optimization: { disable_specified_optimizers: "QuickGeluFusion" } },
  });
  try {
    const inputs = Object.fromEntries(
      graph.inputs.map(({ name }) => {
        const t = feeds[name] as Tensor;
        return [name, new OrtTensor(t.dtype, t.data as Float32Array, t.dims)];
      }),
    );
    const results = await session.run(inputs);
    return graph.outputs.map((v) => {
      const t = results[v.name] as OrtTensor;
      return { dtype: v.type.dtype, dims: t.dims, data: t.data as Float32Array };
    });
  } finally {
    await session.release();
  }
}

const isClose = (found: number, wanted: number): boolean =>
  Object.is(found, wanted) || Math.abs(found - wanted) <= absolute + relative * Math.abs(wanted);

/** Says where two tensors differ most, or null. */
function difference(found: Tensor, wanted: RefTensor): string | null {
  if (found.dims.join() !== wanted.shape.join()) return `shape [${found.dims}] instead of [${wanted.shape}]`;
  let worst = -1;
  let at = -1;
  wanted.data.forEach((value, i) => {
    const mine = Number(found.data[i]);
    if (isClose(mine, value)) return;
    const off = Math.abs(mine - value);
    if (!(off <= worst)) [worst, at] = [Number.isNaN(off) ? Number.POSITIVE_INFINITY : off, i];
  });
  if (at < 0) return null;
  return `off by ${worst.toExponential(1)} at ${at}: ${Number(found.data[at])} instead of ${wanted.data[at]}`;
}

/**
 * At a corner any value between the one-sided derivatives is right. They are taken element by element, by differences
 * with steps of 1e-6 (float64) or 1/256 (float32), good to about 1e-4 and 1e-2 of the derivative.
 */
async function withinKink(adapter: Adapter, c: RefCase, key: string, found: Tensor, float: Float): Promise<boolean> {
  const built = build(adapter, c, float);
  const step = float === "float64" ? 1e-6 : 1 / 256;
  const slack = float === "float64" ? 1e-4 : 1e-2;
  const name = `a${key.replace(".", "_")}`;
  const data = (built.feeds[name] as Tensor).data as Float64Array;
  const loss = async (): Promise<number> => {
    const results = await run(built.graph, built.feeds);
    const floats = results.slice(0, c.outputs.length).filter((t) => isFloat(t.dtype));
    return floats.reduce((sum, t, i) => {
      const weights = c.cotangents[i];
      return weights ? weights.data.reduce((s, w, k) => s + w * Number(t.data[k]), sum) : sum;
    }, 0);
  };
  const middle = await loss();
  for (let i = 0; i < data.length; i++) {
    const [mine, wanted] = [Number(found.data[i]), c.grads[key]?.data[i] as number];
    if (isClose(mine, wanted)) continue;
    const held = data[i] as number;
    data[i] = held + step;
    const right = ((await loss()) - middle) / step;
    data[i] = held - step;
    const left = (middle - (await loss())) / step;
    data[i] = held;
    const margin = slack * Math.max(1, Math.abs(left), Math.abs(right));
    if (mine < Math.min(left, right) - margin || mine > Math.max(left, right) + margin) return false;
  }
  return true;
}
