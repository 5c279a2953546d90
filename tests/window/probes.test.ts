import AxeBuilder from "@axe-core/playwright";
import type { Locator } from "@playwright/test";
import type { DocumentInput } from "../../src/graph/document.ts";
import { expect, template, test } from "./support/program.ts";
import { type EditorWindow, network } from "./support/window.ts";

const card = (app: EditorWindow, name: string): Locator => app.page.getByRole("region", { name });

/** Numbers of a card's list, by the index they stand at. */
async function listed(view: Locator): Promise<Map<string, string>> {
  const rows = view.locator("tr");
  await expect(rows.first()).toBeVisible();
  const cells = await rows.evaluateAll((all) => all.map((r) => [...r.children].map((c) => c.textContent ?? "")));
  return new Map(cells.map(([index = "", value = ""]) => [index, value]));
}

/** A number as it is printed in so many digits, as a number again. */
const read = (text: string | undefined): number => Number((text ?? "").replaceAll("−", "-"));

/** Chooses a line of a card's menu. */
async function choose(app: EditorWindow, of: Locator, name: string): Promise<void> {
  await of.getByRole("button", { name: "View, columns, samples" }).click();
  await app.page.getByRole("menuitemcheckbox", { name, exact: true }).click();
}

async function trained(app: EditorWindow): Promise<void> {
  await app.page.keyboard.press("Control+Enter");
  await expect(app.page.getByText(/is trained/)).toBeVisible({ timeout: 30_000 });
}

/** Moons in place of the four points of XOR, so that training takes a while. */
function moons(epochs: number): DocumentInput {
  const xor = template("mlp-xor");
  return {
    ...xor,
    name: "Moons",
    data: { source: { kind: "generator", name: "moons" }, split: { validation: 0.2 }, inputs: { input: "x" } },
    training: { batch: 4, epochs },
  } as DocumentInput;
}

/** input, dense, relu without any loss, and a convolution that cannot be. */
const unfinished = (): DocumentInput =>
  network(
    [
      ["image", "input", { shape: [16] }],
      ["dense1", "dense", { units: 8 }],
      ["relu1", "relu"],
      ["conv1", "conv2d", { filters: 2, kernel: 3 }],
    ],
    [
      ["image", "dense1"],
      ["dense1", "relu1"],
      ["relu1", "conv1"],
    ],
  );

