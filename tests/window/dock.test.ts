import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Locator } from "@playwright/test";
import { chosenText, metricText, numberText } from "../../renderer/training/dock/readings.ts";
import { type Curve, readCurve } from "../../src/engine/run-folder.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import { expect, type Program, template, test } from "./support/program.ts";
import type { EditorWindow } from "./support/window.ts";

const look = { provider: "cpu", threads: 1 };

/** Softmax regression on iris: 120 flowers to train, 30 to test, 8 steps an epoch. */
const iris = (epochs: number): DocumentInput => {
  const document = template("iris-softmax");
  return { ...document, training: { ...document.training, epochs } };
};

const bar = (app: EditorWindow): Locator => app.page.locator("[data-run-bar]");
const reading = (app: EditorWindow, name: string): Locator => bar(app).locator(`[data-reading="${name}"]`);
const trainButton = (app: EditorWindow): Locator => bar(app).locator("[data-action]");
const slider = (app: EditorWindow): Locator => app.dock.getByRole("slider", { name: "Time machine" });
const phaseIs = (app: EditorWindow, phase: string): Promise<void> =>
  expect(app.page.locator(`[data-run-bar="${phase}"]`)).toBeVisible({ timeout: 30_000 });
const openTab = (app: EditorWindow, name: string): Promise<void> => app.dock.getByRole("tab", { name }).click();

/** Steps that the bar says are done. */
async function stepNow(app: EditorWindow): Promise<number> {
  return Number((await reading(app, "step").locator("b").innerText()).replaceAll(",", ""));
}

/** What the engine itself wrote into the folder of a run: another way to its numbers. */
async function written(program: Program, run = 0): Promise<Curve> {
  const folders = readdirSync(program.runs).sort();
  const curve = await readCurve(path.join(program.runs, folders[run] ?? ""));
  if (!curve.ok) throw new Error(JSON.stringify(curve.issues));
  return curve.value;
}

/** The counts of the confusion matrix. */
const counts = (app: EditorWindow): Promise<number[][]> =>
  app.dock
    .getByRole("grid")
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((r) => [...r.querySelectorAll("button")].map((b) => Number(b.dataset["count"]))));

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

