import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { buildSync } from "esbuild";
import { rng } from "../../src/core/rng.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import { type DesktopApp, expect, test } from "./support/app.ts";

/**
 * Main process, the window's process and the engine are killed at random moments while a network is trained, changed
 * and saved. `npm run kills` does it 100 times, from a seed of one's choice (GRADLOOM_KILLS, GRADLOOM_SEED).
 */
const count = Number(process.env["GRADLOOM_KILLS"] ?? 6);
const seed = Number(process.env["GRADLOOM_SEED"] ?? 1);
const victims = ["main", "page", "engine"] as const;

/** What may be lost of the work at the most (ms): the journal is written within a second, and a kill takes its time. */
const bearable = 2000;

const root = path.resolve(import.meta.dirname, "../..");

/** The reader of documents, bundled: as a module of its own its protobuf package is not found here. */
const { decodeDocument } = ((): typeof import("../../src/train/document-file.ts") => {
  const outfile = path.join(root, "dist", "tools", "document-file.cjs");
  const entryPoints = [path.join(root, "src/train/document-file.ts")];
  buildSync({ entryPoints, outfile, bundle: true, platform: "node", format: "cjs", logLevel: "error" });
  return createRequire(import.meta.url)(outfile) as typeof import("../../src/train/document-file.ts");
})();

/** A small network that trains for as long as it is let. */
function network(): DocumentInput {
  const text = readFileSync(path.join(root, "graph-templates", "mlp-xor.json"), "utf8");
  const document = JSON.parse(text) as DocumentInput;
  return { ...document, training: { epochs: 1_000_000, batch: 4 }, notes: [] };
}

/** How many notes the shown document has: every edit adds one. */
const notes = async (app: DesktopApp): Promise<number> => (await app.document()).notes.length;

/** The file as it is on the disk: always a whole document, whenever its writer was killed. */
function onDisk(file: string): number {
  const read = decodeDocument(readFileSync(file), file);
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return read.value.document.notes.length;
}

const save = (app: DesktopApp): Promise<void> =>
  app.app.evaluate(({ Menu }) => void Menu.getApplicationMenu()?.getMenuItemById("file.save")?.click());

interface Work {
  /** Number of notes and when it was reached. */
  readonly edits: { readonly notes: number; readonly time: number }[];
  stop(): Promise<void>;
}

/** Adds a note about every 150 ms and saves now and then, until it is stopped or the page is gone. */
function work(app: DesktopApp, random: () => number): Work {
  const edits: { notes: number; time: number }[] = [];
  let stopped = false;
  const loop = async (): Promise<void> => {
    while (!stopped) {
      try {
        await app.page.locator(".react-flow").first().focus();
        await app.page.keyboard.press("n");
        await app.page.keyboard.press("Escape");
        edits.push({ notes: await notes(app), time: Date.now() });
        if (random() < 0.4) await save(app);
        await app.page.waitForTimeout(100);
      } catch {
        // The page is gone: that is what the test is about.
        return;
      }
    }
  };
  const running = loop();
  return {
    edits,
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

const engineStep = (app: DesktopApp): Promise<number> => app.page.evaluate(() => window.gradloomTest?.run()?.step ?? 0);

async function kill(app: DesktopApp, victim: (typeof victims)[number]): Promise<void> {
  if (victim === "main") {
    const closed = app.app.waitForEvent("close");
    app.kill();
    await closed;
    return;
  }
  const pid =
    victim === "engine"
      ? await app.page.evaluate(() => window.gradloomTest?.enginePid() ?? 0)
      : await app.app.evaluate(({ webContents }) => webContents.getAllWebContents()[0]?.getOSProcessId() ?? 0);
  process.kill(pid, "SIGKILL");
}

/** The number of notes that the next start has or offers. */
async function recovered(again: DesktopApp, file: string): Promise<number> {
  const offer = again.page.getByRole("button", { name: /^Recover/ }).first();
  await again.page.waitForTimeout(300);
  if (!(await offer.isVisible())) return onDisk(file);
  await offer.click();
  await expect.poll(() => again.page.evaluate(() => window.gradloomTest?.document() !== null)).toBe(true);
  return Math.max(await notes(again), onDisk(file));
}

test(`${count} kills at random moments lose nothing and leave nothing half-written`, async ({ launch, folder }) => {
  test.setTimeout(60_000 + count * 40_000);
  const stream = rng(seed, "kills");
  for (let i = 0; i < count; i++) {
    const victim = victims[i % victims.length] ?? "main";
    const own = path.join(folder, String(i));
    const file = `${own}.gradloom`;
    const env = { GRADLOOM_RUNS: `${own}-runs` };
    const app = await launch({ env });
    await app.open(network());
    await app.answerDialogs({ save: file });
    await app.menu("file.save");
    await expect.poll(() => app.page.evaluate(() => document.title.startsWith("•"))).toBe(false);
    await app.menu("run.toggle");
    await expect.poll(() => engineStep(app)).toBeGreaterThan(0);
    const moment = 200 + stream.below(3500);
    const done = work(app, stream.uniform);
    await new Promise((later) => setTimeout(later, moment));
    const killed = Date.now();
    await kill(app, victim);
    const least = done.edits.filter((e) => e.time <= killed - bearable).at(-1)?.notes ?? 0;
    const what = `kill ${i} of ${victim} after ${moment} ms, seed ${seed}`;

    if (victim === "engine") {
      // The window goes on, and so does the training.
      await done.stop();
      const before = await engineStep(app);
      await expect.poll(() => engineStep(app), { timeout: 30_000, message: what }).toBeGreaterThan(before);
      const shown = await notes(app);
      expect(shown, what).toBeGreaterThanOrEqual(done.edits.at(-1)?.notes ?? 0);
      await save(app);
      await expect.poll(() => onDisk(file), { message: what }).toBe(shown);
      await app.end();
      continue;
    }
    await done.stop();
    // A page that died comes back by itself; what it offers is what the next start offers.
    if (victim === "page") await app.end();
    expect(onDisk(file), what).toBeGreaterThanOrEqual(0);
    const again = await launch({ userData: app.userData, env });
    expect(await recovered(again, file), what).toBeGreaterThanOrEqual(least);
    await again.end();
    // Nothing half-written lies about once the app has started again.
    const strays = readdirSync(folder).filter((f) => f.startsWith(`${i}.gradloom`) && /\.\d+$|\.tmp/.test(f));
    expect(strays, what).toEqual([]);
  }
});
