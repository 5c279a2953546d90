import type { DocumentInput, GraphDocument } from "../../src/graph/document.ts";
import { resolveParams } from "../../src/graph/params.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { type EditorWindow, expect, parsed, template, test } from "./support/window.ts";

/** What is typed into the list of layers, a row at a time. */
const rows = [
  "input 1x28x28",
  "conv2d 6 5 same, relu, maxpool 2",
  "conv2d 16 5, relu, maxpool 2, flatten",
  "dense 120, relu",
  "dense 84, relu",
  "dense 10",
];

/**
 * A document without what does not change its meaning: positions, names and ids (nodes are numbered along the chain),
 * notes, how a node looks, and parameters that are only the default of their layer.
 */
function meaning(document: GraphDocument): unknown {
  const next = new Map(document.edges.map((e) => [e.from.node, e.to.node]));
  const fed = new Set(document.edges.map((e) => e.to.node));
  const order: string[] = [];
  for (let id = document.nodes.find((n) => !fed.has(n.id))?.id; id !== undefined; id = next.get(id)) order.push(id);
  const name = (id: string): string => `n${order.indexOf(id)}`;
  const objectives = document.objectives.map((o) => ({
    ...o,
    id: "",
    terms: o.terms.map((t) => ({
      ...t,
      position: null,
      prediction: { ...t.prediction, node: name(t.prediction.node) },
    })),
    metrics: o.metrics.map((m) => ({ ...m, prediction: { ...m.prediction, node: name(m.prediction.node) } })),
  }));
  const data = document.data && {
    ...document.data,
    inputs: Object.fromEntries(Object.entries(document.data.inputs).map(([id, field]) => [name(id), field])),
  };
  const nodes = order.map((id) => {
    const { position: _, id: __, label: ___, params, ...rest } = document.nodes.find((n) => n.id === id)!;
    const values = resolveParams(layerRegistry.get(rest.layer)?.params ?? {}, params, { node: id, layer: rest.layer });
    return { ...rest, params: values.ok ? values.value : values.issues };
  });
  const edges = document.edges.map((e) => `${name(e.from.node)}.${e.from.port}>${name(e.to.node)}.${e.to.port}`).sort();
  return { seed: document.seed, nodes, edges, data, objectives, training: document.training };
}

const lenet = (): unknown => meaning(parsed(template("lenet") as DocumentInput));

const same = async (app: EditorWindow): Promise<void> => {
  expect((await app.document()).nodes).toHaveLength(13);
  expect(meaning(await app.document())).toEqual(lenet());
  expect(await app.issues()).toEqual([]);
};

test("LeNet from a blank canvas with the mouse, in at most 25 gestures", async ({ app }) => {
  await app.start();
  await app.page.getByRole("button", { name: "New network" }).first().click();
  await app.doubleClickAt(await app.empty());
  for (const [i, row] of rows.entries()) {
    app.gestures++;
    await app.quickAdd.fill(row);
    await app.quickAdd.press(i < rows.length - 1 ? "Shift+Enter" : "Enter");
  }
  await app.settled();
  const spot = await app.empty();
  app.gestures++;
  await app.page.mouse.click(spot.x, spot.y);
  const { inspector } = app;
  const choose = async (label: string, option: string): Promise<void> => {
    await app.click(inspector.getByRole("combobox", { name: label }).first());
    await app.click(app.page.getByRole("option", { name: option, exact: true }));
  };
  await app.click(inspector.getByRole("button", { name: "Choose data" }));
  await app.click(app.dock.getByRole("button", { name: "Connect to image" }));
  await app.click(inspector.getByRole("button", { name: "Fields" }));
  await choose("Scaling", "Standard (mean 0, deviation 1)");
  await app.click(inspector.getByRole("button", { name: "Add an objective" }));
  await app.click(inspector.getByRole("button", { name: "Add a metric" }));
  await app.type(inspector.getByRole("textbox", { name: "Learning rate" }), "0.002");
  await app.type(inspector.getByRole("textbox", { name: "Batch" }), "64");
  await app.type(inspector.getByRole("textbox", { name: "Epochs" }), "6");
  await choose("Schedule", "Cosine");
  await choose("Counts", "steps");
  await app.type(inspector.getByRole("textbox", { name: "Seed" }), "1");
  await same(app);
  expect(app.gestures).toBeLessThanOrEqual(25);
});

test("LeNet from a blank canvas with the keyboard only", async ({ app }) => {
  await app.start();
  const { page, inspector } = app;
  await app.press("Alt+n");
  await expect(app.canvas).toBeVisible();
  await app.press("Space");
  for (const [i, row] of rows.entries()) {
    await expect(app.quickAdd).toBeFocused();
    await expect(app.quickAdd).toHaveValue("");
    await page.keyboard.type(row);
    await app.press(i < rows.length - 1 ? "Shift+Enter" : "Enter");
  }
  await expect(app.quickAdd).toHaveCount(0);
  await app.press("Escape");
  /** F6 to a panel, then Tab to a control in it. */
  const reach = async (panel: string, role: "button" | "textbox" | "combobox", name: string): Promise<void> => {
    const control = page.locator(`[data-panel-name="${panel}"]`).getByRole(role, { name }).first();
    await expect(control).toBeAttached();
    const inside = () =>
      page.evaluate(
        (p) => document.activeElement?.closest("[data-panel-name]")?.getAttribute("data-panel-name") === p,
        panel,
      );
    for (let i = 0; i < 6 && !(await inside()); i++) await app.press("F6");
    const focused = () => control.evaluate((e) => e === document.activeElement);
    const behind = () =>
      control.evaluate(
        (e) =>
          !document.activeElement ||
          (e.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_PRECEDING) !== 0,
      );
    for (let i = 0; i < 60 && !(await focused()); i++) await app.press((await behind()) ? "Tab" : "Shift+Tab");
    expect(await focused(), `${name} is reached by Tab`).toBe(true);
  };
  const push = async (panel: string, name: string): Promise<void> => {
    await reach(panel, "button", name);
    await app.press("Enter");
  };
  const enter = async (name: string, text: string): Promise<void> => {
    await reach("right", "textbox", name);
    await app.press("Control+a");
    await page.keyboard.type(text);
    await app.press("Enter");
  };
  const choose = async (name: string, option: string): Promise<void> => {
    await reach("right", "combobox", name);
    await app.press("Enter");
    await expect(page.getByRole("option").first()).toBeVisible();
    const chosen = page.getByRole("option", { name: option, exact: true });
    const on = () => chosen.evaluate((e) => e === document.activeElement || e.hasAttribute("data-highlighted"));
    await app.press("Home");
    for (let i = 0; i < 12 && !(await on()); i++) await app.press("ArrowDown");
    await app.press("Enter");
    await expect(page.getByRole("option")).toHaveCount(0);
  };
  await push("right", "Choose data");
  await push("bottom", "Connect to image");
  await push("right", "Fields");
  await choose("Scaling", "Standard (mean 0, deviation 1)");
  await push("right", "Add an objective");
  await push("right", "Add a metric");
  await enter("Learning rate", "0.002");
  await enter("Batch", "64");
  await enter("Epochs", "6");
  await choose("Schedule", "Cosine");
  await choose("Counts", "steps");
  await enter("Seed", "1");
  await expect(inspector).toBeVisible();
  await same(app);
});
