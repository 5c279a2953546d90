import { readdirSync } from "node:fs";
import path from "node:path";
import { readCurve } from "../../src/engine/run-folder.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import { violations } from "./support/axe.ts";
import { expect, template, test } from "./support/program.ts";
import type { EditorWindow } from "./support/window.ts";

/** One thread, so that two trainings are equal to the last bit. */
const look = { provider: "cpu", threads: 1 };

/** LeNet on MNIST, for some steps. */
function lenet(steps: number): DocumentInput {
  const document = template("lenet");
  return { ...document, training: { ...document.training, steps } };
}

const run = (app: EditorWindow) => app.page.evaluate(() => window.gradloomTest?.run() ?? null);
const step = async (app: EditorWindow): Promise<number> => (await run(app))?.step ?? 0;
const phase = async (app: EditorWindow): Promise<string | undefined> => (await run(app))?.phase;

async function trained(
  app: EditorWindow,
): Promise<{ readonly steps: readonly number[]; readonly loss: readonly number[] }> {
  await expect.poll(() => phase(app), { timeout: 60_000 }).toBe("done");
  const { steps, loss } = (await run(app)) ?? { steps: [], loss: [] };
  return { steps, loss };
}

/** Runs a command by its title. */
async function command(app: EditorWindow, title: string): Promise<void> {
  await app.page.keyboard.press("Control+k");
  await app.page.keyboard.type(title);
  await app.page.getByRole("option", { name: title }).first().click();
}

const from1To = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

/** What the browser says of a program that does not answer is no fault of the page. */
function forgetLostConnections(app: EditorWindow): void {
  const others = app.faults.filter((f) => !/WebSocket connection to .* failed|ERR_CONNECTION_REFUSED/.test(f));
  app.faults.splice(0, app.faults.length, ...others);
}

