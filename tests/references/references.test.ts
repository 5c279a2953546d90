import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replayFile, runFolder, traceFiles } from "./run.ts";

const data = path.join(import.meta.dirname, "data");
const names = (traceFiles(data) ?? []).map((file) => path.basename(file, ".json"));
/** Layers that are not there yet; their traces say so. */
const recurrent = ["char_lm__adam", "gru__adam", "lstm__adam", "lstm__sgd_momentum"];

const outcomeOf = (name: string) => replayFile(path.join(data, `${name}.json`));

describe("training traces of PyTorch", () => {
  it("are all here", () => {
    expect(names.length).toBe(54);
  });

  it.each(names.filter((n) => !recurrent.includes(n)))("%s", async (name) => {
    expect(await outcomeOf(name)).toMatchObject({ kind: "passed" });
  });

  it.each(recurrent)("%s is skipped with a reason", async (name) => {
    expect(await outcomeOf(name)).toEqual({ kind: "skipped", reason: "recurrent layers are not in the registry" });
  });
});

describe("the runner", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "gradloom-traces-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  type Trace = { [key: string]: never } & { steps: { [key: string]: never }[] };
  const read = (name: string): Trace => JSON.parse(readFileSync(path.join(data, `${name}.json`), "utf8")) as Trace;
  const write = (name: string, value: unknown): string => {
    const file = path.join(folder, `${name}.json`);
    writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
    return file;
  };
  /** The outcome for a trace of which one number, addressed by a path, is changed by a little. */
  const tampered = async (name: string, at: readonly (string | number)[], change: (v: number) => number) => {
    const trace = read(name);
    const last = at.at(-1) as string;
    const holder = at.slice(0, -1).reduce<{ [key: string]: never }>((v, key) => v[key] as never, trace);
    expect(typeof holder[last]).toBe("number");
    holder[last] = change(holder[last] as unknown as number) as never;
    return replayFile(write(name, trace));
  };

  it.each([
    ["loss", ["steps", 4, "loss"], (v: number) => v * (1 + 3e-5), /^step 5: loss/],
    ["gradient", ["steps", 2, "grads", "fc1.weight", "data", 0], (v: number) => v + 1e-3, /^step 3: gradient of fc1/],
    [
      "weight",
      ["steps", 1, "params_after", "fc3.bias", "data", 1],
      (v: number) => v + 3e-5,
      /^step 2: weight fc3.bias/,
    ],
    ["output", ["steps", 1, "outputs", 0, "data", 3], (v: number) => v + 3e-4, /^step 2: output 0/],
    ["evaluation", ["final_eval", 0, "data", 3], (v: number) => v + 3e-4, /^final evaluation/],
  ] as const)("notices that a number is off: %s", async (_, at, change, message) => {
    expect(await tampered("mlp__adam", at, change)).toEqual({ kind: "failed", reason: expect.stringMatching(message) });
  });

  it("notices a running variance that is off, and a wrong learning rate", async () => {
    const variance = ["steps", 0, "buffers_after", "bn1.running_var", "data", 0];
    expect(await tampered("conv_bn__sgd_momentum", variance, (v) => v + 3e-5)).toMatchObject({ kind: "failed" });
    expect(await tampered("mlp__sgd", ["steps", 0, "lr"], (v) => v * 1.01)).toMatchObject({ kind: "failed" });
  });

  it("compares gradients before and after clipping", async () => {
    const at = ["steps", 0, "grads_before_clip", "fc1.weight", "data", 0];
    expect(await tampered("mlp__clip_norm_0.25__sgd_momentum", at, (v) => v + 1e-3)).toMatchObject({ kind: "failed" });
  });

  it("compares only the last loss of a long trace", async () => {
    const trace = read("mlp__sgd");
    const [first] = trace.steps as [Trace["steps"][number]];
    const step = { lr: 0, inputs: first["inputs"], target: first["target"], loss: first["loss"] };
    const steps = Array.from({ length: 40 }, (_, i) => (i === 0 ? step : { lr: 0, loss: i < 39 ? 7 : step.loss }));
    const { buffers, params, loss, optimizer, architecture } = trace;
    const long = { name: "long", buffers, params, loss, optimizer, architecture, steps };
    expect(await replayFile(write("long", long))).toMatchObject({ kind: "passed" });
    (steps[39] as { loss: number }).loss += 0.002;
    expect(await replayFile(write("long", long))).toMatchObject({ kind: "failed", reason: /^step 40: loss/ as never });
  });

  it.each([
    ["{", "not JSON"],
    ["[]", "file: Invalid input: expected object, received array"],
    [{ ...read("mlp__sgd"), architecture: "nothing" }, 'no input in the architecture "nothing"'],
    [{ ...read("mlp__sgd"), optimizer: { type: "SGD", power: 1 } }, 'do not know the setting "power" of SGD'],
    [
      { ...read("mlp__sgd"), architecture: "x[7,6] -> Linear 8 -> Linear 3" },
      '"fc2.weight" has the shape [5,8] in the trace and [3,8] in the network',
    ],
  ])("says what is wrong with a file: %#", async (content, reason) => {
    expect(await replayFile(write("wrong", content))).toEqual({ kind: "failed", reason });
  });

  it.each([
    [{ architecture: "x[7,6] -> Quantum 3" }, 'no layer "Quantum" in the registry; a map file can name another'],
    [{ loss: { type: "dice" } }, 'no loss "dice"'],
    [{ optimizer: { type: "LBFGS" } }, 'no optimizer "LBFGS"'],
  ])("leaves out what Gradloom does not have, and says so: %#", async (change, reason) => {
    expect(await replayFile(write("unknown", { ...read("mlp__sgd"), ...change }))).toEqual({ kind: "skipped", reason });
  });

  it("takes the graph and the names from a map file", async () => {
    const trace = read("mlp__adam");
    write("mapped", { ...trace, architecture: "as in the map" });
    const document = {
      nodes: [
        { id: "features", layer: "input", params: { shape: [6] } },
        { id: "first", layer: "dense", params: { units: 8 } },
        { id: "relu", layer: "relu" },
        { id: "fc2", layer: "dense", params: { units: 5 } },
        { id: "tanh", layer: "tanh" },
        { id: "fc3", layer: "dense", params: { units: 3 } },
      ],
      edges: ["features", "first", "relu", "fc2", "tanh"].map((node, i) => ({
        id: `e${i}`,
        from: { node },
        to: { node: ["first", "relu", "fc2", "tanh", "fc3"][i] },
      })),
    };
    const map = {
      document,
      parameters: { "fc1.weight": "first.weight", "fc1.bias": "first.bias" },
      inputs: { x: "features" },
    };
    const file = path.join(folder, "mapped.json");
    writeFileSync(path.join(folder, "mapped.map.json"), JSON.stringify(map));
    expect(await replayFile(file)).toMatchObject({ kind: "passed" });
    writeFileSync(path.join(folder, "mapped.map.json"), JSON.stringify({ ...map, parameters: {} }));
    expect(await replayFile(file)).toMatchObject({ kind: "failed", reason: /"fc1.weight"/ as never });
  });

  it("runs the example of the documentation", async () => {
    const text = readFileSync(path.join(import.meta.dirname, "../../docs/references.md"), "utf8");
    const [trace, map] = [...text.matchAll(/```json\n(.*?)```/gs)].map((m) => m[1] as string) as [string, string];
    const file = write("example", trace);
    expect(await replayFile(file)).toMatchObject({ kind: "passed", deviations: { loss: expect.any(Number) } });
    write("example.map", map);
    expect(await replayFile(file)).toMatchObject({ kind: "passed" });
  });

  it("counts a folder, and knows when there is none", async () => {
    rmSync(folder, { recursive: true });
    folder = mkdtempSync(path.join(os.tmpdir(), "gradloom-traces-"));
    write("good", read("mlp__sgd"));
    write("bad", "{");
    write("skipped", read("gru__adam"));
    const lines: string[] = [];
    expect(await runFolder(folder, (line) => lines.push(line))).toEqual({ passed: 1, failed: 1, skipped: 1 });
    expect(lines).toEqual([
      "FAIL  bad: not JSON",
      expect.stringMatching(/^ok {4}good: loss /),
      "skip  skipped: recurrent layers are not in the registry",
      "1 passed, 1 failed, 1 skipped",
    ]);
    expect(await runFolder(path.join(folder, "none"), () => {})).toBeNull();
  });
});
