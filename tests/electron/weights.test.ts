import { readFileSync } from "node:fs";
import path from "node:path";
import { storedCount } from "../window/support/stored.ts";
import { chain, type DesktopApp, expect, test } from "./support/app.ts";

/** Gives the one layer with weights such as training could have made. */
const train = (app: DesktopApp, step: number) =>
  app.page.evaluate((s) => {
    const data = Array.from({ length: 128 }, (_, i) => Math.fround(Math.sin(i + s)));
    const bias = { dims: [8], data: [1, 2, 3, 4, 5, 6, 7, s] };
    const tensors = { "dense1.weight": { dims: [8, 16], data }, "dense1.bias": bias };
    window.gradloomTest?.train({ step: s, tensors });
  }, step);

const weights = (app: DesktopApp) => app.page.evaluate(() => window.gradloomTest?.weights() ?? null);

/** Documents whose weights the window has written down in case it dies. */
const kept = (app: DesktopApp): Promise<number> => storedCount(app.page, "weights");

const holds = (file: string, step: number): boolean => {
  const bytes = readFileSync(file);
  return bytes[0] === 8 && bytes.includes(`"step":${step},`);
};

test("trained weights are saved with their document, and those that were not come back after a kill", async ({
  launch,
  folder,
}) => {
  const file = path.join(folder, "trained.gradloom");
  const first = await launch();
  await first.open(chain());
  await train(first, 12);
  await first.answerDialogs({ save: file });
  await first.menu("file.save");
  await expect(first.page.getByText("unsaved changes")).toHaveCount(0);
  expect(holds(file, 12)).toBe(true);
  await train(first, 13);
  const before = await weights(first);
  await expect.poll(() => kept(first)).toBe(1);
  const closed = first.app.waitForEvent("close");
  first.kill();
  await closed;

  const second = await launch({ userData: first.userData });
  await second.page
    .getByRole("button", { name: /^Recover/ })
    .first()
    .click();
  await expect.poll(() => weights(second)).toEqual(before);
  // Its file is known: it is saved there without a question.
  await second.menu("file.save");
  await expect(second.page.getByText("unsaved changes")).toHaveCount(0);
  expect(holds(file, 13)).toBe(true);

  const third = await launch({ files: [file] });
  await expect.poll(() => weights(third)).toEqual(before);
});
