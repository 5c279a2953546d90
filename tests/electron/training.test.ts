import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type DesktopApp, expect, test } from "./support/app.ts";

const root = path.resolve(import.meta.dirname, "../..");
const phase = ({ page }: DesktopApp) => page.evaluate(() => window.gradloomTest?.run()?.phase ?? null);
const step = ({ page }: DesktopApp): Promise<number> => page.evaluate(() => window.gradloomTest?.run()?.step ?? 0);
const weights = ({ page }: DesktopApp) => page.evaluate(() => window.gradloomTest?.weights() ?? null);

const trained = (app: DesktopApp): Promise<void> => expect.poll(() => phase(app), { timeout: 40_000 }).toBe("done");

test.describe("training in the desktop app", () => {
  test("a template is trained, shows it on its nodes, is saved with its weights, and has them when opened again", async ({
    launch,
    folder,
  }) => {
    const env = { GRADLOOM_RUNS: path.join(folder, "runs") };
    const app = await launch({ env });
    await app.page
      .getByRole("button", { name: /MLP on XOR/ })
      .first()
      .click();
    await expect(app.page.locator(".react-flow__node").first()).toBeVisible();
    await app.menu("view.overlayGradients");
    await app.menu("run.toggle");
    await trained(app);
    await expect(app.page.locator("[data-strip]").first()).toBeVisible();
    await app.page.screenshot({ path: "test-results/electron-trained.png" });
    const before = await weights(app);
    expect(Object.keys(before?.tensors ?? {}).length).toBeGreaterThan(1);
    const file = path.join(folder, "xor.gradloom");
    await app.answerDialogs({ save: file });
    await app.menu("file.save");
    await expect.poll(() => existsSync(file)).toBe(true);
    const closed = app.app.waitForEvent("close");
    await app.menu("file.quit");
    await closed;
    // No text, but an ONNX file.
    expect(readFileSync(file)[0]).toBe(8);
    const again = await launch({ env, files: [file] });
    await expect.poll(() => weights(again)).toEqual(before);
  });

  test("the menu follows the training: pause, one step, stop; the task bar shows how far it is", async ({
    launch,
    folder,
  }) => {
    const app = await launch({ env: { GRADLOOM_RUNS: path.join(folder, "runs") } });
    await app.app.evaluate(({ BrowserWindow }) => {
      const shares: number[] = [];
      Reflect.set(globalThis, "shares", shares);
      const window = BrowserWindow.getAllWindows()[0];
      if (window) window.setProgressBar = (share) => void shares.push(share);
    });
    const shares = () => app.app.evaluate(() => Reflect.get(globalThis, "shares") as number[]);
    await app.page.getByRole("button", { name: /LeNet/ }).first().click();
    expect(await app.menuLine("run.stop")).toMatchObject({ enabled: false });
    await app.menu("run.toggle");
    await expect.poll(() => step(app), { timeout: 30_000 }).toBeGreaterThan(3);
    await app.menu("run.toggle");
    await expect.poll(() => phase(app)).toBe("paused");
    const paused = await step(app);
    await app.menu("run.step");
    await expect.poll(() => step(app)).toBe(paused + 1);
    expect((await shares()).at(-1)).toBeGreaterThanOrEqual(0);
    await app.menu("run.stop");
    await expect.poll(() => phase(app), { timeout: 30_000 }).toBe("done");
    await expect.poll(async () => (await shares()).at(-1)).toBe(-1);
  });

  test("a document that is in a file finds its data beside it", async ({ launch, folder }) => {
    const rows = Array.from({ length: 90 }, (_, i) => `${i % 3},${(i % 3) * 2},1,2,${"xyz"[i % 3]}`);
    writeFileSync(path.join(folder, "flowers.csv"), ["a,b,c,d,kind", ...rows].join("\n"));
    const network = JSON.parse(readFileSync(path.join(root, "graph-templates", "iris-softmax.json"), "utf8")) as object;
    const columns = { features: { from: ["a", "b", "c", "d"] }, label: { from: ["kind"], as: "class" } };
    const data = { source: { kind: "csv", path: "flowers.csv", columns }, inputs: { input: "features" } };
    const file = path.join(folder, "own.gradloom");
    writeFileSync(file, JSON.stringify({ ...network, data }));
    const app = await launch({ env: { GRADLOOM_RUNS: path.join(folder, "runs") }, files: [file] });
    await app.menu("run.toggle");
    await trained(app);
    expect(await weights(app)).not.toBeNull();
  });
});
