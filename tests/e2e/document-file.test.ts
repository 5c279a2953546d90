import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { decodeDocument } from "../../src/train/document-file.ts";
import { buildCli, type CliResult, gradloom, temporaryFolder } from "../support/cli.ts";

const { folder, remove } = temporaryFolder();
const at = (name: string): string => path.join(folder, name);
beforeAll(buildCli);
afterAll(remove);

it("a run becomes a document with weights, which every command takes", async () => {
  const trained = await gradloom(["train", "iris-softmax", "--steps", "40", "--out", at("run"), "--json"]);
  expect(trained.code).toBe(0);
  const exported = await gradloom(["export", at("run"), "--what", "document", "-o", at("iris.gradloom"), "--json"]);
  expect(exported.code).toBe(0);
  expect(exported.events.at(-1)).toMatchObject({ event: "exported", what: "document", step: 40 });
  const read = decodeDocument(readFileSync(at("iris.gradloom")));
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  expect(read.value.weights?.step).toBe(40);

  const checked = await gradloom(["check", at("iris.gradloom"), "--json"]);
  expect(checked).toMatchObject({ code: 0 });
  expect(checked.events.at(-1)).toMatchObject({ ok: true, warnings: 0 });
  expect((await gradloom(["shapes", at("iris.gradloom")])).code).toBe(0);

  // The model of the document is the model of the run.
  for (const [source, file] of [
    [at("run"), "a.onnx"],
    [at("iris.gradloom"), "b.onnx"],
  ] as const) {
    expect((await gradloom(["export", source, "-o", at(file)])).code).toBe(0);
  }
  expect(readFileSync(at("b.onnx")).equals(readFileSync(at("a.onnx")))).toBe(true);
});

const lossesOf = (run: CliResult): number[] =>
  run.events.filter((e) => e.event === "step").map((e): number => Number(e["loss"]));

it("training begins with the weights of the document, or anew from its seed", async () => {
  const steps = ["--steps", "3", "--json"];
  const anew = await gradloom(["train", at("iris.gradloom"), "--from", "seed", "--out", at("anew"), ...steps]);
  const first = await gradloom(["train", "iris-softmax", "--out", at("first"), ...steps]);
  expect(lossesOf(anew)).toHaveLength(3);
  expect(lossesOf(anew)).toEqual(lossesOf(first));
  const further = await gradloom(["train", at("iris.gradloom"), "--out", at("further"), ...steps]);
  expect(lossesOf(further)).toHaveLength(3);
  // The first batch of 40 steps ago, with what was learnt in them.
  expect(lossesOf(further)[0]).toBeLessThan((lossesOf(anew)[0] as number) * 0.9);
});

it("a damaged file is refused in one line, whatever is wrong with it", async () => {
  const bytes = readFileSync(at("iris.gradloom"));
  writeFileSync(at("cut.gradloom"), bytes.subarray(0, bytes.length >> 1));
  const cut = await gradloom(["check", at("cut.gradloom"), "--json"]);
  expect(cut.code).toBe(1);
  expect(["model.unreadable", "document.exported-model"]).toContain(cut.events[0]?.["code"]);
  writeFileSync(at("exported.gradloom"), readFileSync(at("a.onnx")));
  const exported = await gradloom(["train", at("exported.gradloom"), "--json"]);
  expect(exported.events[0]).toMatchObject({ code: "document.exported-model", file: at("exported.gradloom") });
});
