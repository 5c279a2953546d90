import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type DesktopApp, expect, test } from "./support/app.ts";

const root = path.resolve(import.meta.dirname, "../..");
const template = (name: string): object =>
  JSON.parse(readFileSync(path.join(root, "graph-templates", `${name}.json`), "utf8")) as object;

interface Told {
  readonly kind: string;
  readonly id?: number;
  readonly issues?: readonly { readonly code: string }[];
  readonly value?: unknown;
  readonly key?: string | null;
  readonly events?: readonly { readonly kind: string; readonly state?: string; readonly pid?: number }[];
}

declare global {
  interface Window {
    /** What the app told this test over its own line. */
    told?: Told[];
    line?: MessagePort;
  }
}

/** Lays a line of the test's own, and waits until it answers: that of the page may still be on its way. */
async function connect({ page }: DesktopApp): Promise<void> {
  await page.evaluate(async () => {
    window.addEventListener("message", (e) => {
      const [port] = e.ports;
      if (e.data !== "gradloom:engine" || !port) return;
      window.told = [];
      window.line = port;
      port.onmessage = ({ data }) => window.told?.push(data as Told);
    });
    await window.gradloom?.engine.connect();
    const attach = { kind: "attach", id: 1000, version: 1 };
    while (!window.told?.some((m) => m.kind === "reply" && m.id === attach.id)) {
      window.line?.postMessage(attach);
      await new Promise((done) => setTimeout(done, 50));
    }
  });
}

const say = ({ page }: DesktopApp, message: object): Promise<void> =>
  page.evaluate((m) => window.line?.postMessage(m), message);

const reply = async ({ page }: DesktopApp, id: number): Promise<Told> => {
  await page.waitForFunction((id) => window.told?.some((m) => m.kind === "reply" && m.id === id), id);
  return (await page.evaluate((id) => window.told?.find((m) => m.kind === "reply" && m.id === id), id)) as Told;
};

const events = ({ page }: DesktopApp) => page.evaluate(() => window.told?.flatMap((m) => m.events ?? []) ?? []);

/** Process of the engine, as it was told last. */
const enginePid = async (app: DesktopApp): Promise<number> =>
  (await events(app)).filter((e) => e.kind === "engine" && e.state === "started").at(-1)?.pid ?? 0;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A run that is long enough to be disturbed. */
const long = (): object => ({ ...template("mlp-xor"), training: { epochs: 4000, batch: 4 } });

test.describe("the engine behind the window", () => {
  test.use({ actionTimeout: 20_000 });

  test("trains a template over the port, in a utility process, and keeps the run", async ({ launch, folder }) => {
    const app = await launch({ env: { GRADLOOM_RUNS: path.join(folder, "runs") } });
    await connect(app);
    await say(app, { kind: "attach", id: 1, version: 1 });
    expect((await reply(app, 1)).issues).toEqual([]);
    await say(app, { kind: "start", id: 2, key: "test:1", document: template("iris-softmax") });
    expect(await reply(app, 2)).toMatchObject({ issues: [] });
    await expect.poll(async () => (await events(app)).some((e) => e.kind === "done"), { timeout: 30_000 }).toBe(true);
    const kinds = new Set((await events(app)).map((e) => e.kind));
    expect([...kinds]).toEqual(expect.arrayContaining(["engine", "plan", "steps", "state", "done"]));
    const types = await app.app.evaluate(({ app }) => app.getAppMetrics().map((m) => `${m.type} ${m.name ?? ""}`));
    expect(types).toContain("Utility Gradloom engine");
    const [run = ""] = readdirSync(path.join(folder, "runs"));
    expect(readdirSync(path.join(folder, "runs", run)).length).toBeGreaterThan(2);
  });

  test("nonsense is refused and harms nothing; a null message neither", async ({ launch }) => {
    const app = await launch();
    await connect(app);
    for (const nonsense of [{}, { kind: "start", id: 7 }, { kind: "engine", id: 8, command: { kind: "shutdown" } }]) {
      await say(app, nonsense);
    }
    await app.page.evaluate(() => window.line?.postMessage(null));
    expect((await reply(app, 7)).issues?.[0]?.code).toBe("engine.protocol");
    expect((await reply(app, 8)).issues?.[0]?.code).toBe("engine.protocol");
    await say(app, { kind: "attach", id: 9, version: 1 });
    expect((await reply(app, 9)).issues).toEqual([]);
  });

  test("an engine that is killed is started again and the run goes on; the window is not touched", async ({
    launch,
    folder,
  }) => {
    const app = await launch({ env: { GRADLOOM_RUNS: path.join(folder, "runs") } });
    await connect(app);
    await say(app, { kind: "start", id: 1, key: "test:1", document: long() });
    expect(await reply(app, 1)).toMatchObject({ issues: [] });
    await expect.poll(async () => (await events(app)).some((e) => e.kind === "steps"), { timeout: 20_000 }).toBe(true);
    const first = await enginePid(app);
    process.kill(first, "SIGKILL");
    await expect
      .poll(async () => (await events(app)).filter((e) => e.kind === "engine").map((e) => e.state), { timeout: 20_000 })
      .toEqual(["started", "crashed", "restarting", "started"]);
    expect(await enginePid(app)).not.toBe(first);
    await expect(app.page.getByRole("button", { name: /New network/ }).first()).toBeVisible();
  });

  test("ends with the app: asked, with a checkpoint; killed, at once", async ({ launch, folder }) => {
    for (const how of ["asked", "killed"] as const) {
      const runs = path.join(folder, how);
      const app = await launch({ env: { GRADLOOM_RUNS: runs } });
      await connect(app);
      await say(app, { kind: "start", id: 1, key: "test:1", document: long() });
      await expect
        .poll(async () => (await events(app)).some((e) => e.kind === "steps"), { timeout: 20_000 })
        .toBe(true);
      const pid = await enginePid(app);
      expect(isAlive(pid)).toBe(true);
      const closed = app.app.waitForEvent("close");
      if (how === "killed") app.kill();
      else await app.menu("file.quit");
      await closed;
      await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
      const [run = ""] = readdirSync(runs);
      if (how === "asked") {
        expect(
          readdirSync(path.join(runs, run), { recursive: true, encoding: "utf8" }).filter((f) =>
            f.endsWith(".safetensors"),
          ),
        ).not.toEqual([]);
      }
    }
  });
});
