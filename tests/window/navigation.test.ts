import { chain, expect, network, template, test } from "./support/window.ts";

test.describe("navigation", () => {
  test("gesture 01: Space with a drag and the middle button pan", async ({ app }) => {
    await app.show(chain());
    const spot = await app.empty();
    const before = await app.viewport();
    await app.drag(spot, { x: spot.x - 90, y: spot.y - 60 }, { keys: ["Space"] });
    const after = await app.viewport();
    expect(Math.round(after.x - before.x)).toBe(-90);
    expect(Math.round(after.y - before.y)).toBe(-60);
    await app.drag(spot, { x: spot.x + 50, y: spot.y }, { button: "middle" });
    expect(Math.round((await app.viewport()).x - after.x)).toBe(50);
    // Space was held, not tapped: no list of layers opened.
    await expect(app.quickAdd).toHaveCount(0);
  });

  test("gesture 02: the wheel zooms to the cursor", async ({ app }) => {
    await app.show(chain());
    const before = await app.viewport();
    const node = await app.centreOf(app.node("relu1"));
    await app.page.mouse.move(node.x, node.y);
    await app.page.mouse.wheel(0, -240);
    await expect.poll(async () => (await app.viewport()).zoom).toBeGreaterThan(before.zoom);
    await app.settled();
    const after = await app.centreOf(app.node("relu1"));
    // What is under the cursor stays there, to a pixel or two of rounding.
    expect(Math.hypot(after.x - node.x, after.y - node.y)).toBeLessThan(4);
  });

  test("gesture 03: F shows everything, the full stop what is selected", async ({ app }) => {
    await app.show(template("lenet"));
    await app.select("conv1");
    await app.press(".");
    await app.settled();
    const near = (await app.viewport()).zoom;
    await app.press("f");
    await app.settled();
    expect((await app.viewport()).zoom).toBeLessThan(near);
    for (const id of ["image", "digits"]) await expect(app.node(id)).toBeInViewport();
  });

  test("gesture 04: the minimap moves the canvas and can be turned off", async ({ app }) => {
    await app.show(template("lenet"), { minimap: true });
    const map = app.page.getByRole("img", { name: "Map of the document" });
    await expect(map).toBeVisible();
    await app.press("Control+0");
    await app.settled();
    const before = await app.viewport();
    const box = await map.boundingBox();
    await app.page.mouse.click((box?.x ?? 0) + 12, (box?.y ?? 0) + (box?.height ?? 0) / 2);
    await app.settled();
    const clicked = await app.viewport();
    expect(Math.abs(clicked.x - before.x)).toBeGreaterThan(20);
    const middle = await app.centreOf(map);
    await app.drag(middle, { x: middle.x + 30, y: middle.y });
    await app.settled();
    expect((await app.viewport()).x).not.toBe(clicked.x);
    await app.canvas.focus();
    await app.press("m");
    await expect(map).toHaveCount(0);
  });

  test("gesture 05: zoomed out, nodes show less", async ({ app }) => {
    await app.show(chain());
    const line = app.node("dense1").getByText("16 → 8");
    await expect(line).toBeVisible();
    const kind = app.node("dense1").getByText("Dense", { exact: true });
    for (let i = 0; i < 3; i++) await app.press("-");
    await app.settled();
    expect((await app.viewport()).zoom).toBeLessThan(0.6);
    await expect(line).toBeHidden();
    await expect(kind).toBeVisible();
    for (let i = 0; i < 4; i++) await app.press("-");
    await app.settled();
    expect((await app.viewport()).zoom).toBeLessThan(0.3);
    await expect(kind).toBeHidden();
  });

  test("gesture 06: Ctrl+F finds nodes and parameters and flies there", async ({ app }) => {
    await app.show(template("lenet"));
    await app.press("Control+0");
    await app.press("Control+f");
    const box = app.page
      .getByRole("textbox", { name: "Find nodes and parameters" })
      .or(app.page.getByRole("searchbox", { name: "Find nodes and parameters" }));
    await box.fill("dense");
    await expect(app.page.getByText(/^1 of \d+$/)).toBeVisible();
    await app.settled();
    await expect(app.node("dense1")).toBeInViewport();
    await box.press("Enter");
    await expect(app.page.getByText(/^2 of \d+$/)).toBeVisible();
    await app.settled();
    await expect(app.node("dense2")).toBeInViewport();
    // A parameter, by its value.
    await box.fill("84");
    await app.settled();
    await expect(app.node("dense2")).toBeInViewport();
    await box.press("Escape");
    await expect(box).toHaveCount(0);
  });

  test("gesture 08: breadcrumbs, Esc and Backspace lead out of a block", async ({ app }) => {
    await app.show(chain());
    await app.select("dense1", "relu1");
    await app.press("Control+Shift+g");
    const block = app.page.locator(".react-flow__node").filter({ hasText: "Block" }).first();
    await block.dblclick();
    const crumbs = app.page.getByRole("navigation", { name: "Place in the document" });
    await expect(crumbs.getByText("Block 1")).toBeVisible();
    await expect(app.node("image")).toHaveCount(0);
    await expect(app.node("dense1")).toBeVisible();
    await app.press("Escape");
    await expect(app.node("image")).toBeVisible();
    await block.dblclick();
    await expect(app.node("image")).toHaveCount(0);
    await app.press("Backspace");
    await expect(app.node("image")).toBeVisible();
    await block.dblclick();
    await crumbs.getByRole("button").first().click();
    await expect(app.node("image")).toBeVisible();
  });

  test("gesture 09: the canvas follows a node and a wire dragged to its border", async ({ app }) => {
    await app.show(chain());
    const box = await app.canvas.boundingBox();
    const edge = { x: (box?.x ?? 0) + (box?.width ?? 0) - 6, y: (box?.y ?? 0) + 200 };
    const before = await app.viewport();
    await app.drag(await app.centreOf(app.node("relu1")), edge, { hold: true });
    await expect.poll(async () => (await app.viewport()).x).toBeLessThan(before.x - 40);
    await app.page.mouse.up();
    const then = await app.viewport();
    await app.press("Control+z");
    await app.press("f");
    await app.settled();
    const start = await app.viewport();
    await app.drag(await app.centreOf(app.port("dense2")), edge, { hold: true });
    await expect.poll(async () => (await app.viewport()).x).toBeLessThan(start.x - 40);
    await app.page.keyboard.press("Escape");
    await app.page.mouse.up();
    expect(then).toBeTruthy();
  });

  test("gesture 70: panning a hundred nodes draws none of them again", async ({ app }) => {
    const names = Array.from({ length: 100 }, (_, i) => `n${i}`);
    const wires = names.slice(1).map((id, i) => [`n${i}`, id] as const);
    await app.show(
      network(
        names.map((id, i) => [id, i === 0 ? "input" : "relu", i === 0 ? { shape: [4] } : {}] as const),
        wires,
      ),
    );
    await app.press("f");
    await app.settled();
    // Frame rates are measured by `npm run bench:window`; what makes them good can be tested: no node changes.
    await app.page.evaluate(() => {
      const seen = { changes: 0 };
      (window as unknown as { seen: typeof seen }).seen = seen;
      new MutationObserver((list) => {
        seen.changes += list.length;
      }).observe(document.querySelector(".react-flow__nodes") as Element, {
        subtree: true,
        childList: true,
        attributes: true,
        characterData: true,
      });
    });
    const spot = await app.empty();
    await app.drag(spot, { x: spot.x + 40, y: spot.y - 40 }, { button: "middle" });
    await app.settled();
    expect(
      await app.page.evaluate(() => (window as unknown as { seen: { changes: number } }).seen.changes),
    ).toBeLessThan(10);
  });
});
