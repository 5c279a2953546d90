import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { compileNetwork, initialTensors, resolveNetwork, type TensorMap } from "../src/compile/index.ts";
import { isCarried, type ModelPort, roleKey } from "../src/compile/manifest.ts";
import type { CompiledModel } from "../src/compile/model.ts";
import { invariant } from "../src/core/invariant.ts";
import type { Result } from "../src/core/result.ts";
import { rng } from "../src/core/rng.ts";
import { encodeModel } from "../src/onnx/encode.ts";
import { elementCount, type Tensor, tensor, zeros } from "../src/shape/dtype.ts";
import { names, nextName, singleStep, stepLoop } from "./handwritten/step.ts";
import type { BenchNet } from "./nets.ts";
import { openSession, type SessionOptions, scalar, Trainer, toOrt } from "./session.ts";

/** Steps a training loop does in one call. */
export const loopSteps = 50;
/** Different batches; calls take them in turn. */
const batchCount = 4;

export type Form = "step" | "loop";

/** The same step twice: from the compiler and by hand, each as a model of one step and as a loop. */
export interface Pair {
  readonly compiled: Trainer;
  readonly handwritten: Trainer;
}

export const bytesOf = {
  compiled: (net: BenchNet, form: Form): CompiledModel => compileForm(net, form),
  handwritten: (net: BenchNet, form: Form): Uint8Array =>
    encodeModel(form === "step" ? singleStep(net.handwritten) : stepLoop(net.handwritten)),
};

/** The value of a result; a document of the bench that does not compile is a bug. */
export function must<T>(result: Result<T>): T {
  invariant(result.ok, result.ok ? "" : JSON.stringify(result.issues, null, 2));
  return result.value;
}

const compileForm = ({ document }: BenchNet, form: Form): CompiledModel =>
  must(compileNetwork(must(resolveNetwork(document)), { kind: form === "step" ? "training-step" : "training-loop" }));

/** Opens both models of a network over the same batches and the same start. */
export async function openPair(net: BenchNet, form: Form, options: SessionOptions): Promise<Pair> {
  const initial = initialTensors(must(resolveNetwork(net.document)));
  const model = bytesOf.compiled(net, form);
  const suffixed = (suffix: string): SessionOptions =>
    options.profile ? { ...options, profile: `${options.profile}-${net.id}-${form}-${suffix}` } : options;
  const [compiled, handwritten] = [
    await openSession(model.bytes, suffixed("compiled")),
    await openSession(bytesOf.handwritten(net, form), suffixed("handwritten")),
  ];
  const batches = makeBatches(net, form);
  return {
    compiled: compiledTrainer(compiled, model, net, form, batches, initial),
    handwritten: handwrittenTrainer(handwritten, net, form, batches, initial),
  };
}

interface Batch {
  readonly x: OrtTensor;
  readonly y: OrtTensor;
}

function makeBatches(net: BenchNet, form: Form): Batch[] {
  const { batch, sample } = net.handwritten;
  const leading = form === "step" ? [batch] : [loopSteps, batch];
  const random = rng(1, `bench/${net.id}`);
  return Array.from({ length: batchCount }, () => {
    const x = zeros("float32", [...leading, ...sample]);
    for (let i = 0; i < x.data.length; i++) x.data[i] = random.uniform();
    const labels = Array.from({ length: elementCount(leading) }, () => random.below(10));
    return { x: toOrt(x), y: toOrt(tensor("int64", leading, labels)) };
  });
}

