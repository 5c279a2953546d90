import { valueText } from "../../renderer/tensors/texts.ts";
import { flatIndex } from "../../src/explain/place.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import type { CommandInput, TensorRefInput } from "../../src/protocol/index.ts";
import { type Tensor, tensor } from "../../src/shape/dtype.ts";
import { violations } from "./support/axe.ts";
import { OtherEngine } from "./support/other-engine.ts";
import { expect, template, test } from "./support/program.ts";
import type { EditorWindow } from "./support/window.ts";

type Inspect = Extract<CommandInput, { kind: "inspect" }>;

/** One thread, so that both engines round alike. */
const look = { provider: "cpu", threads: 1 };

const lenet = (steps: number): DocumentInput => {
  const document = template("lenet");
  return { ...document, training: { ...document.training, steps } };
};

const output = (node: string, what: "value" | "gradient"): TensorRefInput => ({
  of: "output",
  node,
  port: "out",
  what,
});
const weight = (what: "value" | "gradient" | "update"): TensorRefInput => ({
  of: "parameter",
  node: "conv1",
  parameter: "weight",
  what,
});

/** The first convolution of LeNet as an engine of this process has it: by another path than the window's. */
async function conv1(at: Inspect["at"]) {
  const engine = new OtherEngine();
  const ask = (samples: Inspect["samples"], tensors: TensorRefInput[]) =>
    engine.ask<"tensors">({ kind: "inspect", at, samples, tensors });
  const next = await ask({ kind: "next" }, [output("image", "value")]);
  const indices = next.samples?.indices.slice(0, 1) ?? [];
  const { tensors } = await ask({ kind: "indices", split: "train", indices }, [
    output("image", "value"),
    output("image", "gradient"),
    output("conv1", "value"),
    output("conv1", "gradient"),
    weight("value"),
    weight("gradient"),
    weight("update"),
    { of: "loss" },
  ]);
  engine.end();
  const [x, dx, y, dy, w, dw, update, loss] = tensors as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  return { x, "∂L/∂x": dx, y, "∂L/∂y": dy, w, "∂L/∂w": dw, update, loss };
}
type Numbers = Awaited<ReturnType<typeof conv1>>;

/** `y(5, 18, 15) = 3.825` as it stands below a picture. */
async function reading(app: EditorWindow, name: string): Promise<{ readonly at: number[]; readonly value: string }> {
  const all = await app.page.locator("[data-reading]").allTextContents();
  const found = all.find((t) => t.startsWith(`${name}(`));
  const [, place = "", value = ""] = /\(([\d, ]+)\) = (.+)$/.exec(found ?? "") ?? [];
  return { at: place.split(", ").map((c) => Number(c) - 1), value };
}

/** Every number below the pictures is that of the other engine, to the digits that are printed. */
async function expectReadings(app: EditorWindow, numbers: Numbers): Promise<void> {
  for (const name of ["x", "w", "y", "∂L/∂x", "∂L/∂w", "∂L/∂y"] as const) {
    const { at, value } = await reading(app, name);
    const of = numbers[name];
    const place = at.length < of.dims.length ? [0, ...at] : at;
    expect(`${name} ${value}`).toBe(`${name} ${valueText(Number(of.data[flatIndex(of.dims, place)]))}`);
  }
}

const story = (app: EditorWindow) => app.page.getByRole("complementary", { name: "Step-through" });
const title = (app: EditorWindow) => story(app).getByRole("heading", { level: 2 });

async function walk(app: EditorWindow, node: string): Promise<void> {
  await app.select(node);
  await app.page.keyboard.press("j");
  await expect(story(app)).toBeVisible({ timeout: 20_000 });
}

