import { chain, type EditorWindow, expect, network, template, test, wiresOf } from "./support/window.ts";

const nodeOf = async (app: EditorWindow, id: string) => (await app.document()).nodes.find((n) => n.id === id);
const ids = async (app: EditorWindow): Promise<string[]> => (await app.document()).nodes.map((n) => n.id).sort();

test.describe("editing", () => {
  test("gesture 39: everything is undone and redone, one step a gesture", async ({ app }) => {
    await app.show(chain());
    const states = [await app.document()];
    const done = async (): Promise<void> => {
      await expect.poll(() => app.steps()).toBe(states.length);
      states.push(await app.document());
    };
    const grip = await app.centreOf(app.node("relu1"));
    await app.drag(grip, { x: grip.x + 20, y: grip.y + 120 });
    await done();
    await app.select("dense1");
    // Several letters into one field are one step.
    const units = app.inspector.getByRole("textbox", { name: /Units/ });
    await units.fill("12");
    await units.press("Enter");
    await done();
    await app.canvas.focus();
    await app.select("relu1");
    await app.press("Control+m");
    await done();
    await app.press("Delete");
    await done();
    for (const state of [...states].reverse().slice(1)) {
      await app.press("Control+z");
      expect(await app.document()).toEqual(state);
    }
    for (const state of states.slice(1)) {
      await app.press("Control+y");
      expect(await app.document()).toEqual(state);
    }
    // The history names the steps, and a click goes back to one.
    await app.dock.getByRole("tab", { name: "History" }).click();
    await app.dock.getByRole("button", { name: /^Opened/ }).click();
    expect(await app.document()).toEqual(states[0]);
  });

  test("gesture 40: copy, cut, paste and duplicate, between documents too, as text", async ({ app }) => {
    await app.show(chain());
    await app.select("dense1", "relu1");
    await app.press("Control+c");
    const text = await app.page.evaluate(() => navigator.clipboard.readText());
    expect(JSON.stringify(JSON.parse(text))).toContain("dense1");
    await app.press("Control+v");
    await expect.poll(() => ids(app)).toHaveLength(6);
    expect(wiresOf(await app.document())).toHaveLength(4);
    await app.press("Control+z");
    await app.select("relu1");
    await app.press("Control+d");
    await expect.poll(() => ids(app)).toHaveLength(5);
    await app.press("Control+z");
    await app.select("dense1", "relu1");
    await app.press("Control+x");
    await expect.poll(() => ids(app)).toEqual(["dense2", "image"]);
    // Wires from outside come back with the wires wanted.
    await app.press("Control+z");
    await app.select("relu1");
    await app.press("Control+c");
    await app.press("Control+Shift+v");
    await expect
      .poll(async () => wiresOf(await app.document()).filter((w) => w.startsWith("dense1.out>")))
      .toHaveLength(2);
    await app.open({ format: "gradloom", version: 1, name: "Other" });
    await app.press("Control+v");
    await expect.poll(() => ids(app)).toHaveLength(1);
  });

  test("gesture 41: Alt and Shift with a drag leave the original and move a copy", async ({ app }) => {
    await app.show(network([["free", "relu"]]));
    const from = await app.centreOf(app.node("free"));
    await app.drag(from, { x: from.x + 120, y: from.y + 80 }, { keys: ["Alt", "Shift"] });
    await expect.poll(() => ids(app)).toHaveLength(2);
    expect(await app.steps()).toBe(1);
  });

  test("gesture 42: Delete and Backspace remove what is selected and nothing else", async ({ app }) => {
    await app.show(chain());
    await app.press("Delete");
    await app.press("Backspace");
    expect(await ids(app)).toHaveLength(4);
    await app.select("dense2");
    await app.press("Backspace");
    await expect.poll(() => ids(app)).toEqual(["dense1", "image", "relu1"]);
    const wire = await app.onWire("dense1-relu1", 0.4);
    await app.page.mouse.click(wire.x, wire.y);
    await app.press("Delete");
    await expect.poll(async () => wiresOf(await app.document())).toEqual(["image.out>dense1.in"]);
  });

  test("gesture 43: numbers are typed, computed, dragged and reset", async ({ app }) => {
    await app.show(chain());
    await app.select("dense1");
    const units = app.inspector.getByRole("textbox", { name: /Units/ });
    await units.fill("28*28");
    await units.press("Enter");
    await expect.poll(async () => (await nodeOf(app, "dense1"))?.params["units"]).toBe(784);
    await units.fill("0");
    await expect(app.inspector.getByText("At least 1.")).toBeVisible();
    await units.press("Enter");
    expect((await nodeOf(app, "dense1"))?.params["units"]).toBe(784);
    await units.fill("2^6");
    await units.press("Enter");
    await expect.poll(async () => (await nodeOf(app, "dense1"))?.params["units"]).toBe(64);
    const before = await app.steps();
    const label = await app.centreOf(app.inspector.getByText("Units", { exact: true }).first());
    await app.drag(label, { x: label.x + 40, y: label.y });
    await expect.poll(async () => Number((await nodeOf(app, "dense1"))?.params["units"])).toBeGreaterThan(64);
    expect(await app.steps()).toBe(before + 1);
    await app.inspector.getByRole("button", { name: /Reset Units/ }).click();
    await expect.poll(async () => (await nodeOf(app, "dense1"))?.params).toEqual({});
  });

  test("gesture 43: parameters are set on the canvas too, beside the node", async ({ app }) => {
    await app.show(chain());
    await app.node("dense1").locator("[data-parameters]").dblclick();
    const card = app.page.getByRole("region", { name: "Parameters of dense1" });
    const units = card.getByRole("textbox", { name: /Units/ });
    await units.fill("4*8");
    await units.press("Enter");
    await expect.poll(async () => (await nodeOf(app, "dense1"))?.params["units"]).toBe(32);
    await expect(app.node("dense1")).toContainText("32");
    await app.press("Escape");
    await expect(card).toBeHidden();
    // The keyboard opens it as well, and it closes when something else is pressed.
    await app.press("e");
    await expect(card).toBeVisible();
    await app.page.mouse.click(600, 450);
    await expect(card).toBeHidden();
  });

  test("gesture 44: several nodes are edited at once, differing values are shown as mixed", async ({ app }) => {
    await app.show(chain());
    await app.select("dense1", "dense2");
    const units = app.inspector.getByRole("textbox", { name: /Units/ });
    await expect(units).toHaveAttribute("placeholder", "mixed");
    await units.fill("32");
    await units.press("Enter");
    await expect
      .poll(async () => [
        (await nodeOf(app, "dense1"))?.params["units"],
        (await nodeOf(app, "dense2"))?.params["units"],
      ])
      .toEqual([32, 32]);
    expect(await app.steps()).toBe(1);
  });

  test("gesture 46: F2 and a double click rename; a name is taken once", async ({ app }) => {
    await app.show(chain());
    await app.select("dense1");
    await app.press("F2");
    await app.page.keyboard.press("Control+a");
    await app.page.keyboard.type("hidden");
    await app.page.keyboard.press("Enter");
    await expect.poll(() => ids(app)).toContain("hidden");
    expect(wiresOf(await app.document())).toContain("hidden.out>relu1.in");
    await app.node("dense2").dblclick({ position: await app.grip("dense2") });
    await app.page.keyboard.press("Control+a");
    await app.page.keyboard.type("hidden");
    await app.page.keyboard.press("Enter");
    expect(await ids(app)).toContain("dense2");
  });

  test("gesture 47: a layer is replaced, wires and shared parameters stay", async ({ app }) => {
    await app.show(template("lenet"));
    await app.select("pool1");
    await app.press("Shift+R");
    await app.page.keyboard.type("average pooling 2d");
    await app.page.keyboard.press("Enter");
    await expect.poll(async () => (await nodeOf(app, "pool1"))?.layer).toBe("average-pool2d");
    expect((await nodeOf(app, "pool1"))?.params).toEqual({ kernel: 2 });
    expect(wiresOf(await app.document())).toContain("pool1.out>conv2.in");
  });

  test("gesture 48: Ctrl+M mutes, Ctrl+B bypasses, both drawn; a bypass that changes the shape is an issue", async ({
    app,
  }) => {
    await app.show(chain());
    await app.select("relu1");
    await app.press("Control+b");
    await expect(app.node("relu1").locator('[data-state="bypassed"]')).toBeVisible();
    expect(await app.issues()).toEqual([]);
    await app.press("Control+m");
    await expect(app.node("relu1").locator('[data-state="muted"]')).toBeVisible();
    await app.press("Control+m");
    await expect(app.node("relu1").locator('[data-state="active"]')).toBeVisible();
    await app.select("dense1");
    await app.press("Control+b");
    await expect.poll(async () => (await nodeOf(app, "dense1"))?.state).toBe("bypassed");
  });

  test("gesture 49: Alt+C collapses a node to its title", async ({ app }) => {
    await app.show(chain());
    const before = await app.node("dense1").boundingBox();
    await app.select("dense1");
    await app.press("Alt+c");
    await expect.poll(async () => (await app.node("dense1").boundingBox())?.height).toBeLessThan(before?.height ?? 0);
    expect(wiresOf(await app.document())).toHaveLength(3);
  });

  test("gesture 50: menus of canvas, node, wire, port and selection, with their shortcuts", async ({ app }) => {
    await app.show(chain());
    const close = async (): Promise<void> => {
      await app.press("Escape");
      await expect(app.page.getByRole("menu")).toHaveCount(0);
    };
    const spot = await app.empty();
    await app.page.mouse.click(spot.x, spot.y, { button: "right" });
    await expect(app.menuItem(/Add a layer here/)).toContainText("Space");
    await close();
    await app.node("dense1").click({ button: "right" });
    await expect(app.menuItem(/Rename node/)).toContainText("F2");
    await expect(app.menuItem(/^Delete(?! without)/)).toContainText("Del");
    await close();
    await app.select("dense1", "relu1");
    await app.node("relu1").click({ button: "right" });
    await expect(app.menuItem(/Connect in order/)).toBeVisible();
    await close();
    const wire = await app.onWire("dense1-relu1", 0.4);
    await app.page.mouse.click(wire.x, wire.y, { button: "right" });
    await app.menuItem("Delete the wire").click();
    await expect.poll(async () => wiresOf(await app.document())).toHaveLength(2);
    const port = await app.centreOf(app.port("image"));
    await app.page.mouse.click(port.x, port.y, { button: "right" });
    await app.menuItem("Delete all wires of this port").click();
    await expect.poll(async () => wiresOf(await app.document())).toEqual(["relu1.out>dense2.in"]);
  });

  test("gesture 51: a toolbar floats above the selection", async ({ app }) => {
    await app.show(chain());
    await app.select("relu1");
    const bar = app.page.getByRole("toolbar", { name: "Selection" });
    await expect(bar).toBeVisible();
    const [a, b] = [await bar.boundingBox(), await app.node("relu1").boundingBox()];
    expect((a?.y ?? 0) + (a?.height ?? 0)).toBeLessThan(b?.y ?? 0);
    await bar.getByRole("button", { name: "Duplicate" }).click();
    await expect.poll(() => ids(app)).toHaveLength(5);
  });

  test("gesture 52: the command palette finds every command, in both languages and by sound", async ({ app }) => {
    await app.show(chain());
    await app.press("Control+k");
    await app.page.keyboard.type("select all");
    await app.press("Enter");
    await expect(app.page.locator(".react-flow__node.selected")).toHaveCount(4);
    await app.press("Control+Shift+p");
    await app.page.keyboard.type("language");
    await app.press("Escape");
    await app.press("Alt+l");
    await app.press("Control+k");
    for (const word of ["全选", "quanxuan", "qx", "select all"]) {
      await app.page.keyboard.press("Control+a");
      await app.page.keyboard.type(word);
      await expect(app.page.getByRole("option").filter({ hasText: "全选" }).first()).toBeVisible();
    }
  });

  test("gesture 53: shortcuts are listed by ? and bound anew", async ({ app }) => {
    await app.show(chain());
    await app.press("?");
    const sheet = app.page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await sheet.getByRole("textbox", { name: "Search shortcuts" }).fill("invert");
    await sheet.getByRole("button", { name: /^Invert selection/ }).click();
    await app.press("Alt+i");
    await expect(sheet.getByRole("button", { name: "Invert selection: Alt I" })).toBeVisible();
    await app.press("Escape");
    await expect(sheet).toHaveCount(0);
    await app.select("image");
    await app.press("Alt+i");
    await expect(app.page.locator(".react-flow__node.selected")).toHaveCount(3);
    await app.press("Control+i");
    await expect(app.page.locator(".react-flow__node.selected")).toHaveCount(3);
  });
});
