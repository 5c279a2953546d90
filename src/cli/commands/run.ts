import path from "node:path";
import { all, ok, type Result } from "../../core/result.ts";
import { readDataFile } from "../../engine/data/files.ts";
import { readNpy, writeNpy } from "../../engine/data/formats/npy.ts";
import { makeFolder, saveFile } from "../../engine/save.ts";
import { providerChoices, type Tensors } from "../../protocol/index.ts";
import type { Tensor } from "../../shape/dtype.ts";
import { defineCommand } from "../command.ts";
import { isDirectory } from "../files.ts";
import type { Output } from "../output.ts";
import { withEngine } from "../with-engine.ts";

/** `gradloom run net.onnx --input image=digits.npy --out results`: writes every output as an array file. */
export const command = defineCommand({
  name: "run",
  arguments: [{ name: "model", text: "model" }],
  options: {
    input: { kind: "texts", value: "name=file.npy", text: "input" },
    out: { kind: "text", short: "o", value: "folder", default: ".", text: "outFolder" },
    provider: { kind: "choice", choices: providerChoices, default: "auto", text: "provider" },
    threads: { kind: "integer", value: "n", least: 1, text: "threads" },
  },
  async run(out, [named], { input, out: folder, provider, threads }) {
    const wrong = input.find((i) => !/^[^=]+=./.test(i));
    if (wrong !== undefined) {
      return out.wrongUse(out.text.usage.badValue("--input", wrong, out.text.usage.assignment), "run");
    }
    const inputs = await readInputs(input);
    if (!inputs.ok) {
      out.issues(inputs.issues);
      return 1;
    }
    return withEngine(out, async (engine) => {
      const model = { path: path.resolve(isDirectory(named) ? path.join(named, "models", "inference.onnx") : named) };
      const result = await engine.runModel({ model, inputs: [inputs.value], provider, threads });
      if (!result.ok) {
        out.issues(result.issues);
        return 1;
      }
      const { outputs, provider: report, seconds } = result.value;
      const written = await writeOutputs(outputs[0] ?? {}, folder, out);
      if (!written.ok) {
        out.issues(written.issues);
        return 1;
      }
      out.event({ event: "done", seconds, provider: report.used });
      return 0;
    });
  },
});

async function readInputs(given: readonly string[]): Promise<Result<Tensors>> {
  const read = given.map(async (assignment): Promise<Result<[string, Tensor]>> => {
    const at = assignment.indexOf("=");
    const file = assignment.slice(at + 1);
    const bytes = await readDataFile(file);
    if (!bytes.ok) return bytes;
    const tensor = readNpy(bytes.value, file);
    return tensor.ok ? ok([assignment.slice(0, at), tensor.value]) : tensor;
  });
  const entries = all(await Promise.all(read));
  return entries.ok ? ok(Object.fromEntries(entries.value)) : entries;
}

async function writeOutputs(outputs: Tensors, folder: string, out: Output): Promise<Result<null>> {
  const made = await makeFolder(folder);
  if (!made.ok) return made;
  for (const [name, tensor] of Object.entries(outputs)) {
    // Names of tensors may hold slashes and more.
    const file = path.join(folder, `${name.replace(/[^\p{L}\p{N}_.-]+/gu, "_")}.npy`);
    const saved = await saveFile(file, writeNpy(tensor));
    if (!saved.ok) return saved;
    out.event({ event: "output", name, file, dtype: tensor.dtype, shape: tensor.dims });
    out.line(out.text.run.written(file, `${tensor.dtype}[${tensor.dims.join(", ")}]`));
  }
  return ok(null);
}
