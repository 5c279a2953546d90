import { existsSync, readdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { readCheckpoint } from "../../src/engine/run-folder.ts";
import { WindowService } from "../../src/engine/window-service.ts";
import type { EventOf, WindowMessage } from "../../src/protocol/index.ts";
import { bundleEngine } from "../support/bundle.ts";
import { moons, temporaryFolder } from "../support/engine.ts";
import { TestWindow } from "../support/window-client.ts";

let entry: string;
beforeAll(async () => {
  entry = await bundleEngine();
});

const open: WindowService[] = [];
afterEach(() => {
  for (const s of open.splice(0)) s.kill();
});

function service(runsFolder = temporaryFolder()): WindowService {
  const made = new WindowService({ runsFolder, baseFolder: runsFolder, engine: { entry, backoff: 10 } });
  open.push(made);
  return made;
}

function windowOf(of: WindowService): TestWindow & { close(): void } {
  const link = of.connect((m) => window.receive(structuredClone(m)));
  const window = Object.assign(new TestWindow((m) => link.receive(structuredClone(m))), { close: () => link.close() });
  return window;
}

const document = moons({ training: { batch: 4, epochs: 40 } });
const start = { document, provider: "cpu", threads: 1 } as const;
const ended = (e: { kind: string; state?: string }): boolean => e.kind === "done" || e.state === "failed";
const steps = (e: { kind: string }): boolean => e.kind === "steps";

/** The steps of every message, as a curve. */
function curveOf(messages: readonly WindowMessage[]): number[] {
  const window = new TestWindow(() => {});
  for (const m of messages) window.receive(m);
  return window.losses("a");
}

describe("the program behind windows", () => {
  it("trains for a window, in a folder of its own, and tells another one all of it", async () => {
    const folder = temporaryFolder();
    const program = service(folder);
    const first = windowOf(program);
    expect(await first.ask("attach", { version: 1 })).toMatchObject({ run: null, version: 1 });
    expect(await first.ask("start", { ...start, key: "a" })).toEqual({ run: "moons-1" });
    await first.until(steps);
    first.close();
    const second = windowOf(program);
    const { run } = await second.ask("attach", { version: 1 });
    expect(run).toMatchObject({ key: "a", run: "moons-1", document: { name: "moons" } });
    await second.until(ended);
    const third = windowOf(program);
    const whole = (await third.ask("attach", { version: 1 })).run;
    const done = second.events("a").at(-1) as EventOf<"done">;
    expect(done).toMatchObject({ kind: "done", reason: "finished" });
    // What the second was told when it came and what it was told then make the whole curve, each step once.
    const later = second.losses("a").slice(run?.curves.loss.x.length);
    expect([...(run?.curves.loss.y ?? []), ...later]).toEqual(whole?.curves.loss.y);
    expect(whole?.curves.loss.x).toEqual(Array.from({ length: done.steps }, (_, i) => i + 1));
    expect(whole?.events.filter((e) => e.kind === "epoch")).toHaveLength(40);
    expect(whole?.events.at(-1)).toEqual(done);
    expect(readdirSync(folder)).toEqual(["moons-1"]);
    const checkpoint = await readCheckpoint(path.join(folder, "moons-1"));
    if (!checkpoint.ok) expect.fail(JSON.stringify(checkpoint.issues));
    const { tensors, progress } = checkpoint.value.checkpoint;
    const weights = await third.ask("weights", { key: "a" });
    expect(weights).toMatchObject({ step: progress.step, epoch: 40, standardise: {} });
    expect(Object.keys(weights.tensors).sort()).toEqual(["n1.bias", "n1.weight", "n3.bias", "n3.weight"]);
    for (const [name, t] of Object.entries(weights.tensors)) expect(t).toEqual(tensors.get(name));
    // A second run of the same document stands beside it.
    expect(await third.ask("start", { ...start, key: "b" })).toEqual({ run: "moons-2" });
    expect((await third.ask("weights", { key: "a" })).tensors).toEqual(weights.tensors);
    expect(second.messages.find((m) => m.kind === "run")).toMatchObject({ key: "b", run: "moons-2" });
  });

  it("refuses what makes no sense, and what it does not understand", async () => {
    const window = windowOf(service());
    expect(await window.refused("start", { ...start, key: "a", document: { name: 3 } })).toMatchObject([
      { severity: "error" },
    ]);
    const wrong = [
      ["attach", {}],
      ["start", { key: "" }],
      ["engine", { command: { kind: "hello", protocol: 1 } }],
      ["engine", { command: { kind: "shutdown" } }],
      ["engine", { command: { kind: "run-model", model: { path: "x" }, inputs: [] } }],
      ["engine", { command: { kind: "evaluate", folder: "somewhere" } }],
      ["engine", { command: { kind: "start", document: null, settings: { folder: "x", baseFolder: "y" } } }],
      ["nonsense", {}],
    ] as const;
    for (const [kind, body] of wrong) {
      expect((await window.raw(kind, body)).issues, kind).toMatchObject([{ code: "engine.protocol" }]);
    }
    for (const run of ["", "..", "../x", "a/b", "a\\b", "C:", "none"]) {
      expect(await window.refused("forget-run", { run }), run).toMatchObject([{ code: "run.no-folder" }]);
      expect(await window.refused("continue", { key: "x", run }), run).toMatchObject([{ code: "run.no-folder" }]);
    }
    await window.ask("start", { ...start, key: "a" });
    expect(await window.refused("start", { ...start, key: "b" })).toMatchObject([{ code: "engine.refused" }]);
    expect((await window.ask("attach", { version: 1 })).run?.key).toBe("a");
  });

  it("lets its engine go behind the window where both need the processor", async () => {
    const window = windowOf(service());
    await window.ask("start", { ...start, key: "a" });
    const started = await window.until((e) => e.kind === "engine" && e.state === "started");
    await window.until(steps);
    if (started.kind !== "engine" || started.state !== "started") throw new Error("no process");
    expect(os.getPriority(started.pid)).toBeGreaterThan(os.getPriority());
  });

  it("pauses, steps, resumes and stops", async () => {
    const window = windowOf(service());
    await window.ask("start", { ...start, key: "a", document: moons({ training: { batch: 4, epochs: 100_000 } }) });
    await window.until(steps);
    await window.ask("engine", { command: { kind: "pause" } });
    await window.until((e) => e.kind === "state" && e.state === "paused");
    const before = window.losses("a").length;
    await window.ask("engine", { command: { kind: "step" } });
    await window.until((e) => e.kind === "steps" && e.step + e.loss.length - 1 === before + 1);
    await window.ask("engine", { command: { kind: "resume" } });
    await window.ask("engine", { command: { kind: "stop" } });
    expect(await window.until((e) => e.kind === "done")).toMatchObject({ reason: "stopped" });
  });

  it("goes on when the engine is killed, with the same numbers, and tells it as events of the run", async () => {
    const unbroken = windowOf(service());
    await unbroken.ask("start", { ...start, key: "a" });
    await unbroken.until(ended);
    const window = windowOf(service());
    await window.ask("start", { ...start, key: "a" });
    const started = await window.until((e) => e.kind === "engine" && e.state === "started");
    await window.until((e) => e.kind === "steps" && e.step > 200);
    process.kill((started as { pid: number }).pid, "SIGKILL");
    await window.until(ended);
    expect(window.losses("a")).toEqual(unbroken.losses("a"));
    const states = window.events("a").flatMap((e) => (e.kind === "engine" ? [e.state] : []));
    expect(states).toEqual(["started", "crashed", "restarting", "started"]);
    const later = windowOf(open.at(-1) as WindowService);
    const told = (await later.ask("attach", { version: 1 })).run;
    expect(told?.curves.loss.y).toEqual(unbroken.losses("a"));
  });

  it("can be told to stop while the engine is being started again", async () => {
    const window = windowOf(service());
    await window.ask("start", { ...start, key: "a", document: moons({ training: { batch: 4, epochs: 100_000 } }) });
    const started = await window.until((e) => e.kind === "engine" && e.state === "started");
    await window.until((e) => e.kind === "checkpoint");
    process.kill((started as { pid: number }).pid, "SIGKILL");
    await window.until((e) => e.kind === "engine" && e.state === "restarting");
    await window.ask("engine", { command: { kind: "stop" } });
    expect(await window.until(ended)).toMatchObject({ kind: "done", reason: "stopped" });
  });

  it("offers a run that was broken off to the next program, which goes on with it", async () => {
    const folder = temporaryFolder();
    const program = service(folder);
    const window = windowOf(program);
    await window.ask("start", { ...start, key: "a", document: moons({ training: { batch: 4, epochs: 2000 } }) });
    await window.until((e) => e.kind === "steps" && e.step > 100);
    expect(await window.ask("runs", {})).toEqual([]);
    await program.close();
    const told = curveOf(window.messages);
    const next = windowOf(service(folder));
    const [left] = await next.ask("runs", {});
    expect(left).toMatchObject({ run: "moons-1", name: "moons" });
    expect(left?.step).toBeGreaterThan(100);
    const { curves } = await next.ask("continue", { key: "b", run: "moons-1" });
    expect(curves.loss.y.slice(0, 100)).toEqual(told.slice(0, 100));
    expect(await next.until((e) => e.kind === "resumed")).toMatchObject({ step: left?.step });
    expect(await next.ask("runs", {})).toEqual([]);
    expect(await next.refused("forget-run", { run: "moons-1" })).toMatchObject([{ code: "engine.refused" }]);
    await next.ask("reset", {});
    expect(existsSync(path.join(folder, "moons-1"))).toBe(false);
    expect((await next.ask("attach", { version: 1 })).run).toBeNull();
    expect(next.messages).toContainEqual({ kind: "gone", key: "b" });
  });

  it("knows which providers work", async () => {
    const window = windowOf(service());
    const states = await window.ask("providers", {});
    expect(states.map((s) => s.name)).toEqual(["cpu", "cuda", "dml", "webgpu", "coreml"]);
    expect(states[0]).toEqual({ name: "cpu", state: "works", reason: null, setup: null });
    for (const { state, reason } of states) expect(reason === null).toBe(state === "works" || state === "not-in-build");
  });
});
