import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readCheckpoint, readCurve, readRun } from "../../src/engine/run-folder.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import { moons, TestEngine, temporaryFolder } from "../support/engine.ts";

/** Early stopping that never stops, a plateau schedule and a validation part: all that a run remembers is in use. */
const document: DocumentInput = {
  ...moons(),
  training: {
    batch: 16,
    epochs: 8,
    schedule: { kind: "plateau", patience: 0, minDelta: 0.05, factor: 0.5 },
    earlyStopping: { patience: 100, restoreBest: true },
  },
};

/** Losses, epochs and last tensors of a run folder; times are not among what must be equal. */
async function outcome(folder: string): Promise<unknown> {
  const curve = await readCurve(folder);
  const last = await readCheckpoint(folder);
  const best = await readCheckpoint(folder, "best");
  if (!curve.ok || !last.ok || !best.ok) throw new Error(`no outcome in ${folder}`);
  const progress = (c: typeof last) => (c.ok ? { ...c.value.checkpoint.progress, seconds: 0 } : null);
  return {
    loss: curve.value.loss,
    learningRate: curve.value.learningRate,
    epochs: curve.value.epochs.map((e) => ({ ...e, seconds: 0 })),
    progress: [progress(last), progress(best)],
    tensors: [last.value.checkpoint.tensors, best.value.checkpoint.tensors],
  };
}

let unbroken: unknown;
let unbrokenFolder: string;
beforeAll(async () => {
  unbrokenFolder = temporaryFolder();
  const engine = new TestEngine();
  await engine.run(document, { folder: unbrokenFolder });
  await engine.close();
  unbroken = await outcome(unbrokenFolder);
});

/** Runs until `step` steps are told, then stops there; the folder can be resumed. */
async function interrupted(step: number, settings: object = {}): Promise<string> {
  const folder = temporaryFolder();
  const engine = new TestEngine();
  const enough = engine.next("steps", (e) => e.step + e.loss.length > step);
  const end = engine.run(document, { folder, callSteps: 5, ...settings });
  await enough;
  await engine.send({ kind: "stop" });
  await end;
  await engine.close();
  expect(engine.of("done")[0]).toMatchObject({ reason: "stopped" });
  return folder;
}

async function resume(folder: string, settings: object = {}, input: DocumentInput | null = null): Promise<TestEngine> {
  const engine = new TestEngine();
  await engine.run(input, { folder, resume: "required", ...settings });
  await engine.close();
  return engine;
}

