import { chain, type EditorWindow, expect, network, parsed, template, test } from "./support/window.ts";

const selected = (app: EditorWindow): Promise<string[]> =>
  app.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".react-flow__node.selected")].map((n) => n.dataset["id"] ?? "").sort(),
  );

const at = async (app: EditorWindow, id: string): Promise<{ x: number; y: number }> => {
  const node = (await app.document()).nodes.find((n) => n.id === id);
  expect(node).toBeTruthy();
  return node?.position ?? { x: 0, y: 0 };
};

/** Around nodes, a little outside of them. */
async function around(
  app: EditorWindow,
  ...ids: string[]
): Promise<[{ x: number; y: number }, { x: number; y: number }]> {
  const boxes = await Promise.all(ids.map((id) => app.node(id).boundingBox()));
  const left = Math.min(...boxes.map((b) => b?.x ?? 0));
  const top = Math.min(...boxes.map((b) => b?.y ?? 0));
  const right = Math.max(...boxes.map((b) => (b?.x ?? 0) + (b?.width ?? 0)));
  const bottom = Math.max(...boxes.map((b) => (b?.y ?? 0) + (b?.height ?? 0)));
  return [
    { x: left - 14, y: top - 14 },
    { x: right + 14, y: bottom + 14 },
  ];
}

