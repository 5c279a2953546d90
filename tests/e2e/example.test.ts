import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildCli, gradloom, root, temporaryFolder } from "../support/cli.ts";

const { folder, remove } = temporaryFolder();
beforeAll(buildCli);
afterAll(remove);

const example = path.join(root, "docs/examples/train-with-onnxruntime.mjs");

test("the example is short and knows nothing but onnxruntime", () => {
  const text = readFileSync(example, "utf8");
  expect(text.trim().split("\n").length).toBeLessThanOrEqual(40);
  expect([...text.matchAll(/from "(.+)"/g)].map((m) => m[1])).toEqual(["node:fs", "onnxruntime-node"]);
});

test.each([
  ["iris-softmax", ["--epochs", "3"], 12],
  // Convolutions, Adam and a rate that falls with a cosine.
  ["lenet", ["--steps", "25"], 25],
])("it trains %s to the losses of a run", async (template, length, steps) => {
  const run = path.join(folder, template);
  const trained = await gradloom(["train", template, ...length, "--seed", "3", "--out", run, "--json"], {
    cwd: folder,
  });
  const curve = trained.events.filter((e) => e.event === "step").map((e) => e["loss"] as number);
  expect(curve.length).toBeGreaterThanOrEqual(steps);

  const model = path.join(folder, `${template}.onnx`);
  const what = ["--what", "training-step", "--checkpoint", "start", "--batches", String(steps)];
  const exported = await gradloom(["export", run, ...what, "-o", model, "--json"], { cwd: folder });
  const batches = exported.events.find((e) => e.event === "batches");
  const feeds = Object.entries(batches?.["files"] as { [input: string]: string }).map((feed) => feed.join("="));
  const printed = execFileSync(process.execPath, [example, model, ...feeds], { encoding: "utf8" });
  const losses = printed.trim().split("\n").map(Number);
  expect(losses).toHaveLength(batches?.["steps"] as number);
  expect(losses.length).toBeGreaterThan(1);
  // The same operators in another model and with other threads: only the last digit of float32 may differ.
  for (const [i, loss] of losses.entries()) expect(Math.abs(loss / (curve[i] as number) - 1)).toBeLessThan(1e-6);
});