describe("control", () => {
  it("pause, single steps and going on change no number", async () => {
    const folder = temporaryFolder();
    const engine = new TestEngine();
    const end = engine.run(document, { folder, callSteps: 4 });
    await engine.next("steps", (e) => e.step >= 5);
    const paused = engine.next("state", (e) => e.state === "paused");
    expect((await engine.send({ kind: "pause" })).issues).toEqual([]);
    const { step } = await paused;
    expect(engine.losses).toHaveLength(step);
    const saved = engine.of("checkpoint")[0] ?? (await engine.next("checkpoint"));
    expect(saved).toMatchObject({ step });
    expect(await readCheckpoint(folder)).toMatchObject({ ok: true, value: { checkpoint: { progress: { step } } } });
    for (let i = 1; i <= 3; i++) {
      const again = engine.next("state", (e) => e.state === "paused");
      await engine.send({ kind: "step" });
      expect((await again).step).toBe(step + i);
    }
    const evaluated = await engine.send({ kind: "evaluate", split: "validation" });
    expect(evaluated.value).toMatchObject({ kind: "evaluation", evaluation: { split: "validation", samples: 23 } });
    await engine.send({ kind: "resume" });
    await end;
    await engine.close();
    expect(await outcome(folder)).toEqual(unbroken);
  });

  it("takes a new learning rate from the next step on, and keeps it over a resume", async () => {
    const folder = temporaryFolder();
    const engine = new TestEngine();
    const constant = { ...document, training: { batch: 16, epochs: 8 } };
    const paused = engine.next("state", (e) => e.state === "paused");
    const end = engine.run(constant, { folder, callSteps: 4 });
    await engine.send({ kind: "pause" });
    await paused;
    expect((await engine.send({ kind: "set-learning-rate", value: 0.005 })).issues).toEqual([]);
    await engine.send({ kind: "step" });
    await engine.send({ kind: "stop" });
    await end;
    await engine.close();
    const resumed = await resume(folder);
    expect(new Set(resumed.of("steps").flatMap((e) => e.learningRate))).toEqual(new Set([0.005]));
    const named = new TestEngine();
    await named.run(null, { folder, resume: "required" }, { epochs: 9, learningRate: 0.001 });
    await named.close();
    expect(new Set(named.of("steps").flatMap((e) => e.learningRate))).toEqual(new Set([0.001]));
  });

  it("refuses what makes no sense now", async () => {
    const engine = new TestEngine();
    for (const kind of ["pause", "resume", "step", "stop", "evaluate"] as const) {
      const reply = await engine.send({ kind });
      expect(reply.issues, kind).toMatchObject([{ code: "engine.refused", command: kind, state: "idle" }]);
    }
    expect((await engine.send({ kind: "set-learning-rate", value: 1 })).issues).toMatchObject([
      { code: "engine.refused" },
    ]);
    const folder = temporaryFolder();
    const running = engine.next("state", (e) => e.state === "running");
    const end = engine.run(document, { folder });
    const second = await engine.send({ kind: "start", document, settings: { folder, baseFolder: folder } });
    expect(second.issues).toMatchObject([{ code: "engine.refused", command: "start" }]);
    await running;
    expect((await engine.send({ kind: "step" })).issues).toMatchObject([{ code: "engine.refused", command: "step" }]);
    expect((await engine.send({ kind: "set-learning-rate", value: 1, objective: "no such" })).issues).toHaveLength(1);
    await end;
    await engine.close();
  });

  it("answers a message that is none with an issue, and lives on", async () => {
    const engine = new TestEngine();
    const reply = engine.next("reply", (e) => e.id === 77);
    engine.raw({ kind: "start", id: 77, document: {}, settings: { folder: 5 } });
    expect((await reply).issues).toMatchObject([{ code: "engine.protocol" }]);
    engine.raw("nonsense");
    engine.raw(null);
    expect((await engine.send({ kind: "ping" })).issues).toEqual([]);
    await engine.close();
  });
});

