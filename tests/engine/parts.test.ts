import { spawn } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CallSize } from "../../src/engine/call-size.ts";
import { takeLock } from "../../src/engine/lock.ts";
import { Outbox } from "../../src/engine/outbox.ts";
import { documentHash } from "../../src/engine/run-folder.ts";
import { saveFile, sweep } from "../../src/engine/save.ts";
import { StderrLog } from "../../src/engine/stderr-log.ts";
import { Watchdog } from "../../src/engine/watchdog.ts";
import { readDocument } from "../../src/graph/read.ts";
import type { EngineEvent, EventOf } from "../../src/protocol/index.ts";
import { moons, temporaryFolder } from "../support/engine.ts";

describe("the length of a call", () => {
  /** Steps of the first calls, where a step takes `perStep` milliseconds. */
  const calls = (perStep: number, options: object = {}, count = 12): number[] => {
    const size = new CallSize({ milliseconds: 100, bytesPerStep: 1, most: null, ...options });
    return Array.from({ length: count }, () => {
      const steps = size.next(10_000);
      size.measured(steps, steps * perStep);
      return steps;
    });
  };

  it("begins with one step and grows to the time that is wanted", () => {
    expect(calls(1).slice(0, 3)).toEqual([1, 1, 4]);
    expect(calls(1).at(-1)).toBe(96);
    expect(calls(4).at(-1)).toBe(24);
    expect(calls(300).at(-1)).toBe(1);
    expect(calls(0).at(-1)).toBe(4096);
  });

  it("keeps to limits: asked for, of memory, of the epoch", () => {
    expect(Math.max(...calls(0.01, { most: 7 }))).toBe(6);
    expect(Math.max(...calls(0.01, { bytesPerStep: 8 * 2 ** 20 }))).toBe(8);
    expect(Math.max(...calls(0.01, { bytesPerStep: 2 ** 40 }))).toBe(1);
    expect(new CallSize({ milliseconds: 100, bytesPerStep: 1, most: null }).next(1)).toBe(1);
  });

  it("follows steps that become slower", () => {
    const size = new CallSize({ milliseconds: 100, bytesPerStep: 1, most: null });
    for (let i = 0; i < 10; i++) size.measured(size.next(1000), 1);
    for (let i = 0; i < 30; i++) {
      const steps = size.next(1000);
      size.measured(steps, steps * 50);
    }
    expect(size.next(1000)).toBe(2);
  });
});

