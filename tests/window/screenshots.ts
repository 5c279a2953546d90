import path from "node:path";
import { test as trained } from "./support/program.ts";
import { type EditorWindow, expect, network, template, test } from "./support/window.ts";

/* The pictures of docs/screenshots, taken by `npm run screenshots`. */

const folder = path.resolve(import.meta.dirname, "../../docs/screenshots");
const small = { width: 1366, height: 768 };
const large = { width: 1920, height: 1080 };

async function take(app: EditorWindow, name: string): Promise<void> {
  await app.settled();
  // Fonts and formulas are drawn after the first layout.
  await app.page.evaluate(() => document.fonts.ready);
  await app.page.screenshot({ path: path.join(folder, `${name}.png`), animations: "disabled" });
}

/** Arranged and all in view. */
async function arranged(app: EditorWindow): Promise<void> {
  await app.press("l");
  await app.settled();
  await app.press("f");
  await app.settled();
}

const broken = () =>
  network(
    [
      ["image", "input", { shape: [1, 28, 28] }],
      ["conv1", "conv2d", { filters: 8, kernel: 5 }],
      ["relu1", "relu"],
      ["pool1", "max-pool2d"],
      ["dense1", "dense", { units: 64 }],
      ["digits", "dense", { units: 10 }],
    ],
    [
      ["image", "conv1"],
      ["conv1", "relu1"],
      ["relu1", "pool1"],
      ["pool1", "dense1"],
      ["dense1", "digits"],
    ],
  );

const look = (theme: "light" | "dark" | "contrast", locale: "en" | "zh") => ({ theme, locale });

test("start page, light, 1366", async ({ app }) => {
  await app.page.setViewportSize(small);
  await app.start(look("light", "en"));
  await take(app, "start-light-en");
});

test("LeNet, light, 1366", async ({ app }) => {
  await app.page.setViewportSize(small);
  await app.show(template("lenet"), look("light", "en"));
  await arranged(app);
  await take(app, "lenet-light-en");
});

test("LeNet with the inspector, light, Chinese, 1366", async ({ app }) => {
  await app.page.setViewportSize(small);
  await app.show(template("lenet"), look("light", "zh"));
  await arranged(app);
  await app.select("conv2");
  await take(app, "inspector-light-zh");
});

test("ResNet, dark, 1920", async ({ app }) => {
  await app.page.setViewportSize(large);
  await app.show(template("resnet-small"), look("dark", "en"));
  await arranged(app);
  await take(app, "resnet-dark-en");
});

test("a problem and its remedy, dark, 1366", async ({ app }) => {
  await app.page.setViewportSize(small);
  await app.show(broken(), look("dark", "en"));
  await arranged(app);
  await app.node("dense1").locator("[data-badge]").hover();
  await take(app, "problem-dark-en");
});

test("the list of layers, light, 1920", async ({ app }) => {
  await app.page.setViewportSize(large);
  await app.show(template("lenet"), look("light", "en"));
  await arranged(app);
  await app.doubleClickAt(await app.empty());
  await app.quickAdd.fill("conv");
  await take(app, "quick-add-light-en");
});

test("LeNet, high contrast, Chinese, 1366", async ({ app }) => {
  await app.page.setViewportSize(small);
  await app.show(template("lenet"), look("contrast", "zh"));
  await arranged(app);
  await app.select("pool1");
  await take(app, "lenet-contrast-zh");
});

test("ResNet with blocks, light, Chinese, 1920", async ({ app }) => {
  await app.page.setViewportSize(large);
  await app.show(template("resnet-small"), look("light", "zh"));
  await arranged(app);
  await take(app, "resnet-light-zh");
});

const overlays = [
  ["2", "activations"],
  ["3", "gradients"],
  ["4", "weights"],
  ["5", "updates"],
  ["6", "time"],
  ["7", "memory"],
] as const;

for (const [theme, locale, size] of [
  ["light", "en", small],
  ["dark", "zh", large],
] as const) {
  trained(`every overlay on LeNet, ${theme}, ${locale}`, async ({ app, program }) => {
    trained.setTimeout(180_000);
    await app.page.setViewportSize(size);
    await program.open(app, { ...look(theme, locale), provider: "cpu" });
    const lenet = template("lenet");
    await app.open({ ...lenet, training: { ...lenet.training, steps: 400 } });
    await app.press("3");
    await app.page.keyboard.press("Control+Enter");
    await expect
      .poll(() => app.page.evaluate(() => window.gradloomTest?.run()?.phase), { timeout: 120_000 })
      .toBe("done");
    await app.select("conv2");
    await app.press("f");
    for (const [key, name] of overlays) {
      await app.press(key);
      // A profile takes a moment.
      await expect(app.page.locator('[data-strip="conv2"] span').first()).not.toBeEmpty({ timeout: 60_000 });
      await take(app, `overlay-${name}-${theme}-${locale}`);
    }
  });
}

trained("a sigmoid network that vanishes, and the guilty path, contrast", async ({ app, program }) => {
  await app.page.setViewportSize(small);
  await program.open(app, { ...look("contrast", "en"), provider: "cpu" });
  await app.open(template("lenet"));
  // Sigmoids in the place of ReLUs, as a student would try them.
  const lenet = await app.document();
  const nodes = lenet.nodes.map((n) => (n.layer === "relu" ? { ...n, layer: "sigmoid" } : n));
  await app.open({ ...lenet, nodes, training: { ...lenet.training, steps: 60 } });
  await app.press("3");
  await app.page.keyboard.press("Control+Enter");
  await expect.poll(() => app.page.evaluate(() => window.gradloomTest?.run()?.phase), { timeout: 60_000 }).toBe("done");
  await app.press("g");
  await app.press("f");
  await take(app, "overlay-guilty-path-contrast-en");
});

for (const [theme, locale, size, title] of [
  ["light", "en", small, "Step through this node"],
  ["dark", "zh", large, "逐步查看此节点"],
] as const) {
  trained(`LeNet's first convolution, step by step, ${theme}, ${locale}`, async ({ app, program }) => {
    await app.page.setViewportSize(size);
    await program.open(app, { ...look(theme, locale), provider: "cpu" });
    const lenet = template("lenet");
    await app.open({ ...lenet, training: { ...lenet.training, steps: 400 } });
    await app.page.keyboard.press("Control+Enter");
    await expect
      .poll(() => app.page.evaluate(() => window.gradloomTest?.run()?.phase), { timeout: 120_000 })
      .toBe("done");
    await app.select("conv1");
    await app.press("Control+k");
    await app.page.keyboard.type(title);
    await app.press("Enter");
    await expect(app.page.getByRole("heading").first()).toBeVisible();
    for (const key of ["ArrowRight", "ArrowRight"]) await app.press(key);
    // Pictures and shares come one after the other.
    await app.page.waitForTimeout(3000);
    await app.page.screenshot({ path: path.join(folder, `step-${theme}-${locale}.png`), animations: "disabled" });
  });
}