describe("resume", () => {
  // In the first epoch, at the end of one, in the middle of a later one.
  it.each([3, 12, 40])("after a stop at step %i gives the unbroken run to the last bit", async (step) => {
    const folder = await interrupted(step);
    const engine = await resume(folder, {}, document);
    expect(engine.of("resumed")[0]?.step).toBeGreaterThanOrEqual(step);
    expect(await outcome(folder)).toEqual(unbroken);
  });

  it("goes on from a checkpoint that is older than the history", async () => {
    const folder = await interrupted(30, { checkpointSeconds: 0 });
    const names = readdirSync(path.join(folder, "checkpoints")).filter((n) => n.startsWith("step-"));
    expect(names).toHaveLength(2);
    rmSync(path.join(folder, "checkpoints", names[1] as string));
    // As a process that is killed in a write leaves it.
    writeFileSync(path.join(folder, "events.jsonl"), '{"kind":"steps","step":1', { flag: "a" });
    writeFileSync(path.join(folder, "checkpoints", "step-0000000099.safetensors.123"), "half");
    writeFileSync(path.join(folder, "lock"), '{"pid":1073741823,"began":"1"}');
    await resume(folder);
    expect(await outcome(folder)).toEqual(unbroken);
    expect(readdirSync(folder)).not.toContain("lock");
    expect(readdirSync(path.join(folder, "checkpoints")).every((n) => n.endsWith(".safetensors"))).toBe(true);
  });

  it("goes on for more epochs when asked to", async () => {
    const folder = await interrupted(3);
    const engine = new TestEngine();
    await engine.run(null, { folder, resume: "required" }, { epochs: 2 });
    expect(engine.of("done")[0]).toMatchObject({ reason: "finished", steps: 24 });
    await engine.run(null, { folder, resume: "required" }, { epochs: 8 });
    await engine.close();
    expect(await outcome(folder)).toEqual(unbroken);
  });

  it("passes over a damaged checkpoint with a warning", async () => {
    const folder = await interrupted(30, { checkpointSeconds: 0 });
    const newest = readdirSync(path.join(folder, "checkpoints")).filter((n) => n.startsWith("step-"))[1] as string;
    const file = path.join(folder, "checkpoints", newest);
    truncateSync(file, 100);
    const engine = await resume(folder);
    const warned = engine.of("issue").map((e) => e.issue);
    expect(warned).toMatchObject([{ code: "checkpoint.corrupt", severity: "warning", file, problem: "too-short" }]);
    expect(await outcome(folder)).toEqual(unbroken);
  });

  it("begins anew where there is nothing to go on from, if that is allowed", async () => {
    const folder = await interrupted(3);
    rmSync(path.join(folder, "checkpoints"), { recursive: true });
    const refused = new TestEngine();
    await refused.run(null, { folder, resume: "required" });
    expect(refused.of("issue")[0]?.issue).toMatchObject({ code: "run.no-checkpoint", file: folder });
    await refused.close();
    const engine = await resume(folder, { resume: "if-any" });
    expect(engine.of("resumed")).toEqual([{ kind: "resumed", step: 0, epoch: 0 }]);
    expect(await outcome(folder)).toEqual(unbroken);
  });
});

