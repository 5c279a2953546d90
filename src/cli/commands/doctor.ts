import os from "node:os";
import { createInterface } from "node:readline/promises";
import type { Issue } from "../../core/issue.ts";
import { dataSchema } from "../../data/schema.ts";
import { openDataset } from "../../engine/data/dataset.ts";
import {
  type CudaPackage,
  cudaNote,
  findCudaPackage,
  installCuda,
  libraryFolder,
  probeProviders,
} from "../../engine/index.ts";
import { bytes } from "../../i18n/messages.ts";
import type { ProviderState } from "../../protocol/index.ts";
import { defineCommand, type ExitCode } from "../command.ts";
import { installation } from "../files.ts";
import { type Output, table } from "../output.ts";
import { progressBar } from "../progress.ts";
import { withEngine } from "../with-engine.ts";

interface DatasetState {
  readonly name: string;
  readonly samples: number;
  readonly issues: readonly Issue[];
}

/**
 * `gradloom doctor`: what is here, and whether it works. Fails when the CPU or the bundled data do not. With
 * `--install-cuda` it fetches onnxruntime's CUDA libraries, after saying how much that is.
 */
export const command = defineCommand({
  name: "doctor",
  arguments: [],
  options: {
    "install-cuda": { kind: "flag", text: "installCuda" },
    yes: { kind: "flag", text: "yes" },
  },
  async run(out, _values, { "install-cuda": wanted, yes }) {
    if (wanted) {
      const code = await fetchCuda(out, yes);
      if (code !== 0) return code;
    }
    return examine(out);
  },
});

function examine(out: Output): Promise<ExitCode> {
  return withEngine(out, async (engine) => {
    const { folder, version } = installation();
    const { versions = {}, threads = 0 } = engine.ready ?? {};
    const states = await probeProviders();
    const providers = states.map(({ name, state, reason, setup }) => {
      return { name, works: state === "works", state, reason, ...(setup ? { setup } : {}) };
    });
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
        states.map((p) => [p.name, stateText(p, out)]),
      ),
    );
    await tellCuda(states, out);
    for (const d of datasets) out.issues(d.issues);
    const good = providers.some((p) => p.name === "cpu" && p.works) && datasets.every((d) => d.issues.length === 0);
    return good ? 0 : 1;
  });
}

const stateText = ({ state, reason }: ProviderState, { text }: Output): string => {
  if (state === "works") return text.doctor.works;
  return state === "not-in-build" ? text.doctor.notInBuild : text.doctor.fails(reason ?? "?");
};

/** What CUDA still needs, one line for each part. */
async function tellCuda(states: readonly ProviderState[], out: Output): Promise<void> {
  const cuda = states.find((p) => p.name === "cuda");
  if (!cuda?.setup || cuda.state === "works") return;
  const { driver, libraries, missing } = cuda.setup;
  const text = out.text.doctor.cuda;
  out.line("");
  out.line(text.title);
  out.line(`  ${driver ? text.driver : text.noDriver}`);
  const folder = libraryFolder();
  const note = folder && (await cudaNote(folder));
  out.line(`  ${libraries ? text.libraries(note ? note.version : null) : text.noLibraries}`);
  if (libraries) out.line(`  ${missing.length > 0 ? text.missing(missing.join(", ")) : text.nothingMissing}`);
}

/** Fetches onnxruntime's CUDA libraries: says what, how much and from where, and goes on only when that is wanted. */
async function fetchCuda(out: Output, yes: boolean): Promise<ExitCode> {
  const text = out.text.doctor.cuda;
  const folder = libraryFolder();
  let version = "";
  const asked = await withEngine(out, async (engine) => {
    version = engine.ready?.versions["onnxruntime"] ?? "";
    return 0;
  });
  if (asked !== 0) return asked;
  const found = await findCudaPackage(version);
  if (!found.ok || folder === null) {
    if (!found.ok) out.issues(found.issues);
    return 1;
  }
  const { url, bytes: size, hash } = found.value;
  out.event({ event: "cuda-package", url, bytes: size, sha512: hash, folder });
  out.line(text.about(version, bytes(size), url));
  out.line(text.goesTo(folder));
  out.line(`SHA-512 ${hash}`);
  if (!yes && !(await confirmed(text.question(bytes(size)), out))) {
    out.line(text.notDone);
    return 1;
  }
  return install(found.value, folder, out);
}

async function install(found: CudaPackage, folder: string, out: Output): Promise<ExitCode> {
  const bar = progressBar(out);
  const installed = await installCuda(found, folder, (n) =>
    bar.update(n / found.bytes, `${bytes(n)} / ${bytes(found.bytes)}`),
  );
  bar.stop();
  if (!installed.ok) {
    out.issues(installed.issues);
    return 1;
  }
  out.event({ event: "cuda-installed", files: installed.value, sha512: found.hash });
  for (const file of installed.value) out.line(out.text.doctor.cuda.installed(file));
  out.line("");
  return 0;
}

/** Asks on the terminal; without one the answer is no. */
async function confirmed(question: string, out: Output): Promise<boolean> {
  if (out.json || !process.stdin.isTTY || !process.stdout.isTTY) return false;
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await asking.question(question);
  asking.close();
  return /^(y|yes|是)$/i.test(answer.trim());
}

async function tryDataset(name: "mnist" | "iris"): Promise<DatasetState> {
  const section = dataSchema.parse({ source: { kind: "builtin", name } });
  const opened = await openDataset(section, { seed: 0, baseFolder: "." });
  if (!opened.ok) return { name, samples: 0, issues: opened.issues };
  const { train, validation, test } = opened.value.splits;
  await opened.value.close();
  return { name, samples: train.count + (validation?.count ?? 0) + (test?.count ?? 0), issues: [] };
}
