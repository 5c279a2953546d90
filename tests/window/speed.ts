import { overlayKinds } from "../../renderer/stores/training.ts";
import { test as trained } from "./support/program.ts";
import { type EditorWindow, expect, network, template, test } from "./support/window.ts";

/*
 * Not a test of a limit: prints how long frames take while the canvas moves, in the Chromium at hand without a graphics
 * card. Run by `npm run bench:window`; docs/performance.md has what was measured.
 */

interface Frames {
  readonly median: number;
  readonly worst: number;
  readonly count: number;
}

const ms = (value: number): string => value.toFixed(1).padStart(7);

/** Rows of dense and ReLU, ten nodes a row. */
function large(size: number) {
  const name = (i: number): string => `n${i}`;
  const nodes = Array.from({ length: size }, (_, i) => {
    if (i === 0) return [name(i), "input", { shape: [16] }] as const;
    return i % 2 === 1 ? ([name(i), "dense", { units: 16 }] as const) : ([name(i), "relu"] as const);
  });
  const wires = Array.from({ length: size - 1 }, (_, i) => [name(i), name(i + 1)] as const);
  const document = network(nodes, wires);
  const width = Math.ceil(Math.sqrt(size));
  for (const [i, n] of (document.nodes ?? []).entries()) {
    n.position = { x: (i % width) * 220, y: Math.floor(i / width) * 140 };
  }
  return document;
}

