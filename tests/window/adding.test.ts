import { chain, expect, network, test, wiresOf } from "./support/window.ts";

const layersOf = (nodes: readonly { layer: string }[]): string[] => nodes.map((n) => n.layer).sort();

test.describe("adding nodes", () => {
  test("gesture 10: the palette finds, marks, adds beside the selection, and is dragged from", async ({ app }) => {
    await app.show(network([["image", "input", { shape: [16] }]]));
    await app.select("image");
    const palette = app.leftPanel;
    const search = palette.getByRole("searchbox").or(palette.getByRole("textbox")).first();
    await search.fill("dense");
    await palette
      .getByRole("button", { name: /^Dense/ })
      .first()
      .click();
    await expect.poll(async () => wiresOf(await app.document())).toEqual(["image.out>dense1.in"]);
    // Chinese, its sound, and an alias.
    for (const word of ["全连接", "quanlianjie", "linear"]) {
      await search.fill(word);
      await expect(palette.getByRole("button", { name: /^Dense/ }).first()).toBeVisible();
    }
    await search.fill("softmax");
    const item = palette.getByRole("button", { name: /^Softmax/ }).first();
    const spot = await app.empty();
    const box = await app.canvas.boundingBox();
    await item.dragTo(app.canvas, { targetPosition: { x: spot.x - (box?.x ?? 0), y: spot.y - (box?.y ?? 0) } });
    await expect.poll(async () => layersOf((await app.document()).nodes)).toEqual(["dense", "input", "softmax"]);
    await search.fill("");
    for (const category of ["Convolution", "Activation"])
      await expect(palette.getByText(category, { exact: false }).first()).toBeAttached();
  });

  test("gesture 10: favourites and layers used last stand first", async ({ app }) => {
    await app.show(chain());
    const search = app.leftPanel.getByRole("searchbox").or(app.leftPanel.getByRole("textbox")).first();
    await search.fill("gelu");
    await app.leftPanel
      .getByRole("button", { name: /favourite/i })
      .first()
      .click();
    await search.fill("");
    await expect(app.leftPanel.getByText("Favourites")).toBeVisible();
    await search.fill("mish");
    await app.leftPanel.getByRole("button", { name: /^Mish/ }).first().click();
    await search.fill("");
    await expect(app.leftPanel.getByText(/^Recent/)).toBeVisible();
  });

  for (const key of ["Space", "Tab", "Shift+A"]) {
    test(`gesture 11: ${key} opens the list of layers at the cursor`, async ({ app }) => {
      await app.show(network([["image", "input", { shape: [16] }]]));
      const spot = await app.empty();
      await app.page.mouse.click(spot.x, spot.y);
      await app.press(key);
      await expect(app.quickAdd).toBeFocused();
      await app.quickAdd.fill("relu");
      await app.quickAdd.press("Enter");
      await expect.poll(async () => layersOf((await app.document()).nodes)).toEqual(["input", "relu"]);
    });
  }

  test("gesture 11: a double click opens the list; it understands letters, Chinese and sounds", async ({ app }) => {
    await app.show(chain());
    await app.doubleClickAt(await app.empty());
    const list = app.page.getByRole("listbox", { name: "Add a layer" });
    for (const [word, layer] of [
      ["cnv2", "Convolution 2-D"],
      ["卷积", "Convolution"],
      ["juanji", "Convolution"],
      ["jj", "Convolution"],
      ["linear", "Dense"],
    ] as const) {
      await app.quickAdd.fill(word);
      await expect(list.getByRole("option").filter({ hasText: layer }).first()).toBeVisible();
    }
    await app.quickAdd.fill("dropout");
    await app.quickAdd.press("Shift+Enter");
    await expect(app.quickAdd).toBeFocused();
    await app.quickAdd.press("Escape");
    await expect(app.quickAdd).toHaveCount(0);
    expect(layersOf((await app.document()).nodes)).toContain("dropout");
  });

  test("gesture 12: a wire let go on empty canvas asks for a layer that fits and is connected to it", async ({
    app,
  }) => {
    await app.show(chain());
    await app.drag(await app.centreOf(app.port("dense2")), await app.empty());
    const list = app.page.getByRole("listbox", { name: "Add a layer" });
    await app.quickAdd.fill("conv");
    // A vector fits no convolution over pictures.
    await expect(list.getByRole("option").filter({ hasText: "Convolution 2-D" })).toHaveCount(0);
    await app.quickAdd.fill("softmax");
    await app.quickAdd.press("Enter");
    await expect.poll(async () => wiresOf(await app.document())).toContain("dense2.out>softmax1.in");
    expect(await app.steps()).toBe(1);
  });

  test("gesture 13: a node dropped on a wire is inserted, its neighbours pushed aside; Alt keeps it out", async ({
    app,
  }) => {
    const document = network(
      [
        ["image", "input", { shape: [16] }],
        ["dense1", "dense"],
        ["free", "tanh"],
      ],
      [["image", "dense1"]],
    );
    await app.show(document);
    const middle = await app.onWire("image-dense1");
    await app.drag(await app.centreOf(app.node("free")), middle);
    await expect.poll(async () => wiresOf(await app.document())).toEqual(["free.out>dense1.in", "image.out>free.in"]);
    expect(await app.steps()).toBe(1);
    await app.press("Control+z");
    expect(wiresOf(await app.document())).toEqual(["image.out>dense1.in"]);
    await app.settled();
    await app.page.keyboard.press("Escape");
    const from = await app.centreOf(app.node("free"));
    await app.drag(from, middle, { hold: true });
    await app.page.keyboard.down("Alt");
    await app.page.mouse.move(middle.x + 1, middle.y);
    await app.page.mouse.up();
    await app.page.keyboard.up("Alt");
    expect(wiresOf(await app.document())).toEqual(["image.out>dense1.in"]);
  });

  test("gesture 14: the plus on a wire inserts a layer", async ({ app }) => {
    await app.show(chain());
    await app.hoverWire("image-dense1");
    await app.wire("image-dense1").locator("[data-plus]").click();
    await app.quickAdd.fill("dropout");
    await app.quickAdd.press("Enter");
    await expect.poll(async () => wiresOf(await app.document())).toContain("image.out>dropout1.in");
    expect(wiresOf(await app.document())).toContain("dropout1.out>dense1.in");
  });

  test("gesture 16: a document dropped on the window is opened; a damaged one is explained", async ({ app }) => {
    await app.show(chain());
    const drop = async (name: string, text: string): Promise<void> => {
      const data = await app.page.evaluateHandle(
        ([name, text]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([text], name, { type: "application/json" }));
          return transfer;
        },
        [name, text] as const,
      );
      for (const type of ["dragenter", "dragover", "drop"]) {
        await app.canvas.dispatchEvent(type, { dataTransfer: data });
      }
    };
    await drop("other.gradloom", JSON.stringify({ ...chain(), name: "From a file" }));
    await expect.poll(async () => (await app.document()).name).toBe("From a file");
    await drop("broken.json", '{ "format": "gradloom", "version": 1, "nodes": 3 }');
    const dialog = app.page.getByRole("dialog");
    await expect(dialog).toContainText("broken.json");
    await expect(dialog).toContainText("nodes");
    await app.press("Escape");
    await expect(dialog).toHaveCount(0);
    expect((await app.document()).name).toBe("From a file");
  });

  test("gesture 17: a template is opened from the start page and inserted into a document", async ({ app }) => {
    await app.start();
    await app.page.getByRole("button", { name: /LeNet/ }).first().click();
    await expect(app.node("conv1")).toBeVisible();
    await app.leftPanel.getByRole("tab", { name: "Handbook" }).click();
    await app.leftPanel
      .getByRole("button", { name: /Insert/ })
      .first()
      .click();
    await expect.poll(async () => (await app.document()).nodes.length).toBeGreaterThan(13);
  });
});
