import path from "node:path";
import { type CompiledModel, compileNetwork } from "../../compile/index.ts";
import { isCarried, type ModelManifest, type ModelPort, modelKinds, roleKey } from "../../compile/manifest.ts";
import { tensorsNamed } from "../../compile/probe.ts";
import { invariant } from "../../core/invariant.ts";
import { all, map, ok, type Result } from "../../core/result.ts";
import { feedsAhead } from "../../engine/ahead.ts";
import { writeNpy } from "../../engine/data/formats/npy.ts";
import { makeFolder, saveFile } from "../../engine/save.ts";
import { bytes } from "../../i18n/messages.ts";
import { type Tensor, tensor } from "../../shape/dtype.ts";
import { encodeDocument } from "../../train/document-file.ts";
import { encodeSafetensors } from "../../train/safetensors.ts";
import { defineCommand } from "../command.ts";
import { type LoadedNetwork, loadNetwork } from "../network.ts";
import type { Output } from "../output.ts";

/**
 * `gradloom export <source> -o net.onnx`. An inference model holds its weights. The other models take them as inputs:
 * they are written beside it as `net.safetensors`, under the names of the inputs they are for. A document is written with
 * its weights, to be opened in the window again.
 */
export const command = defineCommand({
  name: "export",
  arguments: [{ name: "source", text: "source" }],
  options: {
    out: { kind: "text", short: "o", value: "file", text: "outFile", required: true },
    what: {
      kind: "choice",
      choices: [...modelKinds, "document"],
      default: "inference",
      text: "what",
    },
    tensor: { kind: "texts", value: "name", text: "tensor" },
    batch: { kind: "integer", value: "n", least: 1, text: "batchExport" },
    batches: { kind: "integer", value: "n", least: 1, text: "batches" },
    checkpoint: { kind: "choice", choices: ["last", "best", "start"], default: "last", text: "checkpoint" },
  },
  async run(out, [source], { out: file, what, tensor: named, batch, batches, checkpoint }) {
    if (batches !== null && what !== "training-step") {
      return out.wrongUse(out.text.usage.badValue("--batches", String(batches), "--what training-step"), "export");
    }
    if (named.length > 0 && what !== "probe") {
      return out.wrongUse(out.text.usage.badValue("--tensor", named[0] ?? "", "--what probe"), "export");
    }
    const loaded = await loadNetwork(source, checkpoint);
    if (!loaded.ok) {
      out.issues(loaded.issues);
      return 1;
    }
    out.issues(loaded.value.issues);
    if (what === "document") return writeDocument(out, file, loaded.value);
    const { network, tensors, standardise } = loaded.value;
    const chosen = named.length > 0 ? map(tensorsNamed(network, named), (refs) => ({ tensors: refs })) : ok({});
    const options = { kind: what, batch, values: tensors, standardise };
    const model = chosen.ok ? compileNetwork(network, { ...options, ...chosen.value }) : chosen;
    const written = model.ok ? await write(file, model.value, loaded.value) : model;
    if (!model.ok || !written.ok) {
      out.issues(model.ok ? [] : model.issues);
      out.issues(written.ok ? [] : written.issues);
      return 1;
    }
    const { manifest } = model.value;
    const size = model.value.bytes.length;
    const { inputs, outputs } = manifest;
    out.event({ event: "exported", file, what, bytes: size, tensors: written.value?.file ?? null, inputs, outputs });
    out.line(out.text.export.written(file, bytes(size)));
    if (written.value) out.line(out.text.export.tensors(written.value.file, written.value.count));
    out.line(`${out.text.export.inputs}: ${portsText(inputs.filter((p) => !isCarried(p.role)))}`);
    out.line(`${out.text.export.outputs}: ${portsText(outputs.filter((p) => !isCarried(p.role)))}`);
    if (what === "inference") out.line(out.text.export.units);
    return batches === null ? 0 : writeBatches(out, file, manifest, loaded.value, batches, batch);
  },
});