/** Times between frames while a gesture goes on. */
async function framesDuring(app: EditorWindow, gesture: () => Promise<void>): Promise<Frames> {
  await app.page.evaluate(() => {
    const times: number[] = [];
    const state = { times, on: true };
    (window as unknown as { frames: typeof state }).frames = state;
    let last = performance.now();
    const tick = (now: number): void => {
      times.push(now - last);
      last = now;
      if (state.on) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await gesture();
  const times = await app.page.evaluate(() => {
    const state = (window as unknown as { frames: { times: number[]; on: boolean } }).frames;
    state.on = false;
    return state.times.slice(2);
  });
  const sorted = [...times].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, worst: sorted.at(-1) ?? 0, count: sorted.length };
}

/** Moves the mouse as a hand does, a few pixels at a time. */
async function sweep(app: EditorWindow, from: { x: number; y: number }, button: "left" | "middle"): Promise<void> {
  const { mouse } = app.page;
  await mouse.move(from.x, from.y);
  await mouse.down({ button });
  for (let i = 1; i <= 60; i++) {
    const turn = (i / 30) * Math.PI;
    await mouse.move(from.x - 90 * Math.sin(turn), from.y - 70 * (1 - Math.cos(turn)));
  }
  await mouse.up({ button });
}

/** Where a node stands in the window, near its middle: known from the document, drawn or not. */
async function seenNode(app: EditorWindow): Promise<{ x: number; y: number }> {
  const box = await app.canvas.boundingBox();
  const { x, y, zoom } = await app.viewport();
  const places = (await app.document()).nodes.map(({ position: p }) => ({
    x: (box?.x ?? 0) + x + (p.x + 40) * zoom,
    y: (box?.y ?? 0) + y + (p.y + 14) * zoom,
  }));
  const middle = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
  const away = (p: { x: number; y: number }): number => Math.hypot(p.x - middle.x, p.y - middle.y);
  return places.reduce((best, p) => (away(p) < away(best) ? p : best), places[0] ?? middle);
}

for (const size of [300, 1000, 5000]) {
  test(`${size} nodes`, async ({ app }) => {
    test.setTimeout(300_000);
    await app.start();
    const begun = Date.now();
    await app.open(large(size));
    const opened = Date.now() - begun;
    const report = (what: string, f: Frames): void =>
      console.log(
        `${String(size).padStart(5)} nodes  ${what.padEnd(22)} median ${ms(f.median)} ms  worst ${ms(f.worst)} ms`,
      );
    console.log(`${String(size).padStart(5)} nodes  open                   ${opened} ms`);
    for (const [view, key] of [
      ["at 100 %", "Control+0"],
      ["all in view", "f"],
    ] as const) {
      await app.press(key);
      await app.settled();
      const spot = await app.empty();
      report(`pan, ${view}`, await framesDuring(app, () => sweep(app, spot, "middle")));
      const grip = await seenNode(app);
      report(`drag, ${view}`, await framesDuring(app, () => sweep(app, grip, "left")));
      await app.press("Control+z");
    }
  });
}

test("four curves of 40,000 points, one of them growing", async ({ app }) => {
  await app.start({ panels: { left: true, right: true, bottom: true } });
  for (let k = 0; k < 4; k++) {
    await app.open(template("mlp-xor"));
    await app.page.evaluate((k) => {
      const y = Array.from({ length: 40_000 }, (_, i) => Math.exp(-i / 9000 - k / 5) * (1 + 0.5 * Math.sin(i * i)));
      window.gradloomTest?.tell([
        { kind: "state", state: "running", step: 0, epoch: 0 },
        {
          kind: "steps",
          step: 1,
          epoch: 1,
          loss: y,
          learningRate: y.map(() => 0.1),
          metrics: {},
          samplesPerSecond: 4e4,
        },
      ]);
    }, k);
  }
  await app.dock.getByRole("tab", { name: "Runs" }).click();
  for (const box of await app.dock.locator("[data-run] input:not(:disabled)").all()) await box.check();
  const frames = await framesDuring(app, () =>
    app.page.evaluate(
      () =>
        new Promise<void>((done) => {
          let step = 40_001;
          const began = performance.now();
          const more = (): void => {
            const loss = Array.from({ length: 30 }, (_, i) => 0.02 * (1 + 0.5 * Math.sin((step + i) ** 2)));
            const learningRate = loss.map(() => 0.1);
            window.gradloomTest?.tell([
              { kind: "steps", step, epoch: 1, loss, learningRate, metrics: {}, samplesPerSecond: 4e4 },
            ]);
            step += 30;
            if (performance.now() - began < 4000) requestAnimationFrame(more);
            else done();
          };
          requestAnimationFrame(more);
        }),
    ),
  );
  process.stdout.write(
    `4 x 40,000 points: median ${ms(frames.median)} ms, worst ${ms(frames.worst)} ms, ${frames.count} frames\n`,
  );
});

/** Seconds that are watched while a network trains. */
const watched = 12;

for (const [name, overlays] of [
  ["mlp-xor", ["shapes", "activations", "gradients"]],
  ["lenet", overlayKinds],
  ["resnet-small", ["shapes", "activations", "gradients"]],
] as const) {
  trained(`training ${name}`, async ({ app, program, page }) => {
    trained.setTimeout(300_000);
    // Chevrons drift as they do for a user.
    await page.emulateMedia({ reducedMotion: "no-preference" });
    await program.open(app, { provider: "cpu" });
    const document = template(name);
    await app.open({ ...document, training: { ...document.training, epochs: 100_000, steps: null } });
    await page.keyboard.press("Control+Enter");
    await expect
      .poll(() => page.evaluate(() => window.gradloomTest?.run()?.step ?? 0), { timeout: 60_000 })
      .toBeGreaterThan(20);
    for (const overlay of overlays) {
      await app.press(String(overlayKinds.indexOf(overlay) + 1));
      await page.waitForTimeout(1500);
      const seen = await longTasks(app);
      console.log(
        `${name.padEnd(13)} ${overlay.padEnd(12)} ${String(seen.steps).padStart(6)} steps  ${reported(seen)}`,
      );
    }
  });
}

for (const size of [300, 1000, 5000]) {
  test(`values on ${size} nodes`, async ({ app }) => {
    test.setTimeout(300_000);
    await app.start();
    await app.open(large(size));
    await app.press("3");
    for (const [view, key] of [
      ["at 100 %", "Control+0"],
      ["all in view", "f"],
    ] as const) {
      await app.press(key);
      await app.settled();
      const stop = await arriving(app);
      const seen = await longTasks(app);
      await stop();
      console.log(
        `${String(size).padStart(5)} nodes  values five times a second, ${view.padEnd(12)} ${reported(seen)}`,
      );
    }
  });
}

/** Statistics of every node arrive five times a second, as from an engine. */
async function arriving(app: EditorWindow): Promise<() => Promise<void>> {
  const ids = (await app.document()).nodes.map((n) => n.id);
  await app.page.evaluate((ids) => {
    const row = (node: string, what: "value" | "gradient") =>
      ({ place: { of: "output", node, port: "out" }, what, elements: 16 }) as const;
    const rows = ids.flatMap((id) => [row(id, "value"), row(id, "gradient")]);
    let step = 0;
    const tell = (): void => {
      step += 20;
      const values = Float32Array.from({ length: rows.length * 8 }, (_, i) => (i % 8 === 2 ? Math.random() : 0));
      window.gradloomTest?.tell([{ kind: "statistics", step, epoch: 0, loss: 1, values }]);
    };
    window.gradloomTest?.tell([
      { kind: "state", state: "running", step: 0, epoch: 0 },
      { kind: "layout", rows },
    ]);
    (window as unknown as { arriving: number }).arriving = window.setInterval(tell, 200);
  }, ids);
  return () => app.page.evaluate(() => clearInterval((window as unknown as { arriving: number }).arriving));
}

interface Watched {
  /** Tasks of the page's thread over 50 ms, by the clock on the wall as PerformanceObserver counts them. */
  readonly tasks: readonly number[];
  /** The same by the time that the processor worked on them: on a busy machine a short task waits long. */
  readonly worked: readonly number[];
  readonly frames: readonly number[];
  readonly steps: number;
}

const longTask = 50;

/** Tasks of the page's thread and times between frames, while some seconds go by. */
async function longTasks(app: EditorWindow): Promise<Watched> {
  const cdp = await app.page.context().newCDPSession(app.page);
  const events: TraceEvent[] = [];
  cdp.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await cdp.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["toplevel"] } });
  const seen = await app.page.evaluate(async (seconds) => {
    const [tasks, frames]: [number[], number[]] = [[], []];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration)));
    observer.observe({ type: "longtask" });
    const step = (): number => window.gradloomTest?.run()?.step ?? 0;
    const [from, begun] = [step(), performance.now()];
    for (let last = begun; last - begun < seconds * 1000; ) {
      const now = await new Promise<number>((done) => requestAnimationFrame(done));
      frames.push(now - last);
      last = now;
    }
    observer.disconnect();
    return { tasks, frames: frames.slice(1), steps: step() - from };
  }, watched);
  const complete = new Promise((done) => cdp.once("Tracing.tracingComplete", done));
  await cdp.send("Tracing.end");
  await complete;
  await cdp.detach();
  const thread = events.find((e) => e.name === "thread_name" && e.args?.name === "CrRendererMain");
  const worked = events.filter(
    (e) => e.pid === thread?.pid && e.tid === thread.tid && e.ph === "X" && e.name.endsWith("RunTask"),
  );
  const times = worked.map((e) => (e.tdur ?? 0) / 1000).filter((t) => t > longTask);
  return { ...seen, worked: times };
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of processor time. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** How smooth it was, in one line. */
function reported({ tasks, worked, frames }: Watched): string {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (part: number): string => ms(sorted[Math.floor(part * (sorted.length - 1))] ?? 0);
  const all = (list: readonly number[]): string =>
    list.length === 0 ? "none" : `${list.length} (longest ${Math.round(Math.max(...list))})`;
  return `frames median ${at(0.5)} 99 % ${at(0.99)} worst ${at(1)} ms  tasks over ${longTask} ms: ${all(worked)} by work, ${all(tasks)} by the clock`;
}