test.describe("step-through", () => {
  test("LeNet's first convolution, untrained and trained: every number is that of the engine", async ({
    app,
    program,
  }) => {
    test.setTimeout(120_000);
    await program.open(app, look);
    await app.open(lenet(60));
    await walk(app, "conv1");
    const untrained = await conv1({ kind: "document", document: lenet(60) });
    await expect(app.page.locator("header").getByRole("status")).toHaveText("Step-through: sample 1, initial weights");
    await expectReadings(app, untrained);
    await app.page.keyboard.press("Escape");
    await expect(app.canvas).toBeVisible();
    await app.page.keyboard.press("Control+Enter");
    await expect
      .poll(() => app.page.evaluate(() => window.gradloomTest?.run()?.phase), { timeout: 60_000 })
      .toBe("done");
    const held = await app.page.evaluate(() => window.gradloomTest?.weights() ?? null);
    const tensors = Object.fromEntries(
      Object.entries(held?.tensors ?? {}).map(([k, t]) => [k, tensor("float32", t.dims, t.data)]),
    );
    const trained = await conv1({ kind: "document", document: lenet(60), tensors });
    await walk(app, "conv1");
    await expectReadings(app, trained);
    expect((await reading(app, "w")).value).not.toBe("");
    await expect(app.page.getByRole("list", { name: "Way from the data to the loss" })).toContainText(
      `L = ${valueText(Number(trained.loss.data[0]), 3)}`,
    );
    // Another element: all that is told moves with it.
    const before = await reading(app, "y");
    await app.page.getByRole("application", { name: /^output 6×28×28/ }).click({ position: { x: 60, y: 110 } });
    await expect.poll(async () => (await reading(app, "y")).at).not.toEqual(before.at);
    await expectReadings(app, trained);

    await test.step("the shares add up to the gradient, and the update is the engine's", async () => {
      // The keys are those of the picture that was clicked.
      const onward = story(app).getByRole("button", { name: "On" });
      await onward.click();
      await expect(title(app)).toHaveText("What comes back?");
      await onward.click();
      await expect(title(app)).toHaveText("How much is each weight to blame?");
      const rows = await story(app).locator("tbody tr td:last-child").allTextContents();
      const total = await story(app).locator("tfoot td").textContent();
      expect(total).toBe((await reading(app, "∂L/∂w")).value);
      const numberOf = (text: string): number => Number(text.replaceAll("−", "-"));
      const sum = rows.reduce((s, r) => s + numberOf(r), 0);
      // Rows are printed in four digits: of some ten of them the last digits add up.
      const largest = Math.max(...rows.map((r) => Math.abs(numberOf(r))));
      expect(Math.abs(sum - numberOf(total ?? ""))).toBeLessThan(1e-2 * largest);
      const { at } = await reading(app, "w");
      const index = flatIndex(trained.w.dims, at);
      const after = Number(trained.w.data[index]) + Number(trained.update.data[index]);
      await expect(story(app).getByRole("button", { name: /^5\s*Update/ })).toContainText(`= ${valueText(after)}`);
    });
  });

  test("goes by keys from stop to stop and from layer to layer; Esc leaves", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(template("lenet"));
    await walk(app, "relu1");
    const place = story(app).locator("header p");
    await expect(place).toHaveText("relu1, step 1 of 3");
    await app.page.keyboard.press("Shift+ArrowLeft");
    await expect(place).toHaveText("conv1, step 1 of 5");
    for (let i = 0; i < 4; i++) await app.page.keyboard.press("ArrowRight");
    await expect(title(app)).toHaveText("What becomes of the weight?");
    // After the last stop of a layer comes the layer before it: the way of the gradient.
    await app.page.keyboard.press("ArrowRight");
    await expect(place).toHaveText("image, step 1 of 2");
    await app.page.keyboard.press("ArrowLeft");
    await expect(place).toHaveText("conv1, step 5 of 5");
    await app.page
      .getByRole("button", { name: /^L = / })
      .or(app.page.getByText("loss", { exact: true }))
      .first()
      .click();
    await expect(title(app)).toHaveText("How large is the error?");
    await app.page.keyboard.press("Delete");
    await app.page.keyboard.press("Escape");
    await expect(app.node("relu1")).toBeVisible();
    expect(await app.steps()).toBe(0);
  });

  test("pauses a training, steps it, and lets it go on", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(lenet(100_000));
    await app.page.keyboard.press("Control+Enter");
    const step = () => app.page.evaluate(() => window.gradloomTest?.run()?.step ?? 0);
    await expect.poll(step, { timeout: 20_000 }).toBeGreaterThan(5);
    await walk(app, "conv1");
    const paused = await step();
    const badge = app.page.locator("header").getByRole("status");
    await expect(badge).toHaveText(`Step-through: sample 1, step ${paused}, training paused`);
    const before = await reading(app, "w");
    await app.page.keyboard.press("F10");
    await expect(badge).toHaveText(`Step-through: sample 1, step ${paused + 1}, training paused`);
    await expect.poll(async () => (await reading(app, "w")).value).not.toBe(before.value);
    await app.page.keyboard.press("Escape");
    await app.page.getByRole("button", { name: "Resume" }).last().click();
    await expect.poll(step).toBeGreaterThan(paused + 5);
  });

  test("the whole batch goes through too; a weight is checked by differences", async ({ app, program }) => {
    await program.open(app, look);
    await app.open(template("lenet"));
    await walk(app, "conv1");
    await app.page.getByRole("button", { name: "batch of 64" }).click();
    await expect.poll(async () => (await reading(app, "w")).value).not.toBe("");
    await app.page.getByRole("button", { name: "3. How much is each weight to blame?" }).click();
    // Some hundred thousand outputs: the engine gives the column of the Jacobian.
    await expect(story(app).locator("tbody tr")).not.toHaveCount(0, { timeout: 20_000 });
    await expect(story(app)).toContainText(/takes part in [\d,]{5,} outputs/);
    const total = await story(app).locator("tfoot td").textContent();
    expect(total).toBe((await reading(app, "∂L/∂w")).value);
    await story(app).getByRole("button", { name: "Check by differences" }).click();
    const verdict = story(app).getByRole("status");
    await expect(verdict).toContainText("They agree.", { timeout: 20_000 });
    await expect(verdict.locator("dd").first()).toHaveText(new RegExp(`^${total?.slice(0, 4)}`));
  });

  test("axe finds nothing serious in any theme", async ({ app, program }) => {
    test.setTimeout(120_000);
    for (const theme of ["light", "dark", "contrast"] as const) {
      await program.open(app, { ...look, theme });
      await app.open(template("lenet"));
      await walk(app, "relu1");
      expect(await violations(app)).toEqual([]);
      await app.page.keyboard.press("Shift+ArrowLeft");
      await expect(story(app).locator("header p")).toHaveText("conv1, step 1 of 5");
      expect(await violations(app)).toEqual([]);
    }
  });

  test("says it in Chinese, and copies LaTeX", async ({ app, program }) => {
    await program.open(app, { ...look, locale: "zh" });
    await app.open(template("mlp-xor"));
    const { nodes } = await app.document();
    const dense = nodes.find((n) => n.layer === "dense")?.id ?? "";
    await app.select(dense);
    await app.page.keyboard.press("j");
    const aside = app.page.getByRole("complementary", { name: "逐步反向传播" });
    await expect(aside.getByRole("heading", { level: 2 })).toHaveText("这一层做了什么？", { timeout: 20_000 });
    await aside.getByRole("button", { name: "复制为 LaTeX" }).click();
    const copied = await app.page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^\\begin\{gather\*\}\n[\s\S]*y_o = b_o[\s\S]*\\end\{gather\*\}\n$/);
  });
});