/** Writes the document with its weights. */
async function writeDocument(out: Output, file: string, loaded: LoadedNetwork): Promise<0 | 1> {
  const { document, weights, standardise, fields } = loaded;
  const encoded = encodeDocument(document, weights, { standardise, ...(fields ? { fields } : {}) });
  const folder = await makeFolder(path.dirname(file));
  const saved = encoded.ok && folder.ok ? await saveFile(file, encoded.value) : folder;
  if (!encoded.ok || !saved.ok) {
    out.issues(encoded.ok ? [] : encoded.issues);
    out.issues(saved.ok ? [] : saved.issues);
    return 1;
  }
  const size = encoded.value.length;
  out.event({ event: "exported", file, what: "document", bytes: size, step: weights?.step ?? null });
  out.line(out.text.export.written(file, bytes(size)));
  out.line(weights ? out.text.export.withWeights(weights.step) : out.text.export.withoutWeights);
  return 0;
}

const portsText = (ports: readonly ModelPort[]): string =>
  ports.map((p) => `${p.name} ${p.dtype}[${p.shape.join(", ")}]`).join("; ");

/** Writes what the next steps are fed with, each input as an array `[steps, ...]` beside the model. */
async function writeBatches(
  out: Output,
  file: string,
  manifest: ModelManifest,
  { network, baseFolder, progress }: LoadedNetwork,
  count: number,
  batch: number | null,
): Promise<0 | 1> {
  const { document } = network;
  const sized = batch === null ? document : { ...document, training: { ...document.training, batch } };
  const feeds = await feedsAhead(sized, baseFolder, manifest, progress, count);
  if (!feeds.ok) {
    out.issues(feeds.issues);
    return 1;
  }
  const files: [string, string][] = [];
  for (const [input, array] of feeds.value) {
    const target = `${stem(file)}.${input}.npy`;
    const saved = await saveFile(target, writeNpy(array));
    if (!saved.ok) {
      out.issues(saved.issues);
      return 1;
    }
    files.push([input, target]);
  }
  const steps = [...feeds.value.values()][0]?.dims[0] ?? 0;
  out.event({ event: "batches", steps, files: Object.fromEntries(files) });
  out.line(out.text.export.batches(steps));
  out.line(`  node docs/examples/train-with-onnxruntime.mjs ${file} ${files.map((f) => f.join("=")).join(" ")}`);
  return 0;
}

const stem = (file: string): string => file.replace(/\.onnx$/i, "");

/** Writes the model and, where it needs them, its tensors; says where those are. */
async function write(
  file: string,
  model: CompiledModel,
  loaded: LoadedNetwork,
): Promise<Result<{ readonly file: string; readonly count: number } | null>> {
  const folder = await makeFolder(path.dirname(file));
  if (!folder.ok) return folder;
  const beside = besideInputs(model.manifest, loaded);
  const sidecar = `${stem(file)}.safetensors`;
  const contents = encodeSafetensors({ tensors: beside, metadata: { model: path.basename(file) } });
  const saved = all([
    await saveFile(file, model.bytes),
    beside.size > 0 ? await saveFile(sidecar, contents) : ok(null),
  ]);
  if (!saved.ok) return saved;
  return ok(beside.size > 0 ? { file: sidecar, count: beside.size } : null);
}

/** Everything the model is fed with besides data and targets, by input name. */
function besideInputs(manifest: ModelManifest, { network, tensors, progress }: LoadedNetwork): Map<string, Tensor> {
  const { seed, objectives } = network.document;
  return new Map(
    manifest.inputs.flatMap(({ name, role }): [string, Tensor][] => {
      switch (role.kind) {
        case "parameter":
        case "buffer":
        case "state": {
          const held = tensors.get(roleKey(role));
          invariant(held, `no tensor ${roleKey(role)}`);
          return [[name, held]];
        }
        case "learning-rate": {
          const rate = objectives.find((o) => o.id === role.objective)?.optimizer.learningRate ?? 0;
          // Of a training loop the rate of every step of the call, of which there is one here.
          const { shape } = manifest.inputs.find((p) => p.name === name) as ModelPort;
          return [
            [
              name,
              tensor(
                "float32",
                shape.map(() => 1),
                [rate],
              ),
            ],
          ];
        }
        case "step":
          return [[name, tensor("int64", [], [progress.step + 1])]];
        case "count":
          return [[name, tensor("int64", [], [1])]];
        case "seed":
          return [[name, tensor("uint32", [], [seed])]];
        default:
          return [];
      }
    }),
  );
}
