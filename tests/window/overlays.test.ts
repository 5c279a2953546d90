import { overlayNumber } from "../../renderer/overlay/numbers.ts";
import { checkDocument } from "../../src/compile/check.ts";
import { judgeGradients, layoutOf, structureOf } from "../../src/diagnose/index.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import { type Measured, rowsOf, sightOf } from "../support/sights.ts";
import { violations } from "./support/axe.ts";
import { type EditorWindow, expect, parsed, template, test } from "./support/window.ts";

const strip = (app: EditorWindow, id: string) => app.page.locator(`[data-strip="${id}"]`);
const overlay = (app: EditorWindow, name: string) => app.page.getByRole("button", { name, exact: true });

/** Tells the window of a run of LeNet as an engine would, with these statistics at these steps. */
async function told(
  app: EditorWindow,
  document: DocumentInput,
  steps: readonly number[],
  measure: (node: string) => Measured,
  state = "running",
): Promise<void> {
  const rows = rowsOf(checkDocument(parsed(document)));
  const sights = steps.map((step) => {
    const { values, loss } = sightOf(rows, step, measure, 0.108);
    return { kind: "statistics", step, epoch: 0, loss, values: [...values] };
  });
  await app.page.evaluate(
    ([rows, sights, state]) => {
      const step = sights.at(-1)?.step ?? 0;
      window.gradloomTest?.tell([
        { kind: "state", state: state as "running", step, epoch: 0 },
        { kind: "layout", rows: rows as never },
        ...sights.map((s) => ({ ...s, kind: "statistics" as const, values: new Float32Array(s.values) })),
      ]);
    },
    [rows, sights, state] as const,
  );
}

/** Boxes of all nodes, labels and the legend's place, in pixels. */
const boxes = (app: EditorWindow): Promise<readonly string[]> =>
  app.page.evaluate(() =>
    [...document.querySelectorAll(".react-flow__node, .react-flow__edge text, [data-legend]")].map((e) => {
      const { x, y, width, height } = e.getBoundingClientRect();
      // Boxes of letters differ in the last digits of float32 from one look to the next.
      const px = (v: number): string => v.toFixed(1);
      // The legend grows with its numbers; its corner stands.
      return e.hasAttribute("data-legend") ? `${px(x)} ${px(y + height)}` : [x, y, width, height].map(px).join(" ");
    }),
  );

/** Without labels of wires, which stand nearer to a line than to a thread. */
const nodesOnly = (all: readonly string[]): readonly string[] => all.slice(-16);

const lenet = template("lenet");
const far = (() => {
  const { distance } = structureOf(checkDocument(parsed(lenet)));
  return (node: string): number => distance.get(node) ?? 0;
})();