describe("the outbox", () => {
  const steps = (step: number, epoch: number, ...loss: number[]): EventOf<"steps"> => ({
    kind: "steps",
    step,
    epoch,
    loss,
    learningRate: loss.map(() => 1),
    metrics: {},
    samplesPerSecond: 1,
  });
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("joins steps, keeps the order, and sends few messages", () => {
    const messages: (readonly EngineEvent[])[] = [];
    const outbox = new Outbox((m) => messages.push(m));
    outbox.add({ kind: "heartbeat", callMilliseconds: 1 });
    for (let i = 0; i < 1000; i++) {
      outbox.add(steps(i + 1, i < 500 ? 1 : 2, i));
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(100);
    expect(messages.length).toBeLessThanOrEqual(1 + Math.ceil(1000 / 33) + 1);
    const told = messages
      .flat()
      .flatMap((e) => (e.kind === "steps" ? e.loss.map((loss, j) => [e.step + j, loss, e.epoch]) : []));
    expect(told).toEqual(Array.from({ length: 1000 }, (_, i) => [i + 1, i, i < 500 ? 1 : 2]));
  });

  it("does not hold back what is urgent, nor send it before what came first", () => {
    const messages: (readonly EngineEvent[])[] = [];
    const outbox = new Outbox((m) => messages.push(m));
    outbox.add({ kind: "heartbeat", callMilliseconds: 1 });
    outbox.add(steps(1, 1, 0.5));
    outbox.add({ kind: "checkpoint", step: 1, path: "x" });
    expect(messages.map((m) => m.map((e) => e.kind))).toEqual([["heartbeat"], ["steps", "checkpoint"]]);
  });

  it("does not join across a gap", () => {
    const messages: (readonly EngineEvent[])[] = [];
    const outbox = new Outbox((m) => messages.push(m));
    outbox.add({ kind: "heartbeat", callMilliseconds: 1 });
    outbox.add(steps(1, 1, 1));
    outbox.add(steps(3, 1, 3));
    outbox.flush();
    expect(messages[1]).toHaveLength(2);
  });
});

describe("the watchdog", () => {
  const silence = (work: "opening" | "steps", callMilliseconds: number, seconds: number): number | null => {
    vi.useFakeTimers();
    let told: number | null = null;
    const dog = new Watchdog({ opening: 900, least: 60, factor: 30 }, (s) => {
      told = s;
    });
    dog.start();
    dog.busy(work);
    dog.callTook(callMilliseconds);
    vi.advanceTimersByTime(seconds * 1000);
    dog.stop();
    vi.useRealTimers();
    return told;
  };

  it("bears silence as long as calls explain it", () => {
    expect(silence("steps", 100, 59)).toBeNull();
    expect(silence("steps", 100, 65)).toBeGreaterThan(60);
    expect(silence("steps", 10_000, 290)).toBeNull();
    expect(silence("steps", 10_000, 310)).toBeGreaterThan(300);
    expect(silence("opening", 0, 890)).toBeNull();
    expect(silence("opening", 0, 910)).toBeGreaterThan(900);
  });
});

describe("the error output of a process", () => {
  const log = (text: string): StderrLog => {
    const made = new StderrLog();
    made.add(Buffer.from(text));
    return made;
  };

  it("tells why a process died", () => {
    expect(log("note\nterminate called after throwing\n  at x (y.js:1)\nNode.js v20\n").lastLine()).toBe(
      "terminate called after throwing",
    );
    expect(log("a\nError: Cannot find module 'x'\nRequire stack:\n- y\n").lastLine()).toBe(
      "Error: Cannot find module 'x'",
    );
    expect(log("").lastLine()).toBe("");
  });

  it("tells which library a provider misses", () => {
    const text =
      "\u001b[1;31m2026 [E:onnxruntime] Failed to load library /a b/c/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory\u001b[m\n";
    expect(log(text).providerReason()).toBe("libcudnn.so.9: cannot open shared object file: No such file or directory");
    expect(log("Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open\n").providerReason()).toContain("Vulkan");
    expect(log("all is well").providerReason()).toBeNull();
  });

  it("keeps only the end", () => {
    const made = log("x".repeat(200_000));
    made.add(Buffer.from("end"));
    expect(made.text.length).toBeLessThanOrEqual(65_536);
    expect(made.text.endsWith("end")).toBe(true);
  });
});

describe("a lock", () => {
  const lockFile = (): string => path.join(temporaryFolder(), "lock");

  it("is held once, and free again when released", async () => {
    const file = lockFile();
    const first = await takeLock(file);
    expect(await takeLock(file)).toMatchObject({
      ok: false,
      issues: [{ code: "run.folder-in-use", pid: process.pid }],
    });
    if (first.ok) await first.value.release();
    const again = await takeLock(file);
    expect(again.ok).toBe(true);
    if (again.ok) await again.value.release();
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it.each(["", "{", "null", '{"pid":"1"}', '{"pid":-1}', '{"pid":1073741823}', `{"pid":${process.pid}}`])(
    "of a process that is no more is taken over: %s",
    async (text) => {
      const file = lockFile();
      writeFileSync(file, text);
      const taken = await takeLock(file);
      expect(taken.ok).toBe(true);
      if (taken.ok) await taken.value.release();
    },
  );

  it("of another process that lives is respected, and not when its number was given to a new one", async () => {
    const file = lockFile();
    const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    await new Promise((done) => other.once("spawn", done));
    writeFileSync(file, JSON.stringify({ pid: other.pid, began: null }));
    expect(await takeLock(file)).toMatchObject({ ok: false, issues: [{ code: "run.folder-in-use", pid: other.pid }] });
    if (process.platform === "linux") {
      writeFileSync(file, JSON.stringify({ pid: other.pid, began: "1" }));
      const taken = await takeLock(file);
      expect(taken.ok).toBe(true);
      if (taken.ok) await taken.value.release();
    }
    other.kill("SIGKILL");
  });
});

describe("saving", () => {
  it("replaces a file whole and leaves nothing else", async () => {
    const file = path.join(temporaryFolder(), "a.json");
    expect(await saveFile(file, "one")).toEqual({ ok: true, value: null });
    expect(await saveFile(file, new Uint8Array([0x74, 0x77, 0x6f]).subarray(0, 3))).toEqual({ ok: true, value: null });
    expect(readFileSync(file, "utf8")).toBe("two");
    expect(readdirSync(path.dirname(file))).toEqual(["a.json"]);
  });

  it.skipIf(process.platform === "win32")("keeps the link it is reached by, and who may read it", async () => {
    const folder = temporaryFolder();
    const [file, link] = [path.join(folder, "real.json"), path.join(folder, "link.json")];
    writeFileSync(file, "one", { mode: 0o600 });
    symlinkSync(file, link);
    expect(await saveFile(link, "two")).toEqual({ ok: true, value: null });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, "utf8")).toBe("two");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("says what stands in its way", async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, "taken"));
    writeFileSync(path.join(folder, "file"), "");
    for (const name of ["taken", "file/x", "no/such"]) {
      const file = path.join(folder, name);
      expect(await saveFile(file, "x")).toMatchObject({ ok: false, issues: [{ code: "file.unwritable", file }] });
    }
  });

  it("sweeps what a killed writer left, and nothing else", async () => {
    const folder = temporaryFolder();
    const keep = ["a.safetensors", "b.onnx", "notes.1", "c.json", "x.safetensors.txt"];
    for (const name of [...keep, "a.safetensors.123", "run.json.4", "events.jsonl.99", "m.onnx.7"]) {
      writeFileSync(path.join(folder, name), "");
    }
    await sweep(folder);
    expect(readdirSync(folder)).toEqual([...keep].sort());
  });
});

