import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBatches } from "../../src/engine/data/batches.ts";
import { openDataset } from "../../src/engine/data/dataset.ts";
import { writeNpy } from "../../src/engine/data/formats/npy.ts";
import { parseDocument } from "../../src/graph/read.ts";
import { rawBytes, type TypedArray } from "../../src/shape/dtype.ts";
import { buildCli, gradloom, root, temporaryFolder } from "../support/cli.ts";

const { folder, remove } = temporaryFolder();
beforeAll(buildCli);
afterAll(remove);

const [batch, epochs] = [24, 3];
const example = path.join(root, "docs/examples/train-with-onnxruntime.mjs");

/** The batches of all epochs of a template, in the order of a training, as `[steps, batch, ...]`. */
async function batches(name: string, fields: readonly string[]): Promise<Map<string, TypedArray>> {
  const document = parseDocument(readFileSync(path.join(root, `graph-templates/${name}.json`), "utf8"));
  if (!document.ok || !document.value.data) throw new Error(name);
  const { seed, data } = document.value;
  const dataset = await openDataset(data, { seed, baseFolder: folder });
  if (!dataset.ok) throw new Error(JSON.stringify(dataset.issues));
  const parts: { readonly [field: string]: TypedArray }[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = { seed, epoch, shuffle: true, dropLast: false, startBatch: 0, chunk: 100 };
    const chunk = await openBatches(dataset.value, { split: "train", fields, batch, ...order }).next();
    if (!chunk.ok || !chunk.value) throw new Error(`epoch ${epoch}`);
    parts.push(chunk.value.fields);
  }
  const joined = (field: string): TypedArray => {
    const bytes = Buffer.concat(parts.map((p) => rawBytes({ dtype: "uint8", dims: [], data: p[field] as Uint8Array })));
    const kind = field === "label" ? BigInt64Array : Float32Array;
    return new kind(new Uint8Array(bytes).buffer);
  };
  return new Map(fields.map((field) => [field, joined(field)]));
}

test("forty lines of JavaScript and onnxruntime train to the same losses", async () => {
  expect(readFileSync(example, "utf8").trim().split("\n").length).toBeLessThanOrEqual(40);
  const imports = [...readFileSync(example, "utf8").matchAll(/from "(.+)"/g)].map((m) => m[1]);
  expect(imports).toEqual(["node:fs", "onnxruntime-node"]);

  const trained = await gradloom(
    ["train", "iris-softmax", "--batch", String(batch), "--epochs", String(epochs), "--json"],
    { cwd: folder },
  );
  const curve = trained.events.filter((e) => e.event === "step").map((e) => e["loss"] as number);
  expect(curve).toHaveLength(15);

  const model = path.join(folder, "step.onnx");
  const exported = ["export", "iris-softmax", "--what", "training-step", "--batch", String(batch), "-o", model];
  expect((await gradloom(exported)).code).toBe(0);
  const data = await batches("iris-softmax", ["features", "label"]);
  const features = {
    dtype: "float32",
    dims: [curve.length, batch, 4],
    data: data.get("features") as Float32Array,
  } as const;
  const label = { dtype: "int64", dims: [curve.length, batch], data: data.get("label") as BigInt64Array } as const;
  writeFileSync(path.join(folder, "input.npy"), writeNpy(features));
  writeFileSync(path.join(folder, "label.npy"), writeNpy(label));
  const args = [example, model, "input=input.npy", "target.label=label.npy"];
  const printed = execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const losses = printed.trim().split("\n").map(Number);
  expect(losses).toHaveLength(curve.length);
  // The same operators in another model and with other threads: only the last digit of float32 may differ.
  for (const [i, loss] of losses.entries()) expect(Math.abs(loss / (curve[i] as number) - 1)).toBeLessThan(1e-6);
});