test.describe("selecting and moving", () => {
  test("gesture 31: nodes are selected by clicks, a box, a lasso, all at once, and inverted", async ({ app }) => {
    await app.show(chain());
    await app.node("image").click();
    await app.node("relu1").click({ modifiers: ["Shift"] });
    expect(await selected(app)).toEqual(["image", "relu1"]);
    await app.node("image").click({ modifiers: ["Control"] });
    expect(await selected(app)).toEqual(["relu1"]);
    const [from, to] = await around(app, "dense1", "relu1");
    await app.drag(from, to);
    await expect.poll(() => selected(app)).toEqual(["dense1", "relu1"]);
    await app.press("Control+i");
    await expect.poll(() => selected(app)).toEqual(["dense2", "image"]);
    await app.press("Control+a");
    await expect.poll(() => selected(app)).toEqual(["dense1", "dense2", "image", "relu1"]);
    await app.press("Escape");
    await expect.poll(() => selected(app)).toEqual([]);
  });

  test("gesture 31: S and a stroke around nodes is a lasso", async ({ app }) => {
    await app.show(chain());
    const [from, to] = await around(app, "dense1");
    const { mouse, keyboard } = app.page;
    await mouse.move(from.x, from.y);
    await keyboard.down("s");
    await mouse.down();
    for (const p of [
      { x: to.x, y: from.y },
      { x: to.x, y: to.y },
      { x: from.x, y: to.y },
      { x: from.x, y: from.y },
    ]) {
      await mouse.move(p.x, p.y, { steps: 4 });
    }
    await mouse.up();
    await keyboard.up("s");
    await expect.poll(() => selected(app)).toEqual(["dense1"]);
  });

  test("gesture 32: what leads to a node, comes after it, or is of its kind is selected", async ({ app }) => {
    await app.show(chain());
    await app.select("relu1");
    await app.press("[");
    await expect.poll(() => selected(app)).toEqual(["dense1", "image", "relu1"]);
    await app.select("relu1");
    await app.press("]");
    await expect.poll(() => selected(app)).toEqual(["dense2", "relu1"]);
    await app.select("dense1");
    await app.press("Shift+G");
    await expect.poll(() => selected(app)).toEqual(["dense1", "dense2"]);
  });

  test("gesture 33: nodes are dragged together, nudged by arrows, and kept on an axis by Shift", async ({ app }) => {
    await app.show(chain(), { guides: false });
    const before = { relu1: await at(app, "relu1"), dense1: await at(app, "dense1"), image: await at(app, "image") };
    await app.select("dense1", "relu1");
    const grip = await app.centreOf(app.node("relu1"));
    await app.drag(grip, { x: grip.x + 30, y: grip.y + 70 });
    await expect.poll(async () => (await at(app, "relu1")).y).toBeGreaterThan(before.relu1.y + 40);
    const moved = { relu1: await at(app, "relu1"), dense1: await at(app, "dense1") };
    expect(moved.relu1.y - before.relu1.y).toBe(moved.dense1.y - before.dense1.y);
    expect(await at(app, "image")).toEqual(before.image);
    expect(await app.steps()).toBe(1);
    await app.press("ArrowDown");
    await app.press("ArrowDown");
    const small = (await at(app, "relu1")).y - moved.relu1.y;
    expect(small).toBeGreaterThan(0);
    await app.press("Shift+ArrowDown");
    expect((await at(app, "relu1")).y - moved.relu1.y - small).toBeGreaterThan(small / 2);
    const level = await at(app, "relu1");
    const start = await app.centreOf(app.node("relu1"));
    await app.drag(start, { x: start.x + 80, y: start.y + 22 }, { hold: true });
    await app.page.keyboard.down("Shift");
    await app.page.mouse.move(start.x + 81, start.y + 22);
    await app.page.mouse.up();
    await app.page.keyboard.up("Shift");
    expect((await at(app, "relu1")).y).toBe(level.y);
    expect((await at(app, "relu1")).x).toBeGreaterThan(level.x);
  });

  test("gesture 34: nodes snap to the grid and to lines through others", async ({ app }) => {
    await app.show(chain(), { snap: true, guides: false });
    const grip = await app.centreOf(app.node("relu1"));
    await app.drag(grip, { x: grip.x + 33, y: grip.y + 57 });
    await expect.poll(async () => (await at(app, "relu1")).y).toBeGreaterThan(10);
    const snapped = await at(app, "relu1");
    expect([snapped.x % 20, snapped.y % 20]).toEqual([0, 0]);
    await app.press("Shift+S");
    await app.press("Control+k");
    await app.page.keyboard.type("alignment guides");
    await app.press("Enter");
    const { zoom } = await app.viewport();
    const from = await app.centreOf(app.node("dense2"));
    const [level, own] = [await at(app, "relu1"), await at(app, "dense2")];
    // Three units beside the line of the other node's top.
    await app.drag(from, { x: from.x + 20, y: from.y + (level.y - own.y + 3) * zoom });
    await expect.poll(async () => (await at(app, "dense2")).y).toBe(level.y);
  });

  test("gesture 35: nodes are aligned six ways and distributed", async ({ app }) => {
    const document = network([
      ["a", "dense"],
      ["b", "relu"],
      ["c", "conv2d"],
    ]);
    for (const [i, n] of (document.nodes ?? []).entries())
      n.position = { x: [0, 210, 560][i] ?? 0, y: [0, 33, 90][i] ?? 0 };
    await app.show(document);
    await app.press("Control+a");
    const xs = async () =>
      Promise.all(
        ["a", "b", "c"].map(async (id) => (await app.node(id).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }),
      );
    const near = (values: number[]): boolean => Math.max(...values) - Math.min(...values) < 1.5;
    const expectNear = (of: (b: { x: number; y: number; width: number; height: number }) => number) =>
      expect.poll(async () => near((await xs()).map(of))).toBe(true);
    for (const [key, of] of [
      ["Alt+a", (b) => b.x],
      ["Alt+h", (b) => b.x + b.width / 2],
      ["Alt+d", (b) => b.x + b.width],
      ["Alt+t", (b) => b.y],
      ["Alt+v", (b) => b.y + b.height / 2],
      ["Alt+b", (b) => b.y + b.height],
    ] as [string, (b: { x: number; y: number; width: number; height: number }) => number][]) {
      await app.press(key);
      await expectNear(of);
      await app.press("Control+z");
    }
    await app.press("Alt+Shift+h");
    await expect
      .poll(async () => {
        const [a, b, c] = await xs();
        if (!a || !b || !c) return 99;
        return Math.abs(b.x - (a.x + a.width) - (c.x - (b.x + b.width)));
      })
      .toBeLessThan(2);
    expect(await app.steps()).toBe(1);
  });

  test("gesture 36: L arranges everything in one step, never on opening", async ({ app }) => {
    await app.show(template("lenet"));
    const before = await app.document();
    expect(before.nodes).toEqual(parsed(template("lenet")).nodes);
    await app.press("l");
    await app.settled();
    await expect.poll(() => app.steps()).toBe(1);
    const boxes = (await app.document()).nodes.map((n) => n.position);
    expect(new Set(boxes.map((p) => `${p.x} ${p.y}`)).size).toBe(before.nodes.length);
    await app.press("Control+z");
    expect((await app.document()).nodes).toEqual(before.nodes);
  });

  test("gesture 38: P pins a node", async ({ app }) => {
    await app.show(chain());
    await app.select("relu1");
    await app.press("p");
    const before = await at(app, "relu1");
    const grip = await app.centreOf(app.node("relu1"));
    await app.drag(grip, { x: grip.x + 60, y: grip.y + 60 });
    expect(await at(app, "relu1")).toEqual(before);
    await app.select("relu1");
    await app.press("p");
    await app.drag(grip, { x: grip.x + 60, y: grip.y + 60 });
    await expect.poll(() => at(app, "relu1")).not.toEqual(before);
  });

  test("gesture 37: a node dropped on a wire pushes its neighbours aside", async ({ app }) => {
    const document = network(
      [
        ["image", "input", { shape: [16] }],
        ["dense1", "dense"],
        ["free", "dense"],
      ],
      [["image", "dense1"]],
    );
    await app.show(document);
    const middle = await app.onWire("image-dense1");
    const before = await at(app, "dense1");
    await app.drag(await app.centreOf(app.node("free")), middle);
    await expect.poll(async () => (await at(app, "dense1")).x).toBeGreaterThan(before.x);
    const [a, b] = [await app.node("free").boundingBox(), await app.node("dense1").boundingBox()];
    expect((a?.x ?? 0) + (a?.width ?? 0)).toBeLessThan(b?.x ?? 0);
  });
});