describe("the hash of a document", () => {
  const hash = (change: (d: ReturnType<typeof moons>) => object): string => {
    const document = readDocument({ ...moons(), ...change(moons()) });
    return document.ok ? documentHash(document.value) : JSON.stringify(document.issues);
  };
  const same = hash(() => ({}));

  it("does not change with what no number depends on", () => {
    expect(same).toMatch(/^[0-9a-f]{64}$/);
    const harmless = [
      () => ({ name: "other", notes: [{ id: "n" }] }),
      (d: ReturnType<typeof moons>) => ({
        nodes: [...(d.nodes ?? [])].reverse().map((n) => ({ ...n, label: "x", position: { x: 1, y: 2 } })),
      }),
      (d: ReturnType<typeof moons>) => ({ edges: d.edges?.map((e, i) => ({ ...e, id: `other${i}` })) }),
      (d: ReturnType<typeof moons>) => ({ training: { ...d.training, epochs: 99 } }),
    ];
    for (const change of harmless) expect(hash(change)).toBe(same);
  });

  it("changes with everything else", () => {
    const changes = [
      () => ({ seed: 8 }),
      (d: ReturnType<typeof moons>) => ({ training: { ...d.training, batch: 17 } }),
      (d: ReturnType<typeof moons>) => ({
        nodes: d.nodes?.map((n) => (n.layer === "tanh" ? { ...n, layer: "relu" } : n)),
      }),
      (d: ReturnType<typeof moons>) => ({ data: { ...d.data, shuffle: false } }),
      (d: ReturnType<typeof moons>) => ({ objectives: d.objectives?.map((o) => ({ ...o, maxNorm: 1 })) }),
    ];
    for (const change of changes) expect(hash(change)).not.toBe(same);
  });
});
