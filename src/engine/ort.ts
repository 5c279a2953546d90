import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { issue } from "../core/issue.ts";
import { fail, map, ok, type Result } from "../core/result.ts";
import type { Provider } from "../ir/gradient.ts";
import { type DType, dtypes, elementCount, type Tensor, type TypedArray, zeros } from "../shape/dtype.ts";
import { defaultThreads } from "./threads.ts";

/**
 * The only file that talks to onnxruntime. It is loaded at the first use: reading a run folder or printing a help
 * text must not wait for it. A run blocks the thread until it ends and cannot be cancelled.
 */
const load = () => import("onnxruntime-node");

export type ModelSource = Uint8Array | string;

export interface SessionOptions {
  /** Shown in issues. */
  readonly name: string;
  readonly provider: Provider;
  /** Threads of one operator. */
  readonly threads: number | null;
  /** Between two runs its threads sleep, so that they do not take cores from others. Each run begins a little slower. */
  readonly idle?: boolean;
  /** The model computes in double precision. */
  readonly double?: boolean;
}

export interface PortInfo {
  readonly name: string;
  /** Null for types Gradloom does not compute with. */
  readonly dtype: DType | null;
  /** Numbers, or names where a size is free. */
  readonly shape: readonly (number | string)[];
}

/** A model ready to run. Sessions hold threads and memory: release them. */
export interface Session {
  readonly name: string;
  readonly provider: Provider;
  readonly inputs: readonly PortInfo[];
  readonly outputs: readonly PortInfo[];
  /** Outputs by name, all or those of `wanted`; what is not wanted is not copied out. Errors: `engine.run`. */
  run(
    feeds: { readonly [input: string]: Tensor },
    wanted?: readonly string[],
  ): Promise<Result<{ [output: string]: Tensor }>>;
  release(): Promise<void>;
}

/**
 * Opens a model on one execution provider; what it has no kernel for, onnxruntime runs on the CPU. A provider that
 * does not work is an error here, never a silent change. Errors: `engine.session`, `provider.unavailable`.
 */
export async function openSession(model: ModelSource, options: SessionOptions): Promise<Result<Session>> {
  const opened = await create(model, options, {});
  return opened.ok ? ok(sessionOf(opened.value, options)) : opened;
}

export interface Backend {
  readonly name: string;
  /** Whether its libraries come with the package; if not, they must be installed beside it. */
  readonly bundled: boolean;
}

/** Execution providers this build of onnxruntime knows. That does not mean they work on this machine. */
export async function listBackends(): Promise<readonly Backend[]> {
  const { listSupportedBackends } = await load();
  return listSupportedBackends().map(({ name, bundled }) => ({ name, bundled }));
}

export async function ortVersion(): Promise<string> {
  const { env } = await load();
  return env.versions.node ?? env.versions.common;
}

/** Operators run once, by provider, from the profile of one run; bodies of loops count per round. */
export type Placement = { readonly [provider: string]: number };

/** One run of an operator, as onnxruntime measured it. */
export interface OperatorTime {
  readonly name: string;
  /** Its kind, which may be one of onnxruntime's own. */
  readonly kind: string;
  readonly provider: string;
  readonly microseconds: number;
}

/** One run of a model: the whole of it, and its operators in order. */
export interface ProfiledRun {
  readonly microseconds: number;
  readonly operators: readonly OperatorTime[];
}

/** Runs `model` a few times on the same inputs and gives what onnxruntime's own profile says of every run. */
export async function profileRuns(
  model: ModelSource,
  options: SessionOptions,
  feeds: { readonly [input: string]: Tensor },
  runs: number,
): Promise<Result<ProfiledRun[]>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "gradloom-profile-"));
  try {
    const profile = { enableProfiling: true, profileFilePrefix: path.join(folder, "run") };
    const opened = await create(model, options, profile);
    if (!opened.ok) return opened;
    const session = sessionOf(opened.value, options);
    const results: Result<unknown>[] = [];
    for (let i = 0; i < runs; i++) results.push(await session.run(feeds));
    opened.value.endProfiling();
    await session.release();
    const failed = results.find((r) => !r.ok);
    if (failed && !failed.ok) return failed;
    const [file] = await readdir(folder);
    return ok(file ? runsOf(await readFile(path.join(folder, file), "utf8")) : []);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface TraceEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: { readonly provider?: string; readonly op_name?: string };
}

/** The runs in a profile of onnxruntime (Chrome trace events). */
export function runsOf(profile: string): ProfiledRun[] {
  const events = JSON.parse(profile) as readonly TraceEvent[];
  const wholes = events.filter((e) => e.cat === "Session" && e.name === "model_run");
  return wholes.map(({ ts: began = 0, dur: microseconds = 0 }) => {
    const inside = events.filter((e) => (e.ts ?? -1) >= began && (e.ts ?? 0) <= began + microseconds);
    const operators = inside.flatMap(({ cat, name = "", dur = 0, args }): OperatorTime[] => {
      // Only kernels have a provider: other entries tell of waiting.
      if (cat !== "Node" || !args?.provider) return [];
      const provider = providerNames[args.provider] ?? args.provider;
      return [{ name: name.replace(/_kernel_time$/, ""), kind: args.op_name ?? "", provider, microseconds: dur }];
    });
    return { microseconds, operators };
  });
}

