import type { DocumentInput } from "../../src/graph/document.ts";
import { expect, type Program, template, test } from "./support/program.ts";
import type { EditorWindow } from "./support/window.ts";

/** One thread, so that every training is the same. */
const look = { provider: "cpu", threads: 1 };

/** `depth` dense layers with an activation behind each, on a line, and a number for each sample of the moons. */
function deep(depth: number, activation: string, learningRate: number, bias = 0): DocumentInput {
  const nodes = [{ id: "x", layer: "input", params: { shape: [2] } }] as {
    id: string;
    layer: string;
    params: object;
  }[];
  for (let i = 1; i <= depth; i++) {
    const biasInit = i === 2 && bias !== 0 ? { biasInit: { kind: "constant", value: bias } } : {};
    nodes.push({ id: `d${i}`, layer: "dense", params: { units: 8, ...biasInit } });
    nodes.push({ id: `a${i}`, layer: activation, params: {} });
  }
  nodes.push({ id: "out", layer: "dense", params: { units: 1 } });
  const placed = nodes.map((n, i) => ({ ...n, position: { x: (i % 8) * 200, y: Math.floor(i / 8) * 150 } }));
  const edges = nodes.slice(1).map((n, i) => ({ id: `e${i}`, from: { node: nodes[i]?.id ?? "" }, to: { node: n.id } }));
  return {
    format: "gradloom",
    version: 1,
    name: "Deep",
    seed: 7,
    nodes: placed,
    edges,
    data: { source: { kind: "generator", name: "moons", options: { samples: 230, noise: 0.1 } }, inputs: { x: "x" } },
    objectives: [
      {
        id: "main",
        terms: [{ loss: { kind: "mse" }, prediction: { node: "out" }, target: { field: "target" } }],
        optimizer: { kind: "sgd", learningRate },
      },
    ],
    training: { batch: 16, epochs: 40 },
  } as DocumentInput;
}

const strip = (app: EditorWindow, id: string) => app.page.locator(`[data-strip="${id}"]`);
const phase = (app: EditorWindow) => app.page.evaluate(() => window.gradloomTest?.run()?.phase);
/** Verdict and number of every strip that has them. */
const shown = (app: EditorWindow): Promise<{ readonly [id: string]: readonly [verdict: string, value: string] }> =>
  app.page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>("[data-strip]")].map((s) => [
        s.dataset["strip"] ?? "",
        [s.dataset["verdict"] ?? "", s.querySelector("span")?.textContent ?? ""],
      ]),
    ),
  );

async function train(app: EditorWindow, program: Program, document: DocumentInput): Promise<void> {
  await program.open(app, look);
  await app.open(document);
  await app.press("3", "Control+Enter");
}

const numberOf = (text: string): number => Number(text.replaceAll("−", "-"));

