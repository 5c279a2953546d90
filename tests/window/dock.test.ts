import { readFileSync } from "node:fs";
import path from "node:path";
import type { Locator } from "@playwright/test";
import { chosenText, metricText, numberText } from "../../renderer/training/dock/readings.ts";
import { expect, type Program, template, test } from "./support/program.ts";
import type { EditorWindow } from "./support/window.ts";

/** What the engine itself wrote into the folder of the only run: another way to its numbers. */
interface Written {
  readonly steps: readonly { readonly step: number; readonly loss: number; readonly learningRate: number }[];
  readonly epochs: readonly { readonly epoch: number; readonly train: { readonly loss: number } }[];
}

const bar = (app: EditorWindow): Locator => app.page.locator("[data-run-bar]");
const reading = (app: EditorWindow, name: string): Locator => bar(app).locator(`[data-reading="${name}"]`);
const train = (app: EditorWindow): Locator => bar(app).locator("[data-action]");
const slider = (app: EditorWindow): Locator => app.dock.getByRole("slider", { name: "Time machine" });
const ended = (app: EditorWindow): Promise<void> =>
  expect(app.page.locator('[data-run-bar="done"]')).toBeVisible({ timeout: 30_000 });

test.describe("training dock", () => {
  test("is empty before the first run and says how to fill it, in both languages", async ({ app }) => {
    await app.show(template("iris-softmax"));
    await expect(app.dock.getByText("Train to see curves here.")).toBeVisible();
    await expect(app.dock.getByText("Train to see predictions on real samples.")).toBeVisible();
    await app.press("Alt+l");
    await expect(app.dock.getByText("训练后在此显示曲线。")).toBeVisible();
  });
});
