import { execFileSync, fork } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { onnx } from "onnx-proto";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { readCheckpoint, readCurve } from "../../src/engine/run-folder.ts";
import { type Engine, type EngineOptions, startEngine } from "../../src/engine/supervisor.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { encodeModel } from "../../src/onnx/encode.ts";
import type { SupervisorEvent, WindowCommandInput } from "../../src/protocol/index.ts";
import { tensor } from "../../src/shape/dtype.ts";
import { bundleEngine } from "../support/bundle.ts";
import { moons, TestEngine, temporaryFolder } from "../support/engine.ts";

type Kind = SupervisorEvent["kind"];
type Of<K extends Kind> = Extract<SupervisorEvent, { readonly kind: K }>;

/** A supervised engine and what it told. */
class Watched {
  readonly engine: Engine;
  readonly events: SupervisorEvent[] = [];

  constructor(engine: Engine) {
    this.engine = engine;
    engine.on((e) => this.events.push(e));
  }

  static async start(options: EngineOptions = {}): Promise<Watched> {
    const started = await startEngine({ entry, backoff: 10, ...options });
    if (!started.ok) throw new Error(JSON.stringify(started.issues));
    open.push(started.value);
    return new Watched(started.value);
  }

  next<K extends Kind>(kind: K, match: (e: Of<K>) => boolean = () => true): Promise<Of<K>> {
    return new Promise((done) => {
      const off = this.engine.on((e) => {
        if (e.kind !== kind || !match(e as Of<K>)) return;
        off();
        done(e as Of<K>);
      });
    });
  }

  of<K extends Kind>(kind: K): Of<K>[] {
    return this.events.filter((e): e is Of<K> => e.kind === kind);
  }

  end(): Promise<Of<"state">> {
    return this.next("state", (e) => e.state === "done" || e.state === "failed");
  }

  get pid(): number {
    return this.engine.ready?.pid ?? 0;
  }

  get issues() {
    return this.of("issue").map((e) => e.issue.code);
  }
}

const open: Engine[] = [];
let entry: string;
beforeAll(async () => {
  entry = await bundleEngine();
});
afterEach(() => {
  for (const e of open.splice(0)) e.kill();
});

/** Long enough to be killed in the middle: calls of one step. */
const document: DocumentInput = { ...moons(), training: { batch: 4, epochs: 25 } };
const slow = { provider: "cpu", threads: 1, callSteps: 1, checkpointSeconds: 0.02 } as const;

async function outcome(folder: string): Promise<unknown> {
  const curve = await readCurve(folder);
  const last = await readCheckpoint(folder);
  if (!curve.ok || !last.ok) throw new Error(`no outcome in ${folder}`);
  const { checkpoint } = last.value;
  return { loss: curve.value.loss, tensors: checkpoint.tensors, step: checkpoint.progress.step };
}