/** Counts operators by provider. */
export function placementOf(operators: readonly OperatorTime[]): Placement {
  const counts: { [provider: string]: number } = {};
  for (const { provider } of operators) counts[provider] = (counts[provider] ?? 0) + 1;
  return counts;
}

/** Runs `model` once with profiling to see which provider really runs its operators. */
export async function measurePlacement(
  model: ModelSource,
  options: SessionOptions,
  feeds: { readonly [input: string]: Tensor },
): Promise<Result<Placement>> {
  return map(await profileRuns(model, options, feeds, 1), ([run]) => placementOf(run?.operators ?? []));
}

const providerNames: { readonly [ort: string]: Provider } = {
  CPUExecutionProvider: "cpu",
  CUDAExecutionProvider: "cuda",
  DmlExecutionProvider: "dml",
  WebGpuExecutionProvider: "webgpu",
  CoreMLExecutionProvider: "coreml",
};

async function create(
  model: ModelSource,
  { name, provider, threads, idle = false, double = false }: SessionOptions,
  more: InferenceSession.SessionOptions,
): Promise<Result<InferenceSession>> {
  const ort = await load();
  // A name that the build does not know is dropped with a warning on the console, so it is never passed on.
  if (!ort.listSupportedBackends().some((b) => b.name === provider)) {
    return fail(issue("provider.unavailable", { provider, reason: `not in onnxruntime for ${os.platform()}` }));
  }
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    intraOpNumThreads: threads ?? defaultThreads(),
    // Errors only: warnings about shapes and unused initializers are not for users.
    logSeverityLevel: 3,
    extra: {
      // It makes x sigmoid(x) an operator that has no double kernel.
      ...(double ? { optimization: { disable_specified_optimizers: "QuickGeluFusion" } } : {}),
      session: { use_deterministic_compute: "1", ...(idle ? { intra_op: { allow_spinning: "0" } } : {}) },
    },
    ...more,
  };
  try {
    const session =
      typeof model === "string"
        ? await ort.InferenceSession.create(model, options)
        : await ort.InferenceSession.create(model, options);
    return ok(session);
  } catch (error) {
    const reason = reasonOf(error);
    const ofProvider = provider !== "cpu" && /ExecutionProvider|backend|adapter|shared library/i.test(reason);
    return fail(
      ofProvider
        ? issue("provider.unavailable", { provider, reason })
        : issue("engine.session", { model: name, reason }),
    );
  }
}

/** The first line of what onnxruntime says, without paths of its sources. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split("\n").find((l) => l.trim() !== "") ?? text;
  return line
    .replace(/\/\S*\/(onnxruntime\/\S+\.(?:cc|h)):\d+\s*/g, "")
    .trim()
    .slice(0, 500);
}

function sessionOf(session: InferenceSession, { name, provider }: SessionOptions): Session {
  return {
    name,
    provider,
    inputs: session.inputMetadata.map(portInfo),
    outputs: session.outputMetadata.map(portInfo),
    async run(feeds, wanted) {
      try {
        const { Tensor } = await load();
        const given = Object.entries(feeds).map(([key, t]) => [key, toOrt(Tensor, t)] as const);
        const results = await session.run(Object.fromEntries(given), wanted ?? session.outputNames);
        return ok(Object.fromEntries(Object.entries(results).map(([key, t]) => [key, fromOrt(t)])));
      } catch (error) {
        return fail(issue("engine.run", { model: name, reason: reasonOf(error) }));
      }
    },
    async release() {
      await session.release();
    },
  };
}

type OrtTensorClass = new (type: DType, data: TypedArray, dims: readonly number[]) => OrtTensor;

const toOrt = (make: unknown, t: Tensor): OrtTensor => new (make as OrtTensorClass)(t.dtype, t.data, t.dims);

/** A view: onnxruntime gives every output an array of its own. */
function fromOrt(t: OrtTensor): Tensor {
  const dtype = t.type as DType;
  if (elementCount(t.dims) === 0) return zeros(dtype, t.dims);
  return { dtype, dims: t.dims, data: t.data as TypedArray };
}

function portInfo(meta: InferenceSession.ValueMetadata): PortInfo {
  if (!meta.isTensor) return { name: meta.name, dtype: null, shape: [] };
  const dtype = dtypes.find((d) => d === meta.type) ?? null;
  return { name: meta.name, dtype, shape: [...meta.shape] };
}