test.describe("training in the window", () => {
  test("gesture 59: trains, pauses, steps, goes on and stops by keys", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(lenet(100_000));
    await app.page.keyboard.press("Control+Enter");
    await expect(app.page).toHaveTitle(/^▶ \d+ % LeNet.* – Gradloom$/);
    await expect.poll(() => step(app)).toBeGreaterThan(5);
    await app.page.keyboard.press("Control+Enter");
    await expect.poll(() => phase(app)).toBe("paused");
    await expect(app.page).toHaveTitle(/^❚❚ \d+ % LeNet/);
    const paused = await step(app);
    await app.page.keyboard.press("F10");
    await expect.poll(() => step(app)).toBe(paused + 1);
    await app.page.keyboard.press("Control+Enter");
    await expect.poll(() => step(app)).toBeGreaterThan(paused + 2);
    await app.page.keyboard.press("Control+Alt+Enter");
    await expect(app.page.getByText(/was stopped: accuracy .* %, loss .* on test data/)).toBeVisible({
      timeout: 20_000,
    });
    const weights = await app.page.evaluate(() => window.gradloomTest?.weights()?.step);
    expect(weights).toBe(await step(app));
  });

  test("gesture 59: runs the network up to a node", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(template("lenet"));
    await app.select("conv1");
    await command(app, "Run up to this node");
    const card = app.page.locator("[data-probe][data-preview]");
    await expect(card).toBeVisible();
    // The first training batch, as the network makes it before any training.
    await expect(card.locator("canvas").first()).toBeVisible({ timeout: 20_000 });
    expect(await run(app)).toBeNull();
  });

  test("one step of a network that was never trained", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(template("mlp-xor"));
    await app.page.keyboard.press("F10");
    await expect.poll(() => step(app)).toBe(1);
    await expect.poll(() => phase(app)).toBe("paused");
    await app.page.keyboard.press("F10");
    await expect.poll(() => step(app)).toBe(2);
  });

  test("goes on as long again, or begins anew, or is reset", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(template("mlp-xor"));
    await app.page.keyboard.press("Control+Enter");
    const first = await trained(app);
    expect(first.steps).toEqual(from1To(300));
    await expect.poll(() => app.page.evaluate(() => window.gradloomTest?.weights()?.step)).toBe(300);
    await app.page.keyboard.press("Control+Enter");
    await expect.poll(() => step(app), { timeout: 20_000 }).toBe(600);
    const second = await trained(app);
    expect(second.steps).toEqual(from1To(600));
    expect(second.loss.slice(0, 300)).toEqual(first.loss);
    await command(app, "Train from the beginning");
    await expect.poll(async () => (await run(app))?.steps.length, { timeout: 20_000 }).toBe(300);
    expect((await trained(app)).loss).toEqual(first.loss);
    await expect.poll(() => app.page.evaluate(() => window.gradloomTest?.weights()?.step)).toBe(300);
    await command(app, "Reset to untrained");
    await expect.poll(() => run(app)).toBeNull();
    expect(await app.page.evaluate(() => window.gradloomTest?.weights())).toBeNull();
    await app.page.getByRole("button", { name: "Undo" }).click();
    expect(await app.page.evaluate(() => window.gradloomTest?.weights()?.step)).toBe(300);
  });

  test("a network with an error is not trained: the window says why and shows where", async ({ app, program }) => {
    await program.open(app, look);
    const document = template("mlp-xor");
    await app.open({ ...document, edges: document.edges?.slice(1) ?? [] });
    await app.page.keyboard.press("Control+Enter");
    await expect(app.page.getByText(/cannot be trained yet|errors are in the way/)).toBeVisible();
    expect(await run(app)).toBeNull();
    await expect(app.node("hidden").first()).toHaveClass(/selected/);
  });

  test("a page that is loaded again shows the whole curve, without a gap", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(lenet(300));
    await app.page.keyboard.press("Control+Enter");
    await expect.poll(() => step(app)).toBeGreaterThan(20);
    const before = await run(app);
    await app.page.reload();
    await expect(app.canvas).toBeVisible();
    await expect.poll(() => step(app)).toBeGreaterThan(before?.step ?? 0);
    const { steps, loss } = await trained(app);
    expect(steps).toEqual(from1To(300));
    expect(loss.slice(0, before?.loss.length)).toEqual(before?.loss);
    const file = await readCurve(path.join(program.runs, "lenet-on-mnist-1"));
    expect(file.ok && file.value.loss).toEqual(loss);
  });

  test("a document that is closed leaves its training, and finds it again", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(lenet(100_000));
    await app.page.keyboard.press("Control+Enter");
    await expect.poll(() => step(app)).toBeGreaterThan(5);
    await app.page.getByRole("button", { name: /^Close LeNet/ }).click();
    const dialog = app.page.getByRole("dialog");
    await expect(dialog).toContainText("Training can go on without its document.");
    await dialog.getByRole("button", { name: "Keep training" }).click();
    const trainings = app.page.getByRole("region", { name: "Trainings" });
    await expect(trainings).toContainText(/LeNet.*is being trained, step \d+/);
    await expect(app.page).toHaveTitle(/^▶ \d+ % LeNet/);
    await trainings.getByRole("button", { name: "Show" }).click();
    const before = await step(app);
    await expect.poll(() => step(app)).toBeGreaterThan(before);
    await command(app, "Reset to untrained");
    await expect(dialog).toContainText("what it has learnt is given up");
    await dialog.getByRole("button", { name: "End and reset" }).click();
    await expect.poll(() => run(app)).toBeNull();
    await expect(app.page).toHaveTitle(/^• LeNet/);
    // The program is free at once, and keeps nothing of what was given up.
    await app.open(template("mlp-xor"));
    await app.page.keyboard.press("Control+Enter");
    await expect.poll(() => phase(app), { timeout: 20_000 }).toBe("done");
    expect(readdirSync(program.runs)).toEqual(["mlp-on-xor-1"]);
  });

  test("a second window sees the training of the first, and trains nothing beside it unasked", async ({
    app,
    program,
    context,
  }) => {
    await program.open(app, look);
    await app.open(lenet(100_000));
    await app.page.keyboard.press("Control+Enter");
    await expect.poll(() => step(app)).toBeGreaterThan(5);
    const page = await context.newPage();
    await page.goto(`${program.address}?test`);
    await page.getByRole("button", { name: "Show" }).click();
    await expect.poll(() => page.evaluate(() => window.gradloomTest?.run()?.step ?? 0)).toBeGreaterThan(5);
    await page.evaluate((d) => window.gradloomTest?.open(d), template("mlp-xor") as object);
    await page.keyboard.press("Control+Enter");
    await expect(page.getByRole("dialog")).toContainText("One network is trained at a time.");
    await page.getByRole("button", { name: /^Stop LeNet/ }).click();
    await expect.poll(() => phase(app), { timeout: 20_000 }).toBe("done");
    await expect.poll(() => page.evaluate(() => window.gradloomTest?.run()?.phase), { timeout: 20_000 }).toBe("done");
    expect(await page.evaluate(() => window.gradloomTest?.run()?.step)).toBe(300);
  });
});

test("the provider stands in the bar, and the menu says why others do not work", async ({ app, program }) => {
  await program.open(app);
  await app.open(template("mlp-xor"));
  const button = app.page.getByRole("button", { name: /^Execution provider: CPU · \d+ threads?$/ });
  await button.click();
  const cuda = app.page.getByRole("menuitemcheckbox", { name: "CUDA" });
  await expect(cuda).toContainText(/libraries are missing|works here|no such device found|does not work here|not for/);
  await app.page.getByRole("menuitemcheckbox", { name: "CPU" }).click();
  await button.click();
  await expect(app.page.getByRole("menuitemcheckbox", { name: "CPU" })).toBeChecked();
  await app.page.getByRole("menuitem", { name: "How to set up CUDA…" }).click();
  const dialog = app.page.getByRole("dialog", { name: "Execution providers" });
  await expect(dialog.getByRole("row", { name: /^CPU works here/ })).toBeVisible();
  await app.page.keyboard.press("Escape");
  await app.page.keyboard.press("Control+Enter");
  await expect.poll(() => phase(app), { timeout: 20_000 }).toBe("done");
});