/** What all the runs below must come to, whatever befalls them. */
let unbroken: unknown;
beforeAll(async () => {
  const folder = temporaryFolder();
  const engine = new TestEngine();
  await engine.run(document, { folder });
  await engine.close();
  unbroken = await outcome(folder);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number, seconds: number): Promise<boolean> {
  for (let i = 0; i < seconds * 20 && isAlive(pid); i++) await new Promise((r) => setTimeout(r, 50));
  return !isAlive(pid);
}

/** An engine that only says what the test wants it to. */
function fakeEngine(onMessage: string): string {
  const file = path.join(temporaryFolder(), "engine.cjs");
  const ready = { kind: "ready", pid: 0, protocol: 1, versions: {}, providers: [], threads: 1 };
  writeFileSync(
    file,
    `const send = (...events) => process.send(events);
     const reply = (id) => send({ kind: "reply", id, issues: [], value: null });
     const state = (state) => send({ kind: "state", state, step: 0, epoch: 0 });
     process.on("disconnect", () => process.exit(0));
     process.on("message", (m) => {
       if (m.kind === "hello") return send({ ...${JSON.stringify(ready)}, pid: process.pid });
       if (m.kind === "shutdown") process.exit(0);
       ${onMessage}
     });`,
  );
  return file;
}

describe("an engine process", () => {
  it("trains as an engine in this process does, and leaves when asked", async () => {
    const folder = temporaryFolder();
    const watched = await Watched.start();
    const { pid } = watched;
    expect(pid).not.toBe(process.pid);
    expect(watched.engine.ready).toMatchObject({ versions: { onnxruntime: expect.stringMatching(/^\d/) } });
    const end = watched.end();
    expect(await watched.engine.start({ document, settings: { folder, baseFolder: folder, ...slow } })).toEqual({
      ok: true,
      value: null,
    });
    expect((await end).state).toBe("done");
    expect(await outcome(folder)).toEqual(unbroken);
    await watched.engine.close();
    expect(isAlive(pid)).toBe(false);
    expect(watched.of("engine").map((e) => e.state)).toEqual([]);
  });

  it("that takes the place of another one is told again what to watch", async () => {
    const folder = temporaryFolder();
    const watched = await Watched.start();
    const command = { kind: "watch", statistics: true, pins: [], interval: 0, share: 1 } satisfies WindowCommandInput;
    expect(await watched.engine.command(command)).toEqual({ ok: true, value: null });
    const end = watched.end();
    const told = watched.next("statistics");
    await watched.engine.start({ document, settings: { folder, baseFolder: folder, ...slow } });
    await told;
    const again = watched.next("engine", (e) => e.state === "started").then(() => watched.next("statistics"));
    process.kill(watched.pid, "SIGKILL");
    await again;
    expect((await end).state).toBe("done");
    const [first, second] = watched.of("layout");
    expect(second).toEqual(first);
    // Watching leaves no trace in the numbers, whatever befalls the process.
    expect(await outcome(folder)).toEqual(unbroken);
  });

  it.each([1, 300])("killed after step %i goes on by itself and ends with the same numbers", async (step) => {
    const folder = temporaryFolder();
    const watched = await Watched.start();
    const end = watched.end();
    const reached = watched.next("steps", (e) => e.step + e.loss.length > step);
    await watched.engine.start({ document, settings: { folder, baseFolder: folder, ...slow } });
    await reached;
    const { pid } = watched;
    process.kill(pid, "SIGKILL");
    expect((await end).state).toBe("done");
    const states = watched.of("engine");
    expect(states.map((e) => e.state)).toEqual(["crashed", "restarting", "started"]);
    expect(states[0]).toMatchObject({ pid, signal: "SIGKILL", restarts: 1 });
    expect(watched.issues).toEqual(["engine.died"]);
    expect(watched.pid).not.toBe(pid);
    expect(await outcome(folder)).toEqual(unbroken);
  });

  it("killed again and again comes to the same end", async () => {
    const folder = temporaryFolder();
    const watched = await Watched.start();
    const end = watched.end();
    let next = 40;
    watched.engine.on((e) => {
      if (e.kind !== "steps" || e.step < next) return;
      next = e.step + 200;
      process.kill(watched.pid, "SIGKILL");
    });
    await watched.engine.start({ document, settings: { folder, baseFolder: folder, ...slow } });
    expect((await end).state).toBe("done");
    expect(watched.of("engine").filter((e) => e.state === "crashed").length).toBeGreaterThan(3);
    expect(await outcome(folder)).toEqual(unbroken);
  });

  it("killed while paused is paused again", async () => {
    const folder = temporaryFolder();
    const watched = await Watched.start();
    const paused = () => watched.next("state", (e) => e.state === "paused");
    const first = paused();
    await watched.engine.start({ document, settings: { folder, baseFolder: folder, ...slow } });
    await watched.engine.pause();
    const before = await first;
    const second = paused();
    process.kill(watched.pid, "SIGKILL");
    expect((await second).step).toBe(before.step);
    const end = watched.end();
    await watched.engine.resume();
    expect((await end).state).toBe("done");
    expect(await outcome(folder)).toEqual(unbroken);
  });

  it("killed while it does nothing is there again for the next command", async () => {
    const watched = await Watched.start();
    const crashed = watched.next("engine", (e) => e.state === "crashed");
    process.kill(watched.pid, "SIGKILL");
    await crashed;
    expect(await watched.engine.ping()).toEqual({ ok: true, value: null });
  });

  // Ctrl+C reaches every process of the terminal; the one that the user sees decides.
  it.skipIf(process.platform === "win32")("does not mind an interrupt", async () => {
    const watched = await Watched.start();
    process.kill(watched.pid, "SIGINT");
    expect(await watched.engine.ping()).toEqual({ ok: true, value: null });
  });

  it("ends when its parent is gone, after a checkpoint", async () => {
    const folder = temporaryFolder();
    const parentFile = path.join(temporaryFolder(), "parent.cjs");
    const command = {
      kind: "start",
      id: 1,
      document,
      settings: { folder, baseFolder: folder, ...slow, checkpointSeconds: 1000 },
    };
    writeFileSync(
      parentFile,
      `const child = require("node:child_process").fork(${JSON.stringify(entry)}, [], { serialization: "advanced" });
       child.on("message", (events) => { if (events.some((e) => e.kind === "steps")) process.send(child.pid); });
       child.send(${JSON.stringify(command)});`,
    );
    const parent = fork(parentFile);
    const pid = await new Promise<number>((done) => parent.once("message", (m) => done(Number(m))));
    parent.kill("SIGKILL");
    expect(await gone(pid, 20)).toBe(true);
    expect(readdirSync(folder)).not.toContain("lock");
    const last = await readCheckpoint(folder);
    expect(last.ok && last.value.checkpoint.progress.step).toBeGreaterThan(0);
  });

  it("killed by a model takes nothing else with it", async () => {
    const watched = await Watched.start();
    const inputs = [{ x: tensor("float32", [4], [1, 2, 3, 4]) }];
    const killed = await watched.engine.runModel({ model: { bytes: killer() }, inputs, provider: "cpu" });
    expect(killed).toMatchObject({ ok: false, issues: [{ code: "engine.died" }] });
    const after = await watched.engine.runModel({ model: { bytes: doubler() }, inputs, provider: "cpu" });
    expect(after).toMatchObject({ ok: true, value: { outputs: [{ y: { data: Float32Array.of(2, 4, 6, 8) } }] } });
  });

  it("says why a provider cannot be used, from the native error output", async () => {
    const watched = await Watched.start();
    const inputs = [{ x: tensor("float32", [4], [1, 2, 3, 4]) }];
    const ran = await watched.engine.runModel({ model: { bytes: doubler() }, inputs, provider: "cuda" });
    if (ran.ok && ran.value.provider.used === "cuda") return; // A machine with the libraries of CUDA.
    expect(ran).toMatchObject({ ok: true, value: { provider: { asked: "cuda", used: "cpu" } } });
    expect(watched.of("issue")).toMatchObject([
      { issue: { code: "provider.unavailable", severity: "warning", provider: "cuda" } },
    ]);
    const [warned] = watched.of("issue");
    const known = watched.engine.ready?.providers.some((p) => p.name === "cuda");
    const reason = warned?.issue.code === "provider.unavailable" ? warned.issue.reason : "";
    expect(reason).toMatch(known ? /shared object|\.so|\.dll/ : /not in onnxruntime/);
  });
});

describe("the supervisor", () => {
  const start = async (watched: Watched) => {
    const end = watched.end();
    const folder = temporaryFolder();
    await watched.engine.start({ document, settings: { folder, baseFolder: folder } });
    return end;
  };

  it("gives up after three crashes without progress", async () => {
    const file = fakeEngine(
      `if (m.kind === "start") { reply(m.id); state("running"); setTimeout(() => process.exit(9), 20); }`,
    );
    const watched = await Watched.start({ entry: file });
    expect((await start(watched)).state).toBe("failed");
    const states = watched.of("engine").map((e) => e.state);
    expect(states.filter((s) => s === "crashed")).toHaveLength(4);
    expect(states.filter((s) => s === "restarting")).toHaveLength(3);
    expect(states.at(-1)).toBe("gave-up");
    expect(watched.issues).toEqual(["engine.died", "engine.died", "engine.died", "engine.died", "engine.gave-up"]);
    expect(watched.of("engine")[0]).toMatchObject({ exitCode: 9, signal: null });
  });

  it("does not start a program again that failed by a fault of its own", async () => {
    const file = fakeEngine(
      `if (m.kind === "start") { reply(m.id); process.stderr.write("Error: internal: x\\n", () => process.exit(70)); }`,
    );
    const watched = await Watched.start({ entry: file });
    expect((await start(watched)).state).toBe("failed");
    expect(watched.of("issue")).toMatchObject([
      { issue: { code: "engine.died", severity: "error", exitCode: 70, reason: "Error: internal: x" } },
    ]);
    expect(watched.of("engine").map((e) => e.state)).toEqual(["crashed", "gave-up"]);
  });

  it("kills a process that is silent for too long", async () => {
    const file = fakeEngine(
      `if (m.kind === "start") { reply(m.id); state("running"); setTimeout(() => { for (;;); }, 20); }`,
    );
    const watched = await Watched.start({ entry: file, restarts: 0, limits: { opening: 1 } });
    expect((await start(watched)).state).toBe("failed");
    expect(watched.issues).toEqual(["engine.unresponsive", "engine.died", "engine.gave-up"]);
    expect(watched.of("engine")[0]).toMatchObject({ state: "crashed", signal: "SIGKILL" });
  });

  it("reports messages it cannot read, and goes on", async () => {
    const file = fakeEngine(`if (m.kind === "ping") { process.send("junk"); send({ kind: "bang" }); reply(m.id); }`);
    const watched = await Watched.start({ entry: file });
    expect(await watched.engine.ping()).toEqual({ ok: true, value: null });
    expect(watched.issues).toEqual(["engine.protocol", "engine.protocol"]);
  });

  it("says so when there is no engine to start, or it cannot start", async () => {
    expect(await startEngine({ entry: "/no/such/engine.cjs" })).toMatchObject({
      ok: false,
      issues: [{ code: "file.missing" }],
    });
    const broken = path.join(temporaryFolder(), "engine.cjs");
    writeFileSync(broken, "require('no-such-module')");
    const started = await startEngine({ entry: broken });
    expect(started).toMatchObject({
      ok: false,
      issues: [{ code: "engine.died", exitCode: 1, reason: /Cannot find module/ }],
    });
  });

  it("lets its own process end while an engine is idle and closed", async () => {
    const file = path.join(temporaryFolder(), "user.cjs");
    expect(existsSync(entry)).toBe(true);
    writeFileSync(
      file,
      `const c = require("node:child_process").fork(${JSON.stringify(entry)}, [], { serialization: "advanced" });
      c.on("message", () => c.send({ kind: "shutdown", id: 2 })); c.send({ kind: "hello", id: 1, protocol: 1 });`,
    );
    execFileSync(process.execPath, [file], { timeout: 20_000 });
  });
});

/** y = x + x. */
function doubler(): Uint8Array {
  const b = new GraphBuilder("test");
  const x = b.input("x", { dtype: "float32", shape: [4] });
  return encodeModel(b.finish([b.named(b.emit("Add", [x, x]), "y")]));
}

/** Cast to int4, which onnxruntime 1.30 cannot hand to JavaScript: it ends the process. */
function killer(): Uint8Array {
  const int4 = 22;
  const type = { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 4 }] } } };
  const output = { tensorType: { elemType: int4, shape: { dim: [{ dimValue: 4 }] } } };
  const attribute = [{ name: "to", type: onnx.AttributeProto.AttributeType.INT, i: int4 }];
  const node = [{ opType: "Cast", name: "cast", input: ["x"], output: ["y"], attribute }];
  const graph = { name: "killer", node, input: [{ name: "x", type }], output: [{ name: "y", type: output }] };
  const model = { irVersion: 10, opsetImport: [{ domain: "", version: 21 }], graph };
  return onnx.ModelProto.encode(model).finish();
}