test.describe("overlays", () => {
  test("are chosen in the top bar and by keys, and by the menu; each has its legend", async ({ app }) => {
    await app.show(lenet);
    await expect(overlay(app, "Shapes")).toHaveAttribute("aria-pressed", "true");
    await expect(strip(app, "conv1")).toHaveCount(0);
    for (const [i, name] of ["Activations", "Gradients", "Weights", "Updates", "Time", "Memory"].entries()) {
      await app.press(String(i + 2));
      await expect(overlay(app, name)).toHaveAttribute("aria-pressed", "true");
      await expect(app.page.getByRole("region", { name: "Legend" })).toContainText(name);
      await expect(strip(app, "conv1")).toBeVisible();
    }
    await overlay(app, "Shapes").click();
    await expect(app.page.getByRole("region", { name: "Legend" })).toHaveCount(0);
    await app.press("Control+k");
    await app.page.keyboard.type("Gradients");
    await app.press("Enter");
    await expect(overlay(app, "Gradients")).toHaveAttribute("aria-pressed", "true");
  });

  test("gesture 63: values arrive and change without moving anything", async ({ app }) => {
    await app.show(lenet);
    await app.press("3");
    await app.settled();
    const before = await boxes(app);
    await told(app, lenet, [0], () => ({ gradient: { norm: 1e-2 } }));
    await expect(strip(app, "conv1")).toContainText("1.0e−2");
    expect(await boxes(app)).toEqual(before);
    for (const [step, scale] of [
      [40, 3e-7],
      [80, 4.2e5],
    ] as const) {
      await told(app, lenet, [step], (n) => ({ gradient: { norm: scale * 0.5 ** far(n) } }));
      await expect(strip(app, "digits")).toContainText(overlayNumber(scale));
      expect(await boxes(app)).toEqual(before);
    }
    await app.press("2");
    await expect(strip(app, "conv1")).toContainText("μ");
    expect(nodesOnly(await boxes(app))).toEqual(nodesOnly(before));
  });

  test("verdicts on the screen are those of the true statistics, in mark, word and colour", async ({ app }) => {
    const measure = (n: string): Measured => ({ gradient: { norm: 0.02 * 0.35 ** far(n) } });
    await app.show(lenet);
    await app.press("3");
    await told(app, lenet, [0, 20, 40], measure);
    const checked = checkDocument(parsed(lenet));
    const rows = rowsOf(checked);
    const picture = judgeGradients(structureOf(checked), layoutOf(rows), [sightOf(rows, 40, measure)]);
    const words = { vanishing: "vanishing", healthy: "", apart: "" } as const;
    for (const [id, { norm, verdict }] of picture.nodes) {
      const here = strip(app, id);
      await expect(here).toHaveAttribute("data-verdict", verdict);
      await expect(here.locator("span").first()).toHaveText(overlayNumber(norm));
      await expect(here.locator("span").nth(1)).toHaveText(words[verdict as keyof typeof words]);
      await expect(here.locator("b")).toHaveText(verdict === "vanishing" ? "▼" : "●");
    }
    const sick = [...picture.nodes.values()].filter((g) => g.verdict === "vanishing").length;
    expect(sick).toBeGreaterThan(2);
    await expect(app.page.getByRole("region", { name: "Legend" })).toContainText(`${sick} vanishing`);
    // A reader hears it, and once in the announcement.
    await expect(app.node("conv1")).toHaveAttribute("aria-label", /Conv2d conv1, .*vanishing$/);
    await expect(app.page.getByRole("status").filter({ hasText: `${sick} vanishing` })).toHaveCount(1);
  });

  test("threads are as wide and coloured as their gradient, chevrons turn with the direction", async ({ app }) => {
    await app.show(lenet);
    await app.press("3");
    await told(app, lenet, [0], (n) => ({ gradient: { norm: 0.01 * 0.35 ** far(n) } }));
    const width = (from: string): Promise<number> =>
      app.page.evaluate((from) => {
        const edge = window.gradloomTest?.document()?.edges.find((e) => e.from.node === from);
        const band = document.querySelector(`[data-wire="${edge?.id}"] g[data-thread="live"] path:nth-child(2)`);
        return band ? Number.parseFloat(getComputedStyle(band).strokeWidth) : -1;
      }, from);
    await expect.poll(() => width("dense2")).toBeGreaterThan(4);
    const widths = [await width("dense2"), await width("dense1"), await width("conv2"), await width("image")];
    expect([...widths].sort((a, b) => b - a)).toEqual(widths);
    expect(widths.at(-1)).toBe(1.5);
    const chevrons = (): Promise<string | null> =>
      app.page.locator('[data-thread="live"] path:nth-child(3)[d^="M"]').last().getAttribute("d");
    const backward = await chevrons();
    await app.page.getByRole("button", { name: "Arrows the way of the gradient" }).click();
    await expect.poll(chevrons).not.toBe(backward);
    await app.press("b");
    await expect.poll(chevrons).toBe(backward);
  });

  test("the guilty path is lit on demand and names what each culprit passes on", async ({ app }) => {
    await app.show(lenet);
    await app.press("3");
    // Everything behind the second convolution gets a ten thousandth.
    await told(app, lenet, [0, 1, 2], (n) => ({ gradient: { norm: far(n) > far("conv2") ? 1e-6 : 1e-2 } }));
    await app.page.getByRole("button", { name: "Show the guilty path" }).click();
    await expect(app.node("conv2")).toContainText("passes on 1/10,000");
    await expect(app.page.locator("[data-guilty]")).toHaveCount(1);
    await app.press("g");
    await expect(app.page.locator("[data-guilty]")).toHaveCount(0);
  });

  test("the pointer on a strip shows all numbers in words; the inspector has them, and a chart", async ({ app }) => {
    await app.show(lenet);
    await app.press("3");
    await told(app, lenet, [0, 1, 2], () => ({
      gradient: { norm: 0.02, zeros: 0.887 },
      value: { dead: 4 / 6, zeros: 0.71 },
    }));
    await strip(app, "conv2").hover();
    const card = app.page.locator('[data-strip-card="conv2"]');
    await expect(card).toContainText("zeros in it");
    await expect(card).toContainText("88.7 %");
    await app.page.mouse.move(5, 300);
    await expect(card).toHaveCount(0);
    await app.select("conv2");
    const section = app.inspector.getByRole("region", { name: "Gradient", exact: true });
    await expect(section).toContainText("healthy");
    await expect(section.getByRole("img")).toHaveAttribute("aria-label", /every trained layer.*conv1 .*digits /);
  });

  test("gesture 61: a strip says whether its value is of now, kept, outdated, or where the run failed", async ({
    app,
  }) => {
    await app.show(lenet);
    await app.press("3");
    await told(app, lenet, [0], () => ({}));
    await expect(strip(app, "conv1")).toHaveAttribute("data-status", "live");
    await told(app, lenet, [1], () => ({}), "paused");
    await expect(strip(app, "conv1")).toHaveAttribute("data-status", "cached");
    await expect(app.node("conv1")).toHaveAttribute("aria-label", /values kept from the last run$/);
    await app.page.evaluate(() => {
      const issue = {
        code: "engine.not-finite",
        severity: "error",
        node: "conv2",
        step: 2,
        what: "activation",
      } as const;
      window.gradloomTest?.tell([
        { kind: "issue", issue: { ...issue, name: "conv2/Conv", value: "NaN" } },
        { kind: "state", state: "failed", step: 1, epoch: 0 },
      ]);
    });
    await expect(strip(app, "conv2")).toHaveAttribute("data-status", "failed");
    await expect(strip(app, "conv1")).toHaveAttribute("data-status", "cached");
    await expect(app.node("conv2").locator("[data-badge]")).toBeVisible();
    await app.select("dense1");
    await app.press("Control+m");
    await expect(strip(app, "dense1")).toHaveAttribute("data-status", "changed");
    await expect(strip(app, "dense1").locator("span").first()).toHaveText("");
  });

  test("from further away only the colour is left", async ({ app }) => {
    await app.show(lenet);
    await app.press("3");
    await told(app, lenet, [0], () => ({}));
    await expect(strip(app, "conv1").locator("span").first()).toBeVisible();
    for (let i = 0; i < 4; i++) await app.press("-");
    await expect(strip(app, "conv1").locator("span").first()).toBeHidden();
    await expect(strip(app, "conv1").locator("i")).toBeVisible();
  });

  for (const theme of ["light", "dark", "contrast"] as const) {
    test(`axe finds nothing serious in the theme ${theme}`, async ({ app }) => {
      test.setTimeout(120_000);
      await app.show(lenet, { theme });
      await app.press("3");
      await told(app, lenet, [0, 20, 40], (n) => ({ gradient: { norm: 0.02 * 0.35 ** far(n) } }));
      await app.select("conv2");
      await expect(app.inspector.getByRole("region", { name: "Gradient", exact: true })).toBeVisible();
      await app.press("g");
      expect(await violations(app)).toEqual([]);
    });
  }
});