for (const theme of ["light", "dark", "contrast"] as const) {
  test(`what is said of the engine can be read in the theme ${theme}`, async ({ app, program }) => {
    await program.open(app, { ...look, theme });
    await app.open(template("mlp-xor"));
    await app.page.evaluate(() =>
      window.gradloomTest?.tell([
        { kind: "engine", state: "started", pid: 1 },
        { kind: "state", state: "running", step: 0, epoch: 0 },
        { kind: "engine", state: "crashed", pid: 1, signal: "SIGKILL", exitCode: null, restarts: 1 },
        { kind: "engine", state: "started", pid: 2 },
        { kind: "resumed", step: 460, epoch: 2 },
      ]),
    );
    await expect(app.page.getByText("was started again from step 460")).toBeVisible();
    expect(await violations(app)).toEqual([]);
    await app.page.evaluate(() => window.gradloomTest?.tell([{ kind: "engine", state: "gave-up" }]));
    await expect(app.page.getByText("was not started again")).toBeVisible();
    expect(await violations(app)).toEqual([]);
    await app.page.getByRole("button", { name: /^Execution provider/ }).click();
    await expect(app.page.getByText("not for this system").first()).toBeVisible({ timeout: 20_000 });
    expect(await violations(app)).toEqual([]);
    await app.page.getByRole("menuitem", { name: "How to set up CUDA…" }).click();
    await expect(app.page.getByRole("dialog")).toBeVisible();
    expect(await violations(app)).toEqual([]);
  });
}

test.describe("when something ends that should not", () => {
  test("kill -9 of the engine: the window lives, says so and goes on to the same losses", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(lenet(400));
    await app.page.keyboard.press("Control+Enter");
    const undisturbed = await trained(app);
    await command(app, "Train from the beginning");
    await expect.poll(async () => (await phase(app)) === "running" && (await step(app)) > 100).toBe(true);
    const pid = await app.page.evaluate(() => window.gradloomTest?.enginePid() ?? 0);
    process.kill(pid, "SIGKILL");
    const strip = app.page.getByRole("region", { name: "State of the engine" });
    await expect(strip).toContainText(/The engine stopped .*started again/);
    // Alive: it answers while the engine is being started again.
    await app.select("conv1");
    await expect(app.inspector).toContainText("Convolution 2-D");
    await expect(strip).toContainText(/^The engine stopped and was started again from step [\d,]+. Nothing is lost.$/);
    expect(await trained(app)).toEqual(undisturbed);
    const recovered = (await run(app))?.recovered;
    expect(recovered).toBeGreaterThanOrEqual(0);
    expect(await app.page.evaluate(() => window.gradloomTest?.enginePid())).not.toBe(pid);
    await strip.getByRole("button", { name: "Close" }).click();
    await expect(strip).toBeHidden();
  });

  test("the program ends and comes again: nothing drawn is lost, and the training is gone on with", async ({
    app,
    program,
  }) => {
    await program.open(app, look);
    await app.open(lenet(400));
    await app.page.keyboard.press("Control+Enter");
    await expect.poll(() => step(app)).toBeGreaterThan(30);
    await program.end();
    const strip = app.page.getByRole("region", { name: "State of the engine" });
    await expect(strip).toContainText("The program behind this page has ended.");
    await app.select("conv1");
    await expect(app.inspector).toContainText("Convolution 2-D");
    await program.start();
    await program.enter(app);
    await expect(strip).toContainText("The training ended with the program that ran it.", { timeout: 20_000 });
    await strip.getByRole("button", { name: "Resume training" }).click();
    await expect(strip).toBeHidden();
    expect((await trained(app)).steps).toEqual(from1To(400));
    forgetLostConnections(app);
  });

  test("a training that was broken off is offered on the start page", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(lenet(400));
    await app.page.keyboard.press("Control+Enter");
    await expect.poll(() => step(app)).toBeGreaterThan(30);
    await program.end();
    await program.start();
    await program.enter(app);
    await app.page.goto(`${program.address}?test`);
    const trainings = app.page.getByRole("region", { name: "Trainings" });
    await expect(trainings).toContainText(/LeNet.*was broken off at step \d+/);
    await trainings.getByRole("button", { name: "Resume training" }).click();
    expect((await trained(app)).steps).toEqual(from1To(400));
    forgetLostConnections(app);
  });
});
