import path from "node:path";
import { checkDocument } from "../../compile/index.ts";
import type { Issue } from "../../core/issue.ts";
import { ok, type Result } from "../../core/result.ts";
import { dataSchema } from "../../data/schema.ts";
import type { Engine } from "../../engine/index.ts";
import type { GraphDocument } from "../../graph/document.ts";
import { providerChoices } from "../../protocol/index.ts";
import { liveWeights, type Weights } from "../../train/weights.ts";
import { defineCommand, type ExitCode, type OptionSpecs, type OptionValues } from "../command.ts";
import { loadDocument } from "../documents.ts";
import { freshFolder } from "../files.ts";
import type { Output } from "../output.ts";
import { RunView } from "../run-view.ts";
import { withEngine } from "../with-engine.ts";

const builtins = ["mnist", "iris"] as const;
const generators = ["xor", "and", "or", "moons", "circles", "spirals", "blobs", "checkerboard", "regression"] as const;
const sourceNames = [...generators, ...builtins] as const;

const options = {
  epochs: { kind: "integer", value: "n", least: 1, text: "epochs" },
  steps: { kind: "integer", value: "n", least: 1, text: "steps" },
  batch: { kind: "integer", value: "n", least: 1, text: "batch" },
  seed: { kind: "integer", value: "n", least: 0, text: "seed" },
  lr: { kind: "number", value: "rate", text: "lr" },
  provider: { kind: "choice", choices: providerChoices, text: "provider" },
  threads: { kind: "integer", value: "n", least: 1, text: "threads" },
  data: { kind: "choice", choices: sourceNames, text: "data" },
  out: { kind: "text", short: "o", value: "folder", text: "out" },
  resume: { kind: "text", value: "folder", text: "resume" },
  from: { kind: "choice", choices: ["weights", "seed"], default: "weights", text: "from" },
} as const satisfies OptionSpecs;
type Options = OptionValues<typeof options>;

/** `gradloom train <document>`, or `gradloom train --resume <folder>` */
export const command = defineCommand({
  name: "train",
  arguments: [{ name: "document", text: "optionalDocument", optional: true }],
  options,
  async run(out, [named], given) {
    if (named === null && given.resume === null) {
      return out.wrongUse(out.text.usage.missingArgument("document"), "train");
    }
    const job = await jobFrom(named, given);
    if (!job.ok) {
      out.issues(job.issues);
      return 1;
    }
    const { weights, issues } = job.value;
    out.issues(issues);
    if (weights) out.line(out.text.train.fromWeights(weights.step));
    return withEngine(out, (engine) => train(engine, job.value, out));
  },
});

/** What the engine is asked to do, and the file of the document where there is one. */
interface Job {
  readonly request: Parameters<Engine["start"]>[0];
  /** What the run begins with, where that is not the seed. */
  readonly weights: Weights | null;
  /** Warnings about the file. */
  readonly issues: readonly Issue[];
  readonly file: string | null;
}

async function jobFrom(named: string | null, given: Options): Promise<Result<Job>> {
  const loaded = named === null ? null : await loadDocument(named);
  if (loaded && !loaded.ok) return loaded;
  const document =
    loaded && given.data !== null ? withSource(loaded.value.document, given.data) : loaded?.value.document;
  const folder = given.resume ?? given.out ?? freshFolder("runs", loaded?.value.name ?? "run");
  const chosen = {
    epochs: given.epochs,
    steps: given.steps,
    batch: given.batch,
    seed: given.seed,
    learningRate: given.lr,
  };
  const wanted = given.from === "weights" && given.resume === null;
  const weights = loaded?.value.weights && wanted ? weightsFor(loaded.value.document, loaded.value.weights) : null;
  const request: Job["request"] = {
    document: document ?? null,
    ...(weights ? { tensors: Object.fromEntries(weights.tensors) } : {}),
    overrides: Object.fromEntries(Object.entries(chosen).filter(([, v]) => v !== null)),
    settings: {
      provider: given.provider ?? "auto",
      threads: given.threads,
      folder: path.resolve(folder),
      baseFolder: loaded?.value.baseFolder ?? process.cwd(),
      resume: given.resume === null ? "never" : "required",
    },
  };
  return ok({ request, weights, issues: loaded?.value.issues ?? [], file: loaded?.value.file ?? null });
}

/** The weights that a training can begin with. */
const weightsFor = (document: GraphDocument, weights: Weights): Weights | null =>
  liveWeights(weights, checkDocument(document)).weights;

/** The document with another data set of the same kind of fields, all of its options at their defaults. */
function withSource(document: GraphDocument, name: (typeof sourceNames)[number]): GraphDocument {
  const kind = (builtins as readonly string[]).includes(name) ? "builtin" : "generator";
  return { ...document, data: dataSchema.parse({ ...document.data, source: { kind, name } }) };
}

/** Follows a run to its end. Ctrl+C stops it with a checkpoint, a second one ends it at once. */
async function train(engine: Engine, { request, file }: Job, out: Output): Promise<ExitCode> {
  const view = new RunView(out, request.settings.folder, file);
  const pid = engine.ready?.pid;
  if (pid !== undefined) view.show({ kind: "engine", state: "started", pid });
  const ended = new Promise<ExitCode>((done) => {
    engine.on((event) => {
      view.show(event);
      if (event.kind === "done") done(0);
      if (event.kind === "state" && event.state === "failed") done(1);
    });
  });
  const onSignal = (): void => {
    if (view.stopping) {
      view.close();
      engine.kill();
      process.exit(130);
    }
    view.stop();
    void engine.stop();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const started = await engine.start(request);
  if (!started.ok) {
    view.close();
    out.issues(started.issues);
    return 1;
  }
  const code = await ended;
  view.close();
  return code;
}
