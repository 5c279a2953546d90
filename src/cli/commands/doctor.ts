import os from "node:os";
import type { Issue } from "../../core/issue.ts";
import { dataSchema } from "../../data/schema.ts";
import { openDataset } from "../../engine/data/dataset.ts";
import type { Engine } from "../../engine/index.ts";
import { messageOf } from "../../i18n/issue.ts";
import { bytes } from "../../i18n/messages.ts";
import { GraphBuilder } from "../../ir/builder.ts";
import { encodeModel } from "../../onnx/encode.ts";
import { type ProviderChoice, providerChoices } from "../../protocol/index.ts";
import { tensor } from "../../shape/dtype.ts";
import { defineCommand } from "../command.ts";
import { installation } from "../files.ts";
import { type Output, table } from "../output.ts";
import { withEngine } from "../with-engine.ts";

interface ProviderState {
  readonly name: string;
  readonly works: boolean;
  /** Why not; null where it works. */
  readonly reason: string | null;
}

interface DatasetState {
  readonly name: string;
  readonly samples: number;
  readonly issues: readonly Issue[];
}

/** `gradloom doctor`: what is here, and whether it works. Fails when the CPU or the bundled data do not. */
export const command = defineCommand({
  name: "doctor",
  arguments: [],
  options: {},
  run: (out) =>
    withEngine(out, async (engine) => {
      const { folder, version } = installation();
      const { versions = {}, threads = 0, providers: known = [] } = engine.ready ?? {};
      const providers: ProviderState[] = [];
      for (const { name } of known) if (isChoice(name)) providers.push(await tryProvider(engine, name, out));
      const datasets = [await tryDataset("mnist"), await tryDataset("iris")];
      const memory = { free: os.freemem(), total: os.totalmem() };
      const system = { platform: os.platform(), arch: os.arch(), release: os.release(), cpus: os.cpus().length };
      const sets = datasets.map(({ name, samples }) => ({ name, samples }));
      const all = { gradloom: version, ...versions };
      out.event({ event: "doctor", versions: all, system, memory, threads, providers, datasets: sets, folder });
      for (const [name, number] of Object.entries(all)) out.line(`${name} ${number}`);
      out.line(`${system.platform} ${system.arch} ${system.release}, ${out.text.doctor.threads(threads)}`);
      out.line(out.text.doctor.memory(bytes(memory.free), bytes(memory.total)));
      out.line(`${out.text.doctor.folder} ${folder}`);
      for (const { name, samples } of sets) out.line(out.text.doctor.dataset(name, samples));
      const { provider, state } = out.text.words;
      out.line(
        table(
          [provider, state],
          providers.map((p) => [p.name, stateText(p, out)]),
        ),
      );
      for (const d of datasets) out.issues(d.issues);
      const good = providers.some((p) => p.name === "cpu" && p.works) && datasets.every((d) => d.issues.length === 0);
      return good ? 0 : 1;
    }),
});

const isChoice = (name: string): name is ProviderChoice => (providerChoices as readonly string[]).includes(name);

const stateText = ({ works, reason }: ProviderState, { text }: Output): string =>
  works ? text.doctor.works : text.doctor.fails(reason ?? "?");

/** Adds two numbers on the provider. One that kills the process does not work either. */
async function tryProvider(engine: Engine, name: ProviderChoice, out: Output): Promise<ProviderState> {
  const b = new GraphBuilder("doctor");
  const x = b.input("x", { dtype: "float32", shape: [2] });
  const model = { bytes: new Uint8Array(encodeModel(b.finish([b.emit("Add", [x, x])]))) };
  const result = await engine.runModel({ model, inputs: [{ x: tensor("float32", [2], [1, 2]) }], provider: name });
  if (!result.ok) return { name, works: false, reason: result.issues.map((i) => messageOf(i, out.locale)).join(" ") };
  const { used, reason } = result.value.provider;
  return { name, works: used === name, reason: used === name ? null : reason };
}

async function tryDataset(name: "mnist" | "iris"): Promise<DatasetState> {
  const section = dataSchema.parse({ source: { kind: "builtin", name } });
  const opened = await openDataset(section, { seed: 0, baseFolder: "." });
  if (!opened.ok) return { name, samples: 0, issues: opened.issues };
  const { train, validation, test } = opened.value.splits;
  await opened.value.close();
  return { name, samples: train.count + (validation?.count ?? 0) + (test?.count ?? 0), issues: [] };
}
