import { chain, type EditorWindow, expect, template, test, wiresOf } from "./support/window.ts";

const notesOf = async (app: EditorWindow) => (await app.document()).notes;
const nodeOf = async (app: EditorWindow, id: string) => (await app.document()).nodes.find((n) => n.id === id);
const blockNode = (app: EditorWindow) =>
  app.page.locator(".react-flow__node").filter({ has: app.page.locator("[data-block]") });

test.describe("structure and notes", () => {
  test("gesture 54: Ctrl+G frames the selection; the frame moves its content", async ({ app }) => {
    await app.show(chain());
    await app.select("dense1", "relu1");
    await app.press("Control+g");
    await expect.poll(async () => (await notesOf(app)).map((n) => n.kind)).toEqual(["frame"]);
    const frame = (await notesOf(app))[0];
    await app.press("Escape");
    await app.press("Escape");
    const before = { dense1: await nodeOf(app, "dense1"), dense2: await nodeOf(app, "dense2") };
    const box = await app.node(frame?.id ?? "").boundingBox();
    const grip = { x: (box?.x ?? 0) + (box?.width ?? 0) - 30, y: (box?.y ?? 0) + 10 };
    await app.drag(grip, { x: grip.x, y: grip.y + 100 });
    await expect
      .poll(async () => (await nodeOf(app, "dense1"))?.position.y)
      .toBeGreaterThan((before.dense1?.position.y ?? 0) + 50);
    expect((await nodeOf(app, "dense2"))?.position).toEqual(before.dense2?.position);
    expect(await app.steps()).toBe(2);
    // Its title and colour are set in the inspector.
    const title = app.inspector.getByRole("textbox", { name: "Title" });
    await title.fill("Hidden part");
    await title.press("Tab");
    await expect.poll(async () => (await notesOf(app))[0]?.text).toBe("Hidden part");
  });

  test("gesture 55: a selection becomes a block with ports, is entered, and unpacked again", async ({ app }) => {
    await app.show(chain());
    const before = wiresOf(await app.document());
    await app.select("dense1", "relu1");
    await app.press("Control+Shift+g");
    await expect.poll(async () => (await app.document()).blocks.length).toBe(1);
    const document = await app.document();
    expect(document.nodes).toHaveLength(3);
    expect(document.blocks[0]?.inputs).toHaveLength(1);
    expect(document.blocks[0]?.outputs).toHaveLength(1);
    expect(await app.issues()).toEqual([]);
    await blockNode(app).dblclick();
    await expect(app.node("dense1")).toBeVisible();
    await app.press("Escape");
    await blockNode(app).click();
    await app.press("Control+Shift+u");
    await expect.poll(async () => wiresOf(await app.document())).toEqual(before);
  });

  test("gesture 55: ports of a block are renamed and reordered inside it", async ({ app }) => {
    const document = chain();
    document.nodes?.push({ id: "other", layer: "input", params: { shape: [16] }, position: { x: 0, y: 180 } });
    document.nodes?.push({ id: "dense3", layer: "dense", params: { units: 8 }, position: { x: 220, y: 180 } });
    document.edges?.push({ id: "other-dense3", from: { node: "other" }, to: { node: "dense3" } });
    await app.show(document);
    await app.select("dense1", "dense3");
    await app.press("Control+Shift+g");
    await blockNode(app).dblclick();
    const ports = async () => (await app.document()).blocks[0]?.inputs.map((p) => p.name);
    const names = (await ports()) ?? [];
    expect(names).toHaveLength(2);
    await app.page.locator('[data-block-port^="port:in"]').first().dblclick();
    const field = app.page.getByRole("textbox", { name: "Name of the port" });
    await field.fill("picture");
    await field.press("Enter");
    await expect.poll(ports).toEqual(["picture", names[1]]);
    await app.page.getByRole("button", { name: "Move down" }).click();
    await expect.poll(ports).toEqual([names[1], "picture"]);
  });

  test("gesture 56: a block is kept in the library, used in another document, and repeated", async ({ app }) => {
    await app.show(chain());
    await app.select("dense1", "relu1");
    await app.press("Control+Shift+g");
    await blockNode(app).click();
    await app.inspector.getByRole("button", { name: "Save to the library" }).click();
    await app.open({ format: "gradloom", version: 1, name: "Other" });
    await app.doubleClickAt(await app.empty());
    await app.quickAdd.fill("Block 1");
    await app.quickAdd.press("Enter");
    await expect.poll(async () => (await app.document()).blocks.length).toBe(1);
    await blockNode(app).click();
    const repeats = app.inspector.getByRole("textbox", { name: /Repeats/ });
    await repeats.fill("3");
    await repeats.press("Enter");
    await expect(blockNode(app).getByText("×3")).toBeVisible();
    // From the palette a block is dragged to its place, like a layer.
    const row = app.leftPanel.getByRole("button", { name: "Block 1", exact: true }).first();
    await row.scrollIntoViewIfNeeded();
    const [spot, box] = [await app.empty(), await app.canvas.boundingBox()];
    await row.dragTo(app.canvas, { targetPosition: { x: spot.x - (box?.x ?? 0), y: spot.y - (box?.y ?? 0) } });
    await expect.poll(async () => (await app.document()).nodes.length).toBe(2);
  });

  test("gesture 57: notes with Markdown and formulas", async ({ app }) => {
    await app.show(chain());
    await app.press("n");
    await expect.poll(async () => (await notesOf(app)).length).toBe(1);
    const id = (await notesOf(app))[0]?.id ?? "";
    const note = app.node(id);
    await note.dblclick();
    const field = note.getByRole("textbox");
    await field.fill("**Loss** falls when $\\eta < 2/L$.");
    await app.press("Escape");
    await expect.poll(async () => (await notesOf(app))[0]?.text).toContain("Loss");
    await expect(note.locator("strong")).toHaveText("Loss");
    await expect(note.locator("math").first()).toBeAttached();
  });

  test("gesture 58: a node has its category's colour and its layer's glyph", async ({ app }) => {
    await app.show(template("lenet"));
    const look = (id: string) =>
      app.node(id).evaluate((n) => {
        const card = n.firstElementChild as HTMLElement;
        return { colour: getComputedStyle(card).getPropertyValue("--cat"), glyph: n.querySelector("svg")?.innerHTML };
      });
    const [conv1, conv2, dense, relu] = await Promise.all(["conv1", "conv2", "dense1", "relu1"].map(look));
    expect(conv1).toEqual(conv2);
    expect(new Set([conv1?.colour, dense?.colour, relu?.colour]).size).toBe(3);
    expect(new Set([conv1?.glyph, dense?.glyph, relu?.glyph]).size).toBe(3);
  });
});
