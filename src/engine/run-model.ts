import { type Issue, issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Command, ProviderReport, Tensors } from "../protocol/index.ts";
import type { Tensor } from "../shape/dtype.ts";
import type { PortInfo, Session } from "./ort.ts";
import { openOnBest } from "./provider.ts";
import { readBytes } from "./save.ts";
import { defaultThreads } from "./threads.ts";

type RunModel = Extract<Command, { kind: "run-model" }>;

export interface ModelOutputs {
  readonly outputs: Tensors[];
  readonly provider: ProviderReport;
  /** Of all runs, without opening the model. */
  readonly seconds: number;
  readonly issues: readonly Issue[];
}

/**
 * Runs an ONNX model on each of several sets of inputs. Errors: `file.missing`, `file.unreadable`, `model.unreadable`,
 * `model.missing-input`, `model.input`, `engine.run`.
 */
export async function runModel({ model, inputs, provider, threads }: RunModel): Promise<Result<ModelOutputs>> {
  const place = "path" in model ? { file: model.path } : {};
  const located = (issues: readonly Issue[]) => fail(...issues.map((i): Issue => ({ ...i, ...place })));
  if ("path" in model) {
    const there = await readBytes(model.path);
    if (!there.ok) return there;
  }
  const opened = await openOnBest({
    asked: provider,
    name: "path" in model ? model.path : "model",
    threads: threads ?? defaultThreads(),
    // By its path, so that weights in files beside it are found.
    model: () => ok("path" in model ? model.path : model.bytes),
    ...(inputs[0] ? { feeds: async () => ok(inputs[0] as { [name: string]: Tensor }) } : {}),
  });
  if (!opened.ok) return located(opened.issues.map(unreadable));
  const { session, report, issues } = opened.value;
  try {
    const ran = await runAll(session, inputs);
    return ran.ok ? ok({ ...ran.value, provider: report, issues }) : located(ran.issues);
  } finally {
    await session.release();
  }
}

const unreadable = (i: Issue): Issue =>
  i.code === "engine.session" ? issue("model.unreadable", { reason: i.reason }) : i;

async function runAll(
  session: Session,
  inputs: readonly Tensors[],
): Promise<Result<Pick<ModelOutputs, "outputs" | "seconds">>> {
  const began = performance.now();
  const outputs: Tensors[] = [];
  for (const feeds of inputs) {
    const faults = session.inputs.flatMap((port) => inputIssues(port, feeds, session));
    if (faults.length > 0) return fail(...faults);
    const result = await session.run(feeds);
    if (!result.ok) return result;
    outputs.push(result.value);
  }
  return ok({ outputs, seconds: (performance.now() - began) / 1000 });
}

function inputIssues({ name, dtype, shape }: PortInfo, feeds: Tensors, session: Session): Issue[] {
  const given = feeds[name];
  if (!given) return [issue("model.missing-input", { input: name, inputs: session.inputs.map((i) => i.name) })];
  const fits =
    given.dtype === dtype &&
    given.dims.length === shape.length &&
    shape.every((d, i) => typeof d === "string" || d === given.dims[i]);
  if (fits || dtype === null) return [];
  const expected = `${dtype}[${shape.join(", ")}]`;
  return [issue("model.input", { input: name, expected, found: `${given.dtype}[${given.dims.join(", ")}]` })];
}
