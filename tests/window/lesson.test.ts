import path from "node:path";
import { overlayNumber } from "../../renderer/overlay/numbers.ts";
import { readCurve } from "../../src/engine/run-folder.ts";
import { expect, test } from "./support/program.ts";
import { secondWindow } from "./support/second-window.ts";
import type { EditorWindow } from "./support/window.ts";

const run = (app: EditorWindow) => app.page.evaluate(() => window.gradloomTest?.run() ?? null);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The lesson of the first day: LeNet is opened, trained, stopped, looked at, and taken apart. */
test("LeNet learns in the window; what it shows is what the engine says by another way", async ({ app, program }) => {
  test.setTimeout(240_000);
  await program.open(app, { provider: "cpu" });
  await app.page.getByRole("button", { name: /LeNet/ }).first().click();
  await expect(app.canvas).toBeVisible();
  await app.page.getByRole("button", { name: "Gradients", exact: true }).click();
  await app.page.getByRole("button", { name: "Train", exact: true }).click();
  const bar = app.page.locator("[data-run-bar]");

  // The curve falls, and accuracy passes 95 %.
  const accuracy = async (): Promise<number> =>
    Number(/accuracy\s*([\d.]+)\s*%/.exec((await bar.textContent()) ?? "")?.[1] ?? 0);
  await expect.poll(accuracy, { timeout: 150_000, intervals: [500] }).toBeGreaterThan(95);
  const learnt = (await run(app))?.loss ?? [];
  expect(mean(learnt.slice(-50))).toBeLessThan(0.3 * mean(learnt.slice(0, 20)));

  // Pause, one step.
  await bar.getByRole("button", { name: "Pause" }).click();
  await expect.poll(async () => (await run(app))?.phase).toBe("paused");
  const paused = (await run(app))?.step ?? 0;
  await bar.getByRole("button", { name: "One step" }).click();
  await expect.poll(async () => (await run(app))?.step).toBe(paused + 1);
  await expect.poll(async () => (await run(app))?.phase).toBe("paused");

  // Every loss of the curve is the one that the run wrote down.
  const shown = await run(app);
  const other = await secondWindow(app, program.address);
  const told = await other.ask("attach", { version: 1 });
  expect(told.run?.curves.loss.y.slice(-200)).toEqual(shown?.loss.slice(-200));
  await expect(bar).toContainText(`Step ${(paused + 1).toLocaleString("en-US")}`);

  // The strip of a node has the norm of the gradient that another look at the same batch gives.
  const strip = app.page.locator('[data-strip="conv2"]');
  const reply = await other.ask("engine", {
    command: {
      kind: "inspect",
      at: { kind: "run" },
      samples: { kind: "next" },
      tensors: [{ of: "output", node: "conv2", port: "out", what: "gradient" }],
    },
  });
  const tensor = reply?.kind === "tensors" ? reply.tensors[0] : undefined;
  const norm = Math.sqrt(Array.from(tensor?.data ?? [], Number).reduce((s, v) => s + v * v, 0));
  await expect(strip).toContainText(overlayNumber(norm));
  other.close();

  // Back in time: strips and numbers are those of the earlier step.
  const now = await strip.textContent();
  const slider = app.page.getByRole("slider", { name: "Time machine" });
  await slider.focus();
  await app.press("Home");
  await expect(slider).toHaveAttribute("aria-valuenow", "0");
  await expect(strip).not.toHaveText(now ?? "");
  await app.press("End");
  await expect(strip).toHaveText(now ?? "");

  // The first convolution, step by step.
  await app.select("conv1");
  await app.page.keyboard.press("Control+k");
  await app.page.keyboard.type("Step through this node");
  await app.press("Enter");
  await expect(app.page.getByRole("heading", { name: "What does the layer do?" })).toBeVisible({ timeout: 20_000 });
  await expect(app.page.getByRole("list", { name: "Way from the data to the loss" })).toContainText("conv1");
  await app.press("Escape");
  await expect(app.canvas).toBeVisible();

  await bar.getByRole("button", { name: "Stop" }).click();
  await expect.poll(async () => (await run(app))?.phase, { timeout: 60_000 }).toBe("done");
  const file = await readCurve(path.join(program.runs, "lenet-on-mnist-1"));
  expect(file.ok && file.value.loss).toEqual((await run(app))?.loss);
});