describe("a run folder", () => {
  const attempt = async (folder: string, settings: object, input: DocumentInput | null = null) => {
    const engine = new TestEngine();
    const end = await engine.run(input, { folder, ...settings });
    await engine.close();
    expect(end.state).toBe("failed");
    return engine.of("issue").map((e) => e.issue);
  };
  const copy = (): string => {
    const folder = temporaryFolder();
    cpSync(unbrokenFolder, folder, { recursive: true });
    return folder;
  };

  it("is not written over by a new run", async () => {
    const folder = copy();
    const before = readFileSync(path.join(folder, "run.json"), "utf8");
    expect(await attempt(folder, {}, document)).toMatchObject([{ code: "run.exists", file: folder }]);
    expect(readFileSync(path.join(folder, "run.json"), "utf8")).toBe(before);
    expect(readdirSync(folder)).not.toContain("lock");
  });

  it("is not left behind by a document that cannot be trained", async () => {
    const folder = path.join(temporaryFolder(), "new");
    const issues = await attempt(folder, { baseFolder: "/" }, { ...document, objectives: [] });
    expect(issues).toMatchObject([{ code: "objective.none" }]);
    expect(readdirSync(path.dirname(folder))).toEqual([]);
  });

  it("belongs to one process at a time", async () => {
    const folder = temporaryFolder();
    const [first, second] = [new TestEngine(), new TestEngine()];
    const paused = first.next("state", (e) => e.state === "paused");
    const end = first.run(document, { folder });
    await first.send({ kind: "pause" });
    await paused;
    await second.run(null, { folder, resume: "if-any" });
    expect(second.of("issue")[0]?.issue).toMatchObject({ code: "run.folder-in-use", pid: process.pid });
    await first.send({ kind: "resume" });
    await end;
    await Promise.all([first.close(), second.close()]);
    expect(await outcome(folder)).toEqual(unbroken);
  });

  it("wants its own document, seed and batch", async () => {
    const folder = copy();
    const other = { ...document, nodes: document.nodes?.map((n) => (n.id === "n2" ? { ...n, layer: "relu" } : n)) };
    const expected = [{ code: "run.other-document" }];
    expect(await attempt(folder, { resume: "required" }, other as DocumentInput)).toMatchObject(expected);
    const engine = new TestEngine();
    await engine.run(null, { folder, resume: "required" }, { seed: 8 });
    expect(engine.of("issue")[0]?.issue).toMatchObject({ code: "run.other-document", reason: "seed" });
    await engine.close();
  });

  it("says what is wrong with it", async () => {
    const nowhere = path.join(temporaryFolder(), "nowhere");
    expect(await attempt(nowhere, { resume: "required" })).toMatchObject([{ code: "run.no-folder", file: nowhere }]);
    const folder = copy();
    const file = path.join(folder, "run.json");
    const good = readFileSync(file, "utf8");
    const cases: readonly (readonly [string, object])[] = [
      ["", { code: "run.corrupt", file, reason: "not JSON" }],
      [good.slice(0, 200), { code: "run.corrupt", file, reason: "not JSON" }],
      ["[]", { code: "run.corrupt", file }],
      [good.replace('"gradloom-run"', '"other"'), { code: "run.corrupt", file, reason: /format/ }],
      [good.replace('"version": 1', '"version": 2'), { code: "run.corrupt", file, reason: /version/ }],
      [
        good.replace('"layer": "tanh"', '"layer": 7'),
        { code: "document.wrong-type", file, path: "document.nodes[2].layer" },
      ],
    ];
    for (const [text, expected] of cases) {
      writeFileSync(file, text);
      const read = await readRun(folder);
      expect(read).toMatchObject({
        ok: false,
        issues: [expect.objectContaining({ code: (expected as { code: string }).code })],
      });
      expect(await attempt(folder, { resume: "if-any" }, document)).toMatchObject([
        { code: (expected as { code: string }).code },
      ]);
      expect(readFileSync(file, "utf8")).toBe(text);
    }
  });

  it("refuses a checkpoint that is not of this network", async () => {
    const folder = copy();
    const otherFolder = temporaryFolder();
    const other = new TestEngine();
    const nodes = document.nodes?.map((n) => (n.id === "n1" ? { ...n, params: { units: 9 } } : n));
    await other.run({ ...document, ...(nodes ? { nodes } : {}), training: { epochs: 1 } }, { folder: otherFolder });
    await other.close();
    rmSync(path.join(folder, "checkpoints"), { recursive: true });
    cpSync(path.join(otherFolder, "checkpoints"), path.join(folder, "checkpoints"), { recursive: true });
    expect(await attempt(folder, { resume: "required" })).toMatchObject([{ code: "run.other-document" }]);
  });

  it("that cannot be written for a while does not end the run", async () => {
    const folder = temporaryFolder();
    const engine = new TestEngine();
    const checkpoints = path.join(folder, "checkpoints");
    const early = engine.next("steps");
    const late = engine.next("issue");
    const end = engine.run(document, { folder, callSteps: 1 });
    await early;
    rmSync(checkpoints, { recursive: true });
    writeFileSync(checkpoints, "a file in place of the folder");
    // A pause wants a checkpoint.
    await engine.send({ kind: "pause" });
    const warned = await late;
    expect(warned.issue).toMatchObject({ code: "file.unwritable", severity: "warning" });
    rmSync(checkpoints);
    mkdirSync(checkpoints);
    await engine.send({ kind: "resume" });
    expect((await end).state).toBe("done");
    await engine.close();
    expect(await outcome(folder)).toEqual(unbroken);
  });

  it("that cannot be written is an issue", async () => {
    const folder = path.join(temporaryFolder(), "file");
    writeFileSync(folder, "no folder");
    expect(await attempt(folder, { baseFolder: "/" }, document)).toMatchObject([{ code: "file.unwritable" }]);
  });
});