function compiledTrainer(
  session: InferenceSession,
  { manifest }: CompiledModel,
  net: BenchNet,
  form: Form,
  batches: readonly Batch[],
  initial: TensorMap,
): Trainer {
  const input = (kind: ModelPort["role"]["kind"]): string =>
    manifest.inputs.find((p) => p.role.kind === kind)?.name ?? "";
  const outputs = new Map(manifest.outputs.map((p) => [roleKey(p.role), p.name]));
  const rate = toOrt(tensor("float32", form === "step" ? [] : [loopSteps], rates(net, form)));
  const count: { [name: string]: OrtTensor } = form === "step" ? {} : { [input("count")]: scalar("int64", loopSteps) };
  return new Trainer(session, {
    steps: stepsOf(form),
    batches: batches.map(({ x, y }) => ({ [input("data")]: x, [input("target")]: y })),
    fixed: { [input("learning-rate")]: rate, [input("seed")]: scalar("uint32", 1), ...count },
    step: input("step"),
    carried: manifest.inputs
      .filter((p) => isCarried(p.role))
      .map((p) => ({
        input: p.name,
        output: outputs.get(roleKey(p.role)) as string,
        start: toOrt(initial.get(roleKey(p.role)) as Tensor),
      })),
    loss: manifest.outputs.find((p) => p.role.kind === "loss")?.name ?? "",
  });
}

function handwrittenTrainer(
  session: InferenceSession,
  net: BenchNet,
  form: Form,
  batches: readonly Batch[],
  initial: TensorMap,
): Trainer {
  return new Trainer(session, {
    steps: stepsOf(form),
    batches: batches.map(({ x, y }) => ({ [names.x]: x, [names.y]: y })),
    fixed: { [names.learningRate]: scalar("float32", net.learningRate) },
    step: names.step,
    carried: net.handwritten.carried.map((c) => {
      const same = c.same === null ? zeros("float32", c.shape) : (initial.get(c.same) as Tensor);
      return { input: c.name, output: nextName(c), start: toOrt(c.same && c.transposed ? transposed(same) : same) };
    }),
    loss: names.loss,
  });
}

const stepsOf = (form: Form): number => (form === "step" ? 1 : loopSteps);
const rates = (net: BenchNet, form: Form): number[] => Array<number>(stepsOf(form)).fill(net.learningRate);

function transposed({ dims, data }: Tensor): Tensor {
  const [rows, columns] = dims as [number, number];
  const turned = zeros("float32", [columns, rows]);
  for (let i = 0; i < data.length; i++) turned.data[(i % columns) * rows + Math.floor(i / columns)] = data[i] as number;
  return turned;
}

/** Names of the carried inputs of the compiled model by role key. */
const inputsByKey = (net: BenchNet, form: Form): Map<string, string> =>
  new Map(compileForm(net, form).manifest.inputs.map((p) => [roleKey(p.role), p.name]));

/**
 * Trains both from the same start and compares every loss and every tensor: what is timed against each other must be
 * the same. Gives the faults, as text.
 */
export async function compare(net: BenchNet, { compiled, handwritten }: Pair, form: Form): Promise<string[]> {
  const { steps, tolerance } = net.check;
  const keys = inputsByKey(net, form);
  const faults: string[] = [];
  const calls = form === "step" ? steps : 1;
  for (let i = 0; i < calls; i++) {
    const [ours, theirs] = [await compiled.run(), await handwritten.run()];
    // In a loop of 50 steps rounding errors grow; its first steps are those of the single step.
    const [a, b] = [ours.subarray(0, steps), theirs.subarray(0, steps)];
    const off = difference(a, b);
    if (off > tolerance) faults.push(`${net.id} ${form}: loss differs by ${off.toExponential(1)} at call ${i}`);
  }
  if (form === "step") {
    for (const c of net.handwritten.carried) {
      if (c.same === null) continue;
      const ours = compiled.state(keys.get(c.same) as string).data as Float32Array;
      const held = handwritten.state(c.name).data as Float32Array;
      const theirs = c.transposed ? transposed({ dtype: "float32", dims: c.shape, data: held }).data : held;
      const off = difference(ours, theirs as Float32Array);
      if (off > tolerance) faults.push(`${net.id}: ${c.same} differs by ${off.toExponential(1)}`);
    }
  }
  compiled.reset();
  handwritten.reset();
  return faults;
}

/** Largest difference, as a part of the largest element. NaN counts as infinite. */
function difference(a: Float32Array, b: Float32Array): number {
  let [most, size] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const off = Math.abs((a[i] as number) - (b[i] as number));
    if (!(off <= most)) most = Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
    size = Math.max(size, Math.abs(b[i] as number));
  }
  return size === 0 ? most : most / size;
}
