import { chain, type EditorWindow, expect, network, template, test, wiresOf } from "./support/window.ts";

const loose = () =>
  network([
    ["image", "input", { shape: [16] }],
    ["dense1", "dense", { units: 8 }],
    ["relu1", "relu"],
    ["sum", "add"],
  ]);

const join = async (app: EditorWindow, from: string, to: string): Promise<void> =>
  app.drag(await app.centreOf(app.port(from)), await app.centreOf(app.port(to, "in")));

const wires = async (app: EditorWindow): Promise<string[]> => wiresOf(await app.document());

test.describe("wires", () => {
  test("gesture 18: a wire is drawn forwards, backwards, and by two clicks", async ({ app }) => {
    await app.show(loose());
    await join(app, "image", "dense1");
    await expect.poll(() => wires(app)).toEqual(["image.out>dense1.in"]);
    await app.drag(await app.centreOf(app.port("relu1", "in")), await app.centreOf(app.port("dense1")));
    await expect.poll(() => wires(app)).toEqual(["dense1.out>relu1.in", "image.out>dense1.in"]);
    expect(await app.steps()).toBe(2);
    const [from, to] = [await app.centreOf(app.port("relu1")), await app.centreOf(app.node("sum"))];
    await app.page.mouse.click(from.x, from.y);
    await app.page.mouse.move(to.x, to.y, { steps: 4 });
    await app.page.mouse.click(to.x, to.y);
    await expect.poll(() => wires(app)).toContain("relu1.out>sum.in");
    expect(await app.steps()).toBe(3);
  });

  test("gesture 19: a wire snaps, lights up what it fits, and may be dropped on a node", async ({ app }) => {
    await app.show(loose());
    const start = await app.centreOf(app.port("image"));
    const target = await app.centreOf(app.port("dense1", "in"));
    await app.drag(start, { x: target.x - 20, y: target.y + 12 }, { hold: true });
    await expect(app.node("dense1").locator('[data-side="in"][data-mark="lit"]')).toHaveCount(1);
    // What will arrive is said at the cursor.
    await expect(app.page.getByText("16 → 8")).toBeVisible();
    await app.page.mouse.up();
    await expect.poll(() => wires(app)).toEqual(["image.out>dense1.in"]);
    const relu = await app.centreOf(app.node("relu1"));
    await app.drag(await app.centreOf(app.port("dense1")), relu);
    await expect.poll(() => wires(app)).toContain("dense1.out>relu1.in");
  });

  test("gesture 19: nodes that a wire does not fit are dimmed, with a word why", async ({ app }) => {
    const document = network([
      ["image", "input", { shape: [16] }],
      ["conv", "conv2d"],
      ["dense", "dense"],
    ]);
    await app.show(document);
    const start = await app.centreOf(app.port("image"));
    await app.drag(start, { x: start.x + 40, y: start.y + 60 }, { hold: true });
    await expect(app.node("conv").locator("[data-dimmed]")).toBeVisible();
    await expect(app.node("conv").getByText("another number of axes")).toBeVisible();
    await expect(app.node("dense").locator("[data-dimmed]")).toHaveCount(0);
    await app.press("Escape");
    await app.page.mouse.up();
    expect(await wires(app)).toEqual([]);
  });

  test("gesture 20: a wire that does not fit is refused with the reason and a remedy; circles are refused", async ({
    app,
  }) => {
    const document = network(
      [
        ["image", "input", { shape: [3, 8, 8] }],
        ["pool", "max-pool2d"],
        ["sum", "add"],
        ["flat", "flatten"],
      ],
      [
        ["image", "sum"],
        ["image", "pool"],
        ["sum", "flat"],
      ],
    );
    await app.show(document);
    const sum = await app.centreOf(app.node("sum").locator('[data-side="in"]').last());
    await app.drag(await app.centreOf(app.port("pool")), sum);
    await expect(app.page.getByText(/3×8×8/).last()).toBeVisible();
    await expect(app.page.getByRole("button", { name: /^Insert .* and connect$/ })).toBeVisible();
    expect(await wires(app)).not.toContain("pool.out>sum.in");
    await app.press("Escape");
    // Backwards along the chain would close a circle.
    await app.drag(await app.centreOf(app.port("flat")), await app.centreOf(app.port("pool", "in")));
    await app.drag(await app.centreOf(app.port("pool")), await app.centreOf(app.port("flat", "in")));
    await app.press("Escape");
    await app.drag(await app.centreOf(app.port("flat")), await app.centreOf(app.node("sum")));
    await expect(app.page.getByText("This wire would close a circle.", { exact: true })).toBeVisible();
    expect(await wires(app)).not.toContain("flat.out>sum.in");
  });

  test("gesture 20: a refused wire is connected with its remedy, as one step", async ({ app }) => {
    await app.show(
      network([
        ["image", "input", { shape: [1, 8, 8] }],
        ["dense", "dense", { units: 4 }],
      ]),
    );
    await join(app, "image", "dense");
    expect(await wires(app)).toEqual([]);
    await app.page.getByRole("button", { name: "Insert Flatten and connect" }).click();
    await expect.poll(() => wires(app)).toEqual(["flatten.out>dense.in", "image.out>flatten.in"]);
    expect(await app.steps()).toBe(1);
    expect(await app.issues()).toEqual([]);
  });

  test("gesture 21: an input takes one wire; an end is moved to another port or dropped off", async ({ app }) => {
    await app.show(loose());
    await join(app, "image", "relu1");
    await join(app, "dense1", "relu1");
    await expect.poll(() => wires(app)).toEqual(["dense1.out>relu1.in"]);
    expect(await app.steps()).toBe(2);
    await app.drag(await app.centreOf(app.port("relu1", "in")), await app.centreOf(app.node("sum")));
    await expect.poll(() => wires(app)).toEqual(["dense1.out>sum.in"]);
    expect(await app.steps()).toBe(3);
    await app.drag(await app.centreOf(app.node("sum").locator('[data-side="in"]').first()), await app.empty());
    await expect.poll(() => wires(app)).toEqual([]);
    expect(await app.steps()).toBe(4);
  });

  test("gesture 22: Ctrl with a drag moves all wires of a port, Alt with a click cuts them", async ({ app }) => {
    const document = network(
      [
        ["image", "input", { shape: [16] }],
        ["other", "input", { shape: [16] }],
        ["dense1", "dense"],
        ["dense2", "dense"],
      ],
      [
        ["image", "dense1"],
        ["image", "dense2"],
      ],
    );
    await app.show(document);
    await app.drag(await app.centreOf(app.port("image")), await app.centreOf(app.port("other")), { keys: ["Control"] });
    await expect.poll(() => wires(app)).toEqual(["other.out>dense1.in", "other.out>dense2.in"]);
    const port = await app.centreOf(app.port("other"));
    await app.page.keyboard.down("Alt");
    await app.page.mouse.click(port.x, port.y);
    await app.page.keyboard.up("Alt");
    await expect.poll(() => wires(app)).toEqual([]);
    expect(await app.steps()).toBe(2);
  });

  test("gesture 23: wires are cut with Ctrl and a stroke of the right button", async ({ app }) => {
    await app.show(chain());
    const { x, y } = await app.onWire("dense1-relu1");
    await app.drag({ x, y: y - 40 }, { x: x + 4, y: y + 50 }, { keys: ["Control"], button: "right" });
    await expect.poll(() => wires(app)).toEqual(["image.out>dense1.in", "relu1.out>dense2.in"]);
    expect(await app.steps()).toBe(1);
  });

  test("gesture 24: a wire gets a point by a double click; it is moved, and removed in the same way", async ({
    app,
  }) => {
    await app.show(chain());
    const points = async () => (await app.document()).edges.find((e) => e.id === "image-dense1")?.reroutes ?? [];
    await app.doubleClickAt(await app.onWire("image-dense1", 0.35));
    await expect.poll(async () => (await points()).length).toBe(1);
    const before = (await points())[0];
    const dot = app.wire("image-dense1").locator("[data-reroute]");
    const from = await app.centreOf(dot);
    await app.drag(from, { x: from.x, y: from.y + 60 });
    await expect.poll(async () => (await points())[0]?.y).toBeGreaterThan((before?.y ?? 0) + 30);
    await app.doubleClickAt(await app.centreOf(dot));
    await expect.poll(async () => (await points()).length).toBe(0);
  });

  test("gesture 25: deleting a middle node keeps the chain", async ({ app }) => {
    await app.show(chain());
    await app.select("relu1");
    await app.press("Delete");
    await expect.poll(() => wires(app)).toEqual(["dense1.out>dense2.in", "image.out>dense1.in"]);
    await app.press("Control+z");
    await app.select("relu1");
    await app.press("Shift+Delete");
    await expect.poll(() => wires(app)).toEqual(["image.out>dense1.in"]);
  });

  test("gesture 26: Alt with a drag takes a node out of its chain", async ({ app }) => {
    await app.show(chain());
    const from = await app.centreOf(app.node("relu1"));
    await app.drag(from, { x: from.x, y: from.y + 160 }, { keys: ["Alt"] });
    await expect.poll(() => wires(app)).toEqual(["dense1.out>dense2.in", "image.out>dense1.in"]);
    expect(await app.steps()).toBe(1);
  });

  test("gesture 27: selected nodes are connected in order", async ({ app }) => {
    await app.show(loose());
    await app.select("image", "dense1", "relu1");
    await app.press("Shift+C");
    await expect.poll(() => wires(app)).toEqual(["dense1.out>relu1.in", "image.out>dense1.in"]);
    expect(await app.steps()).toBe(1);
  });

  test("gesture 28: the inputs of a node are swapped", async ({ app }) => {
    const document = network(
      [
        ["a", "input", { shape: [4] }],
        ["b", "input", { shape: [4] }],
        ["difference", "subtract"],
      ],
      [],
    );
    await app.show(document);
    for (const [i, id] of ["a", "b"].entries()) {
      await app.drag(
        await app.centreOf(app.port(id)),
        await app.centreOf(app.node("difference").locator('[data-side="in"]').nth(i)),
      );
    }
    await expect.poll(async () => (await wires(app)).length).toBe(2);
    const order = async () =>
      [...(await app.document()).edges]
        .sort((x, y) => (x.to.port < y.to.port ? -1 : x.to.port > y.to.port ? 1 : x.to.index - y.to.index))
        .map((e) => e.from.node);
    expect(await order()).toEqual(["a", "b"]);
    await app.select("difference");
    await app.press("Alt+x");
    await expect.poll(order).toEqual(["b", "a"]);
  });

  test("gesture 29: wires are curved, straight, stepped or hidden; the way to the selection stands out", async ({
    app,
  }) => {
    await app.show(chain());
    const path = app.wire("dense1-relu1").locator("path").nth(1);
    const shapes = new Set<string>();
    const style = async (name: string): Promise<void> => {
      await app.press("Control+k");
      await app.page.keyboard.type(name);
      await app.press("Enter");
      await app.settled();
    };
    // Off the line, so that the forms differ.
    const node = await app.centreOf(app.node("relu1"));
    await app.drag(node, { x: node.x + 10, y: node.y + 80 });
    await app.page.keyboard.press("Escape");
    for (const name of ["Curved", "Straight", "Stepped"]) {
      await style(name);
      shapes.add((await path.getAttribute("d")) ?? "");
    }
    expect(shapes.size).toBe(3);
    await app.page.mouse.move(5, 5);
    await style("Hidden");
    await expect(app.wire("dense1-relu1")).toHaveAttribute("data-hidden", "true");
    await app.select("relu1");
    await expect(app.wire("dense1-relu1")).not.toHaveAttribute("data-hidden", "true");
    await expect(app.wire("dense1-relu1")).toHaveAttribute("data-strong", "true");
  });

  test("gesture 30: wires carry the shape that runs through them", async ({ app }) => {
    await app.show(template("lenet"));
    const label = app.wire("conv1-relu1").locator("text");
    await app.hoverWire("conv1-relu1");
    await expect(label).toHaveText("6×28×28");
    await app.select("conv1");
    await app.inspector.getByRole("textbox", { name: /Filters/ }).fill("8");
    await app.inspector.getByRole("textbox", { name: /Filters/ }).press("Enter");
    await app.hoverWire("conv1-relu1");
    await expect(label).toHaveText("8×28×28");
  });
});