test.describe("probes", () => {
  test("gesture 60: Ctrl+Shift+click shows what a node gives, before any training and in an unfinished network", async ({
    app,
    program,
  }) => {
    await program.open(app);
    await app.open(unfinished());
    const modifiers = ["ControlOrMeta", "Shift"] as const;
    const click = async (id: string) => app.node(id).click({ modifiers: [...modifiers], position: await app.grip(id) });
    await click("relu1");
    const relu = card(app, "Preview of relu1");
    await expect(relu.getByText("untrained")).toBeVisible();
    await choose(app, relu, "Numbers");
    const values = [...(await listed(relu)).values()].map(read);
    expect(values).toHaveLength(8);
    expect(values.every((v) => v >= 0)).toBe(true);
    expect(values.some((v) => v > 0)).toBe(true);

    // It goes along with what is looked at next, and away when that is the same.
    await click("dense1");
    const dense = card(app, "Preview of dense1");
    await expect(relu).toBeHidden();
    await choose(app, dense, "Numbers");
    const before = [...(await listed(dense)).values()].map(read);
    expect(before.map((v) => Math.max(0, v))).toEqual(values);
    await click("dense1");
    await expect(dense).toBeHidden();

    // A node that cannot be computed says so.
    await app.select("conv1");
    await app.press("Shift+T");
    await expect(card(app, "Preview of conv1").getByText("The network does not have this yet.")).toBeVisible();
    expect(await app.steps()).toBe(0);
  });

  test("shown values and gradients are those that the weights give, worked out by hand", async ({ app, program }) => {
    await program.open(app);
    await app.open(template("mlp-xor"));
    await trained(app);
    for (const id of ["input", "hidden", "logit"]) {
      await app.select(id);
      await app.press("t");
    }
    const cards = ["input", "hidden", "logit"].map((id) => card(app, `Tensor ${id} · out`));
    for (const c of cards) {
      await choose(app, c, "Numbers");
      await choose(app, c, "training data");
    }
    const weights = await app.page.evaluate(() => window.gradloomTest?.weights());
    const tensor = (name: string): readonly number[] => weights?.tensors[name]?.data ?? [];
    for (const sample of [0, 1, 2, 3]) {
      for (const c of cards) {
        await expect(c.getByText(`${sample + 1} · training data`)).toBeVisible();
        await expect(c.locator("[aria-busy=true]")).toHaveCount(0);
      }
      const shown = async (at: number, part: string): Promise<number[]> => {
        const list = cards[at]?.getByRole("region", { name: new RegExp(`^${part}`) });
        return [...(await listed(list as Locator)).values()].map(read);
      };
      const x = await shown(0, "Value");
      const hidden = Array.from({ length: 8 }, (_, u) => {
        const own = tensor("hidden.weight").slice(2 * u, 2 * u + 2);
        return (tensor("hidden.bias")[u] ?? 0) + (own[0] ?? 0) * (x[0] ?? 0) + (own[1] ?? 0) * (x[1] ?? 0);
      });
      const logit = hidden.reduce(
        (z, h, u) => z + (tensor("logit.weight")[u] ?? 0) * Math.tanh(h),
        tensor("logit.bias")[0] ?? 0,
      );
      // Of a single sample the loss is that of the sample, and its derivative by the logit the error.
      const error = 1 / (1 + Math.exp(-logit)) - ((x[0] ?? 0) !== (x[1] ?? 0) ? 1 : 0);
      const dHidden = hidden.map((h, u) => error * (tensor("logit.weight")[u] ?? 0) * (1 - Math.tanh(h) ** 2));
      /** Six digits are printed; single precision and the sums take the last one. */
      const near = (shownValues: readonly number[], own: readonly number[]) => {
        expect(shownValues).toHaveLength(own.length);
        for (const [i, v] of own.entries())
          expect(Math.abs((shownValues[i] ?? Number.NaN) - v)).toBeLessThan(2e-5 * Math.abs(v) + 1e-7);
      };
      near(await shown(1, "Value"), hidden);
      near(await shown(2, "Value"), [logit]);
      near(await shown(2, "Gradient"), [error]);
      near(await shown(1, "Gradient"), dHidden);
      if (sample < 3) for (const c of cards) await c.getByRole("button", { name: "Next sample" }).click();
    }
  });

  test("a probe is live while a network learns, holds still, and goes back with the time machine", async ({
    app,
    program,
  }) => {
    await program.open(app);
    await app.open(moons(4000));
    await app.select("hidden");
    await app.press("t");
    const hidden = card(app, "Tensor hidden · out");
    await expect(hidden.getByText("untrained")).toBeVisible();
    await app.page.keyboard.press("Control+Enter");
    const step = hidden.getByText(/^step /);
    const steps = async (): Promise<number> => Number((await step.textContent())?.replace(/\D/g, ""));
    await expect(step).toBeVisible({ timeout: 20_000 });
    const first = await steps();
    await expect.poll(steps).toBeGreaterThan(first);

    await hidden.getByRole("button", { name: "Hold this moment" }).click();
    const held = await steps();
    const counter = app.dock.getByRole("slider", { name: "Time machine" });
    const at = async (): Promise<number> => Number(await counter.getAttribute("aria-valuenow"));
    const begun = await at();
    await expect.poll(at).toBeGreaterThan(begun);
    expect(await steps()).toBe(held);
    await hidden.getByRole("button", { name: "Go on" }).click();
    await expect.poll(steps).toBeGreaterThan(held);

    await app.page.keyboard.press("Control+Enter");
    await expect(app.dock.getByRole("button", { name: "Resume" })).toBeVisible();
    await counter.press("Home");
    await expect(hidden.getByText("untrained")).toBeVisible();
    await app.dock.getByRole("button", { name: "Back to the present" }).click();
    await expect.poll(steps).toBeGreaterThan(held);
  });

  test("wires, ports and parameters can be probed from their menus; cards are moved, chosen and closed by keys", async ({
    app,
    program,
  }) => {
    await program.open(app);
    await app.open(template("mlp-xor"));
    const wire = await app.onWire("hidden-tanh");
    await app.page.mouse.click(wire.x, wire.y, { button: "right" });
    await app.menuItem("See this tensor").click();
    await expect(card(app, "Tensor hidden · out")).toBeVisible();

    await app.port("logit", "in").click({ button: "right" });
    await app.menuItem("See this tensor").click();
    const tanh = card(app, "Tensor tanh · out");
    await expect(tanh).toBeVisible();

    await app.node("logit").click({ button: "right", position: await app.grip("logit") });
    await app.menuItem("See tensor").hover();
    await app.menuItem("weight").click();
    const weight = card(app, "Tensor logit · weight");
    await expect(weight.getByText("Gradient ∂L/∂w")).toBeVisible();
    await choose(app, weight, "Update Δw");
    await expect(weight.getByText("± ", { exact: false })).toHaveCount(3);
    await weight.getByRole("button", { name: "Close" }).click();
    await expect(weight).toBeHidden();

    const grip = tanh.getByRole("button", { name: "Move with the arrow keys" });
    const before = await tanh.boundingBox();
    await grip.press("ArrowRight");
    const { zoom } = await app.viewport();
    expect((await tanh.boundingBox())?.x).toBeCloseTo((before?.x ?? 0) + 20 * zoom, 0);
    const start = await app.centreOf(grip);
    await app.drag(start, { x: start.x + 60, y: start.y + 40 });
    expect((await tanh.boundingBox())?.x).toBeCloseTo((before?.x ?? 0) + 20 * zoom + 60, 0);
    // The same key again leads to the card, Escape back to the canvas.
    await app.select("tanh");
    await app.press("t");
    await expect(grip).toBeFocused();
    // The first one may close the tooltip of the button.
    await app.press("Escape", "Escape");
    await expect(grip).not.toBeFocused();
    await app.select("tanh");
    await app.press("t");
    await app.press("Delete");
    await expect(tanh).toBeHidden();
    await expect(app.node("tanh")).toBeVisible();
    // Nothing of all this is an edit.
    expect(await app.steps()).toBe(0);
  });

  test("cards follow their node, and its name, and are there again after a reload", async ({ app, program }) => {
    await program.open(app);
    await app.open(template("mlp-xor"));
    await app.select("hidden");
    await app.press("t");
    const hidden = card(app, "Tensor hidden · out");
    const [node, before] = [await app.node("hidden").boundingBox(), await hidden.boundingBox()];
    const from = { x: (node?.x ?? 0) + 60, y: (node?.y ?? 0) + 12 };
    await app.drag(from, { x: from.x + 40, y: from.y - 60 });
    const [moved, after] = [await app.node("hidden").boundingBox(), await hidden.boundingBox()];
    expect((after?.x ?? 0) - (before?.x ?? 0)).toBeCloseTo((moved?.x ?? 0) - (node?.x ?? 0), 0);
    expect((after?.y ?? 0) - (before?.y ?? 0)).toBeCloseTo((moved?.y ?? 0) - (node?.y ?? 0), 0);

    await app.press("F2");
    await app.page.getByRole("textbox", { name: "Name" }).last().fill("first");
    await app.press("Enter");
    await expect(card(app, "Tensor first · out")).toBeVisible();
    await app.press("Control+z");
    await expect(hidden).toBeVisible();

    await app.page.reload();
    await app.page.waitForFunction(() => window.gradloomTest !== undefined);
    await app.open(template("mlp-xor"));
    await expect(hidden).toBeVisible();
  });

  test("the decision surface of XOR changes as it is learnt, and shows the data", async ({ app, program }) => {
    await program.open(app);
    await app.open(template("mlp-xor"));
    const surface = app.dock.getByRole("img", { name: /of the plane/ });
    await expect(surface).toBeVisible();
    const pixels = (): Promise<string> =>
      surface.locator("canvas").evaluate((c) => (c as HTMLCanvasElement).toDataURL());
    const before = await pixels();
    await trained(app);
    const figure = app.dock.locator("figure").filter({ has: app.page.getByRole("img", { name: /of the plane/ }) });
    await expect(figure.getByText("step 300")).toBeVisible();
    expect(await pixels()).not.toBe(before);
    const { x, y, width, height } = (await surface.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    // The points lie at the corners of a square of side 1 in the middle of one of side 1.25.
    for (const [a, b] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      await app.page.mouse.move(x + width * (0.1 + 0.8 * a), y + height * (0.9 - 0.8 * b));
      await expect(figure.getByText(new RegExp(`: ${a ^ b}, (9\\d|100) %`))).toBeVisible();
    }
    await app.dock.getByRole("button", { name: "Enlarge" }).click();
    const large = app.page.getByRole("dialog", { name: "Decision surface" });
    await expect(large.getByRole("img", { name: /of the plane/ })).toBeVisible();
    await app.press("Escape");

    // Every unit over the plane.
    await app.select("hidden");
    await app.press("Shift+T");
    const preview = card(app, "Preview of hidden");
    await choose(app, preview, "Over the plane");
    const maps = preview.getByRole("application");
    await maps.focus();
    await app.press("ArrowRight", "ArrowRight");
    await expect(preview.getByText(/^unit 0 at .* = /)).toBeVisible();
  });

  test("the loss landscape is lowest where a trained network is, is read by pointing, and can be given up", async ({
    app,
    program,
  }) => {
    test.setTimeout(120_000);
    await program.open(app);
    await app.open(template("mlp-xor"));
    await trained(app);
    await app.press("Control+k");
    await app.page.keyboard.type("landscape");
    await app.press("Enter");
    const dialog = app.page.getByRole("dialog", { name: "Loss landscape" });
    await dialog.getByRole("combobox", { name: "To the right" }).click();
    await app.page.getByRole("option", { name: "at random" }).click();
    await dialog.getByRole("button", { name: "Compute the landscape" }).click();
    await expect(dialog.getByText("33 × 33 points")).toBeVisible({ timeout: 60_000 });
    const picture = dialog.getByRole("img", { name: /^Loss landscape, loss from/ });
    const { x, y, width, height } = (await picture.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const readout = dialog.getByText(/: loss /);
    const lossAt = async (u: number, v: number): Promise<number> => {
      await app.page.mouse.move(x + width * u, y + height * v);
      return read((await readout.textContent())?.split("loss ")[1]);
    };
    const here = await lossAt(0.5, 0.5);
    for (const [u, v] of [
      [0.02, 0.02],
      [0.98, 0.02],
      [0.02, 0.98],
      [0.98, 0.98],
    ] as const) {
      expect(await lossAt(u, v)).toBeGreaterThan(here);
    }
    // The loss that the dock tells of the last step, before its update.
    expect(here).toBeLessThan(0.001);

    await dialog.getByRole("button", { name: "Compute again" }).click();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog.getByRole("button", { name: "Compute again" })).toBeVisible();
    await app.press("Escape");
    await expect(dialog).toBeHidden();
  });

  test("the inspector shows filters, weights, gradients and outputs, and reads single values", async ({
    app,
    program,
  }) => {
    await program.open(app);
    await app.open(template("lenet"));
    await app.select("conv2");
    await app.inspector.getByRole("button", { name: "Filters" }).click();
    const filters = app.inspector.getByRole("application", { name: /^conv2\.weight, 16×6×5×5: from/ });
    await expect(filters).toBeVisible({ timeout: 20_000 });
    await app.inspector.getByRole("button", { name: "Next channel" }).click();
    await expect(app.inspector.getByText("input channel 2 / 6")).toBeVisible();
    await filters.focus();
    await app.press("ArrowRight", "ArrowRight", "ArrowDown");
    await expect(app.inspector.getByText(/^\[0, 1, 1, 1\] = /)).toBeVisible();
    await app.inspector.getByRole("button", { name: "Histogram" }).click();
    await expect(app.inspector.getByRole("img", { name: /^Histogram of conv2\.weight: 2,400 values/ })).toBeVisible();
    await expect(app.inspector.getByRole("img", { name: /^Histogram of gradient of conv2\.weight/ })).toBeVisible();
    await app.inspector.getByRole("button", { name: "Output" }).click();
    await expect(app.inspector.getByRole("application", { name: /^conv2, 16×10×10: from/ })).toBeVisible();
    // Another node is never shown with the pictures of the one before.
    await app.select("dense1");
    await expect(app.inspector.getByRole("application", { name: /^dense1\.weight, 120×400/ })).toBeVisible();
    await expect(app.inspector.getByRole("application", { name: /conv2/ })).toHaveCount(0);
  });

  for (const theme of ["light", "dark", "contrast"] as const) {
    test(`axe finds nothing serious in cards and surfaces in the theme ${theme}`, async ({ app, program }) => {
      await program.open(app, { theme });
      await app.open(template("mlp-xor"));
      await app.select("hidden", "logit");
      await app.press("t");
      await expect(card(app, "Tensor hidden · out").getByText("untrained")).toBeVisible();
      const { violations } = await new AxeBuilder({ page: app.page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
        .analyze();
      const serious = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
      expect(serious.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}`))).toEqual([]);
    });
  }
});
