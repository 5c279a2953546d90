import path from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ClientOptions, ConnectedEngine } from "../../renderer/bridge/engineClient.ts";
import type { Dial, Line } from "../../renderer/bridge/engineLine.ts";
import { type Run, runFromTold, withEvent } from "../../renderer/training/run.ts";
import { readCurve } from "../../src/engine/run-folder.ts";
import { type WindowLink, WindowService } from "../../src/engine/window-service.ts";
import { decodeMessage, encodeMessage } from "../../src/protocol/wire.ts";
import { bundleEngine } from "../support/bundle.ts";
import { moons, temporaryFolder } from "../support/engine.ts";

let entry: string;
beforeAll(async () => {
  entry = await bundleEngine();
});

const services: WindowService[] = [];
const clients: ConnectedEngine[] = [];
afterEach(() => {
  for (const c of clients.splice(0)) c.close();
  for (const s of services.splice(0)) s.kill();
});

/** Lines to a program that a test can cut, and can forbid. */
class Wire {
  readonly program: WindowService;
  open = true;
  dialled = 0;
  #cut: (() => void) | null = null;

  constructor(program: WindowService) {
    this.program = program;
  }

  readonly dial: Dial = (listener) => {
    this.dialled++;
    if (!this.open) {
      setTimeout(() => listener.onClose(), 1);
      return;
    }
    let link: WindowLink | null = null;
    // As bytes, and later, as over a socket.
    const over = (to: (message: unknown) => void) => (message: unknown) => {
      const bytes = encodeMessage(message);
      setImmediate(() => {
        const read = decodeMessage(bytes);
        if (link && read.ok) to(read.value);
      });
    };
    link = this.program.connect(over((m) => listener.onMessage(m)));
    const line: Line = { send: over((m) => link?.receive(m)), close: () => this.cut() };
    this.#cut = () => {
      link?.close();
      link = null;
      this.#cut = null;
      listener.onClose();
    };
    setImmediate(() => link && listener.onOpen(line));
  };

  cut(): void {
    this.#cut?.();
  }
}

function setUp(folder = temporaryFolder(), options: ClientOptions = { backoff: 1, longestBackoff: 2 }) {
  const program = new WindowService({ runsFolder: folder, baseFolder: folder, engine: { entry, backoff: 10 } });
  services.push(program);
  const wire = new Wire(program);
  const states: string[] = [];
  let run: Run | null = null;
  const client = new ConnectedEngine(
    wire.dial,
    {
      onConnection: (c) => states.push(c),
      onReady: ({ run: told }) => {
        run = told && runFromTold(told, null);
      },
      onMessage: (m) => {
        if (m.kind === "events" && run) for (const e of m.events) run = withEvent(run, e, 0);
      },
    },
    options,
  );
  clients.push(client);
  return { program, wire, client, states, folder, run: () => run };
}

const start = { document: moons({ training: { batch: 4, epochs: 800 } }), provider: "cpu", threads: 1 } as const;

describe("the window's line to its program", () => {
  it("may be cut fifty times in a training: the curve has no gap, and no step twice", async () => {
    const { client, wire, run, folder, states } = setUp();
    expect(await client.request("start", { ...start, key: "a" })).toEqual({ ok: true, value: { run: "moons-1" } });
    let cuts = 0;
    for (; cuts < 50 && run()?.phase !== "done"; cuts++) {
      const before = run()?.step ?? 0;
      wire.cut();
      await expect.poll(() => run()?.phase === "done" || (run()?.step ?? 0) > before, { interval: 1 }).toBe(true);
    }
    await expect.poll(() => run()?.done, { timeout: 60_000 }).not.toBeFalsy();
    expect(cuts).toBeGreaterThan(20);
    expect(states.filter((s) => s === "ready").length).toBeGreaterThan(20);
    const steps = run()?.done?.steps ?? 0;
    expect(run()?.loss.x).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
    const file = await readCurve(path.join(folder, "moons-1"));
    expect(file.ok && file.value.loss).toEqual(run()?.loss.y);
    expect(run()?.epochs).toHaveLength(800);
  });

  it("fails what was under way when it broke, and lets wait what comes while there is none", async () => {
    const { client, wire, states } = setUp();
    await expect.poll(() => states.at(-1)).toBe("ready");
    const asked = client.request("providers", {});
    await new Promise((done) => setImmediate(done));
    wire.open = false;
    wire.cut();
    expect(await asked).toMatchObject({ ok: false, issues: [{ code: "program.lost" }] });
    expect(states.at(-1)).toBe("lost");
    const later = client.request("runs", {});
    await expect.poll(() => wire.dialled).toBeGreaterThan(3);
    wire.open = true;
    expect(await later).toEqual({ ok: true, value: [] });
    expect(states.at(-1)).toBe("ready");
  });

  it("says after a while that nobody answers", async () => {
    const { client, wire } = setUp(temporaryFolder(), { backoff: 1, longestBackoff: 2, patience: 50 });
    wire.open = false;
    wire.cut();
    expect(await client.request("runs", {})).toMatchObject({ ok: false, issues: [{ code: "program.lost" }] });
  });

  it("tries less and less often, and at once when it is told to hurry", async () => {
    const { wire, client, states } = setUp(temporaryFolder(), { backoff: 1, longestBackoff: 100_000 });
    await expect.poll(() => states.at(-1)).toBe("ready");
    wire.open = false;
    wire.cut();
    // 1 + 2 + 4 + ... milliseconds: some ten tries in a second and a half, not hundreds.
    await new Promise((done) => setTimeout(done, 1500));
    expect(wire.dialled).toBeLessThan(16);
    wire.open = true;
    client.hurry();
    await expect.poll(() => states.at(-1)).toBe("ready");
  });

  it("tells a page of another version to be loaded again, and tries no more", async () => {
    const states: string[] = [];
    let dialled = 0;
    const client = new ConnectedEngine(
      (listener) => {
        dialled++;
        setImmediate(() => {
          const send = (m: unknown): void => {
            const { id } = m as { id: number };
            listener.onMessage({ kind: "reply", id, issues: [], value: { version: 99, run: null, threads: 2 } });
          };
          listener.onOpen({ send, close: () => listener.onClose() });
        });
      },
      { onConnection: (c) => states.push(c), onReady: () => {}, onMessage: () => {} },
      { backoff: 1 },
    );
    clients.push(client);
    await expect.poll(() => states.at(-1)).toBe("other-version");
    expect(await client.request("runs", {})).toMatchObject({ issues: [{ code: "program.other-version" }] });
    await new Promise((done) => setTimeout(done, 30));
    expect(dialled).toBe(1);
  });
});