test.describe("training dock", () => {
  test("says before the first run how it is filled, in both languages", async ({ app }) => {
    await app.show(template("iris-softmax"));
    await expect(app.dock.getByText("Train to see curves here.")).toBeVisible();
    await expect(app.dock.getByText("Train to see predictions on real samples.")).toBeVisible();
    await app.press("Alt+l");
    await expect(app.dock.getByText("训练后在此显示曲线。")).toBeVisible();
  });

  test("epochs, batch and rate are set in the bar, and each is one step of the history", async ({ app }) => {
    await app.show(template("iris-softmax"));
    await app.type(bar(app).getByLabel("Epochs"), "7");
    await app.type(bar(app).getByLabel("Batch"), "8*4");
    await app.type(bar(app).getByRole("textbox", { name: "rate" }), "0.02");
    expect((await app.document()).training).toMatchObject({ epochs: 7, batch: 32 });
    expect((await app.document()).objectives[0]?.optimizer.learningRate).toBe(0.02);
    expect(await app.steps()).toBe(3);
    // Inside a field the key takes back what was typed there.
    await openTab(app, "Problems");
    await app.press("Control+z");
    await expect.poll(async () => (await app.document()).objectives[0]?.optimizer.learningRate).toBe(0.05);
  });

  test("a whole training: the numbers on the screen are those of the engine", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(iris(60));
    await expect(trainButton(app)).toHaveText("Train");
    await trainButton(app).click();
    await phaseIs(app, "done");
    await expect(trainButton(app)).toHaveText("Continue");
    const curve = await written(program);
    await expect(reading(app, "step")).toContainText("480 / 480");
    await expect(reading(app, "loss").locator("b")).toHaveText(numberText(curve.loss[479] as number));

    // The matrix has every flower of the test part, and its diagonal is the accuracy that the engine measured.
    await expect.poll(async () => sum((await counts(app)).flat())).toBe(30);
    const right = async (): Promise<number> => sum((await counts(app)).map((row, i) => row[i] as number));
    await expect
      .poll(async () => metricText("accuracy", (await right()) / 30))
      .toBe(await reading(app, "metric").locator("b").innerText());
    const matrix = await counts(app);
    const wrong = sum(matrix.flat()) - sum(matrix.map((row, i) => row[i] as number));

    // As many samples are marked as it counts off the diagonal.
    await app.dock.getByRole("button", { name: /Samples that are shown/ }).click();
    await app
      .menuItem("wrong ones")
      .or(app.page.getByRole("menuitemcheckbox", { name: "wrong ones" }))
      .click();
    await expect(app.dock.locator('[data-sample][data-wrong="true"]')).toHaveCount(wrong);
    await expect(app.dock.locator('[data-sample][data-wrong="false"]')).toHaveCount(0);

    // A cell shows its samples.
    await app.dock.locator('[data-cell="0 0"]').click();
    await expect(app.dock.locator("[data-sample]")).toHaveCount(Math.min(24, matrix[0]?.[0] as number));
    await expect(app.dock.locator("[data-sample]").first()).toContainText("setosa");
  });

  test("pauses, steps, and the time machine goes back to any step", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(iris(20_000));
    await trainButton(app).click();
    await expect.poll(() => stepNow(app)).toBeGreaterThan(40);
    await expect(trainButton(app)).toHaveText("Pause");
    await trainButton(app).click();
    await phaseIs(app, "paused");
    await expect(trainButton(app)).toHaveText("Resume");
    const paused = await stepNow(app);
    await bar(app).getByRole("button", { name: "One step" }).click();
    await expect.poll(() => stepNow(app)).toBe(paused + 1);
    await phaseIs(app, "paused");

    const curve = await written(program);
    await slider(app).focus();
    for (const [key, step] of [
      ["Home", 0],
      ["PageUp", 8],
      ["PageUp", 16],
      ["ArrowLeft", 15],
      ["Shift+ArrowRight", 25],
    ] as const) {
      await app.page.keyboard.press(key);
      await expect(slider(app)).toHaveAttribute("aria-valuenow", String(step));
      if (step === 0) continue;
      await expect(reading(app, "loss").locator("b")).toHaveText(numberText(curve.loss[step - 1] as number));
      await expect(reading(app, "rate").locator("b")).toHaveText(chosenText(curve.learningRate[step - 1] as number));
    }
    // A click into the curves does the same.
    const plot = app.dock.getByRole("img", { name: /^Curve: Loss/ });
    const box = await plot.boundingBox();
    await plot.click({ position: { x: (box?.width ?? 0) * 0.5, y: (box?.height ?? 0) * 0.5 } });
    await expect(slider(app)).not.toHaveAttribute("aria-valuenow", "25");
    const now = bar(app).getByRole("button", { name: "Back to the present" });
    await now.click();
    await expect(slider(app)).toHaveAttribute("aria-valuenow", String(paused + 1));
    await expect(now).toBeDisabled();

    // Best epoch, from the menu of moments.
    await bar(app).getByRole("button", { name: "Jump to a moment" }).click();
    await app.menuItem("Beginning").click();
    await expect(slider(app)).toHaveAttribute("aria-valuenow", "0");
  });

  test("ten thousand digits are counted as the engine counts them, and pictured", async ({ app, program }) => {
    // A short training of LeNet and all of the test part, on a machine that may do other things.
    test.setTimeout(180_000);
    await program.open(app, look);
    const document = template("lenet");
    await app.open({ ...document, training: { ...document.training, steps: 120 } });
    await trainButton(app).click();
    await expect(app.dock.locator("[data-sample] canvas")).toHaveCount(24, { timeout: 60_000 });
    await expect(app.page.locator('[data-run-bar="done"]')).toBeVisible({ timeout: 60_000 });
    await expect.poll(async () => sum((await counts(app)).flat()), { timeout: 90_000 }).toBe(10_000);
    const right = sum((await counts(app)).map((row, i) => row[i] as number));
    expect(right).toBeGreaterThan(7000);
    await expect(reading(app, "metric").locator("b")).toHaveText(metricText("accuracy", right / 10_000));
    // The digit on the first picture is the first of the test part, a seven.
    const first = app.dock.locator('[data-sample="0"]');
    await expect(first).toHaveAttribute("title", /^Sample 0: (7, \d+ %, right|\d, \d+ %, wrong, it is 7)$/);
  });

  test("the rate is changed while it trains, and taken back", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(iris(20_000));
    await trainButton(app).click();
    await expect.poll(() => stepNow(app)).toBeGreaterThan(8);
    await trainButton(app).click();
    await phaseIs(app, "paused");
    const step = bar(app).getByRole("button", { name: "One step" });
    const before = await stepNow(app);
    await app.type(bar(app).getByRole("textbox", { name: "rate" }), "0.01");
    // The log has it once the engine has.
    await openTab(app, "Log");
    await expect(app.dock.getByText("Learning rate 0.01 from the next step on.")).toBeVisible();
    await step.click();
    await expect.poll(() => stepNow(app)).toBe(before + 1);
    await phaseIs(app, "paused");
    await app.press("Control+z");
    await expect(app.dock.getByText("Learning rate 0.05 from the next step on.")).toBeVisible();
    await step.click();
    await expect.poll(() => stepNow(app)).toBe(before + 2);
    await phaseIs(app, "paused");
    const { learningRate } = await written(program);
    expect(learningRate.slice(before - 1)).toEqual([0.05, 0.01, 0.05]);
  });

  test("runs are kept: what was changed, drawn together, renamed, deleted", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(iris(20));
    await trainButton(app).click();
    await phaseIs(app, "done");
    await app.type(bar(app).getByRole("textbox", { name: "rate" }), "0.5");
    await bar(app).getByRole("button", { name: "More about training" }).click();
    await app.menuItem("Train from the beginning").click();
    await openTab(app, "Runs");
    const rows = app.dock.locator("[data-run]");
    await expect(rows).toHaveCount(2);
    await phaseIs(app, "done");
    await expect(rows.first()).toContainText("rate 0.05 → 0.5");
    await expect(rows.last()).toContainText("first of its kind");
    const curve = await written(program, 0);
    expect(curve.loss).toHaveLength(160);

    await rows.last().getByRole("checkbox").check();
    const plot = app.dock.getByRole("img", { name: /^Curve: Loss/ });
    await plot.hover();
    // The read-out tells the values of both.
    await expect(app.dock.getByText(/^Run 2: training/)).toBeVisible();
    await expect(app.dock.getByText(/^Run 1: training/)).toBeVisible();

    await rows
      .last()
      .getByRole("button", { name: /^More about/ })
      .click();
    await app.menuItem("Rename run…").click();
    await app.page.getByRole("dialog").getByRole("textbox").fill("slow one");
    await app.page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await expect(rows.last()).toContainText("slow one");

    // Shown again, the bar reads its numbers.
    await rows.last().getByRole("button", { name: "slow one", exact: true }).click();
    await expect(reading(app, "loss").locator("b")).toHaveText(numberText(curve.loss[159] as number));

    const folders = readdirSync(program.runs).length;
    await rows
      .first()
      .getByRole("button", { name: /^More about/ })
      .click();
    await app.menuItem("Delete run").click();
    await app.page.getByRole("dialog").getByRole("button", { name: "Delete run" }).click();
    await expect(rows).toHaveCount(1);
    expect(readdirSync(program.runs)).toHaveLength(folders - 1);
  });

  test("curves are saved as CSV, SVG and PNG", async ({ app, program }) => {
    // Without the picker of the system, which no test can operate, the browser downloads.
    await app.page.addInitScript(() => Reflect.deleteProperty(window, "showSaveFilePicker"));
    await program.open(app, look);
    await app.open(iris(10));
    await trainButton(app).click();
    await phaseIs(app, "done");
    const { loss } = await written(program);
    await app.dock.getByRole("button", { name: "Smoothing, scale, export" }).click();
    const saved = async (kind: string): Promise<Buffer> => {
      const downloading = app.page.waitForEvent("download");
      await app.page.getByRole("button", { name: kind, exact: true }).click();
      return readFile((await (await downloading).path()) ?? "");
    };
    const rows = String(await saved("CSV"))
      .trim()
      .split("\n");
    expect(rows[0]).toBe("Step,training");
    expect(rows.slice(1).map((r) => Number(r.split(",")[1]))).toEqual(loss);
    expect(String(await saved("SVG"))).toMatch(/^<svg .*<polyline .*<\/svg>$/s);
    expect([...(await saved("PNG")).subarray(1, 4)]).toEqual([..."PNG"].map((c) => c.charCodeAt(0)));
  });

  test("what is wrong is told with its evidence, and mended at a click", async ({ app }) => {
    await app.show(template("iris-softmax"));
    await app.page.evaluate(() => {
      const { gradloomTest } = window;
      const loss = Array.from({ length: 200 }, (_, i) => (i < 100 ? 0.4 : 0.4 * 1.08 ** (i - 100)));
      const learningRate = loss.map(() => 0.05);
      gradloomTest?.tell([
        { kind: "state", state: "running", step: 0, epoch: 0 },
        { kind: "steps", step: 1, epoch: 1, loss, learningRate, metrics: {}, samplesPerSecond: 100 },
      ]);
    });
    await openTab(app, "Diagnosis");
    const card = app.dock.locator('[data-code="diagnose.diverging"]');
    await expect(card).toContainText(/the loss grew from 0\.4 to 8\d\d|the loss grew from 0\.4/);
    await card.getByRole("button").first().click();
    expect((await app.document()).objectives[0]?.optimizer.learningRate).toBeLessThan(0.05);
    expect(await app.steps()).toBe(1);
  });

  test("becomes tabs at 200 %", async ({ app }) => {
    await app.show(template("iris-softmax"), { scale: 2 });
    const tabs = app.dock.getByRole("tab");
    await expect(tabs.first()).toHaveText("Curves");
    await expect(tabs).toHaveCount(8);
    await openTab(app, "History");
    await expect(app.dock.getByText("Opened")).toBeVisible();
    await openTab(app, "Curves");
    await expect(app.dock.getByText("Train to see curves here.")).toBeVisible();
  });

  test("keeps bar, curves and predictions for presenters", async ({ app }) => {
    await app.show(template("iris-softmax"), { presenter: true });
    await expect(trainButton(app)).toBeVisible();
    await expect(app.dock.getByText("Train to see curves here.")).toBeVisible();
    await expect(app.dock.getByText("Train to see predictions on real samples.")).toBeVisible();
    await expect(app.dock.getByRole("tab")).toHaveCount(0);
    await app.press("Alt+p");
    await expect(app.dock.getByRole("tab", { name: "Log" })).toBeVisible();
  });
});