test.describe("verdicts of real trainings", () => {
  test("a sigmoid network of twenty layers vanishes from the depth that its own numbers say", async ({
    app,
    program,
  }) => {
    await train(app, program, deep(19, "sigmoid", 0.1));
    await expect.poll(() => phase(app), { timeout: 60_000 }).toBe("done");
    const strips = await shown(app);
    const order = ["out", ...Array.from({ length: 19 }, (_, i) => [`a${19 - i}`, `d${19 - i}`]).flat(), "x"];
    const norms = order.map((id) => numberOf(strips[id]?.[1] ?? ""));
    const near = norms.slice(0, 20).sort((a, b) => a - b);
    const reference = ((near[9] as number) + (near[10] as number)) / 2;
    // Two digits are printed: at the border of a hundredth either verdict may be right.
    for (const [i, id] of order.entries()) {
      const part = (norms[i] as number) / reference;
      const sick = strips[id]?.[0] === "vanishing";
      if (part < 0.0095) expect(sick, `${id} ${part}`).toBe(true);
      if (part > 0.0105) expect(sick, `${id} ${part}`).toBe(false);
    }
    const vanishing = order.filter((id) => strips[id]?.[0] === "vanishing");
    expect(vanishing.at(-1)).toBe("x");
    expect(vanishing.length).toBeGreaterThan(10);
    expect(Object.values(strips).some(([verdict]) => verdict === "exploding")).toBe(false);
    await expect(app.page.getByRole("region", { name: "Legend" })).toContainText(`${vanishing.length} vanishing`);
  });

  test("at a learning rate of 1e3 it explodes, and what was not finite first is named", async ({ app, program }) => {
    await train(app, program, deep(19, "sigmoid", 1e3));
    await expect.poll(() => phase(app), { timeout: 60_000 }).toBe("failed");
    await expect(strip(app, "out")).toHaveAttribute("data-verdict", "exploding");
    // The squared error overflows before any node does.
    const loss = strip(app, "loss:main:0");
    await expect(loss).toHaveAttribute("data-verdict", "not-finite");
    await expect(loss).toContainText("first");
  });

  test("dead ReLUs are named", async ({ app, program }) => {
    await train(app, program, deep(3, "relu", 0.01, -100));
    await expect.poll(() => phase(app), { timeout: 60_000 }).toBe("done");
    await expect(strip(app, "d2")).toHaveAttribute("data-verdict", "dead");
    await expect(strip(app, "d2")).toContainText("✕");
    await expect(strip(app, "a3")).not.toHaveAttribute("data-verdict", "dead");
    await app.press("2");
    await expect(strip(app, "a2")).toContainText("✕");
    await expect(app.node("a2")).toHaveAttribute("aria-label", /dead/);
  });

  test("the time of a step is measured by node, while it trains and before", async ({ app, program, page }) => {
    await program.open(app, look);
    await app.open(template("mlp-xor"));
    await app.press("6");
    const legend = page.getByRole("region", { name: "Legend" });
    await expect(legend).toContainText(/\d (µs|ms) in all · CPU/, { timeout: 30_000 });
    await expect(strip(app, "hidden")).toContainText(/\d (µs|ms)\d+ %/);
    const lenet = template("lenet");
    await app.open({ ...lenet, training: { ...lenet.training, epochs: 1000 } });
    await app.press("Control+Enter");
    await expect(strip(app, "conv2")).toContainText(/\d (µs|ms)\d+ %/, { timeout: 30_000 });
    const shares = await page.evaluate(() =>
      [...document.querySelectorAll("[data-strip] span:nth-of-type(2)")].map((e) =>
        Number.parseFloat(e.textContent ?? ""),
      ),
    );
    // Rounded to whole percent, each of a dozen nodes.
    expect(Math.abs(shares.filter((s) => s > 0).reduce((a, b) => a + b, 0) - 100)).toBeLessThan(8);
    await app.select("conv2");
    await expect(app.inspector.getByRole("row", { name: /Time, one step/ })).toBeVisible();
  });

  test("nothing moves while a network trains, and the time machine scrubs all strips", async ({
    app,
    program,
    page,
  }) => {
    const lenet = template("lenet");
    await program.open(app, look);
    await app.open(lenet);
    await app.press("3");
    await app.settled();
    const boxes = (): Promise<string[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll(".react-flow__node")].map((n) => JSON.stringify(n.getBoundingClientRect())),
      );
    const before = await boxes();
    await app.press("Control+Enter");
    await expect(strip(app, "conv1")).toHaveAttribute("data-status", "live", { timeout: 30_000 });
    const values = new Set<string>();
    await expect
      .poll(async () => values.add((await shown(app))["conv1"]?.[1] ?? "").size, { timeout: 30_000 })
      .toBeGreaterThan(5);
    expect(await boxes()).toEqual(before);
    await app.press("Control+Enter");
    await expect.poll(() => phase(app)).toBe("paused");
    await expect(strip(app, "conv1")).toHaveAttribute("data-status", "cached");
    const last = await shown(app);
    await page.getByRole("slider").first().focus();
    await app.press("Home");
    await expect.poll(async () => (await shown(app))["conv1"]?.[1]).not.toBe(last["conv1"]?.[1]);
    await app.press("End");
    await expect.poll(() => shown(app)).toEqual(last);
    expect(await boxes()).toEqual(before);
  });
});
