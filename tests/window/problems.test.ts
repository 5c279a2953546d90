import { type EditorWindow, expect, network, test } from "./support/window.ts";

const unflattened = () =>
  network(
    [
      ["image", "input", { shape: [1, 8, 8] }],
      ["dense1", "dense", { units: 4 }],
    ],
    [["image", "dense1"]],
  );

const classifier = (extra: object = {}) => ({
  ...network(
    [
      ["features", "input", { shape: [4] }],
      ["dense1", "dense", { units: 3 }],
      ["softmax1", "softmax"],
    ],
    [
      ["features", "dense1"],
      ["dense1", "softmax1"],
    ],
  ),
  data: { source: { kind: "builtin" as const, name: "iris" as const }, inputs: { features: "features" } },
  objectives: [
    {
      id: "main",
      terms: [
        { loss: { kind: "cross-entropy" as const }, prediction: { node: "softmax1" }, target: { field: "label" } },
      ],
      optimizer: { kind: "sgd" as const },
    },
  ],
  ...extra,
});

/** Applies the first remedy of the problems list. */
async function mend(app: EditorWindow): Promise<void> {
  const [code] = await app.issues();
  expect(code).toBeTruthy();
  await app.dock.locator(`[data-code="${code}"]`).getByRole("button").first().click();
  await expect.poll(() => app.issues()).not.toContain(code);
}

test.describe("problems", () => {
  test("gesture 61: a node shows its problem, the list leads to it, and a click mends it", async ({ app }) => {
    await app.show(unflattened());
    await expect(app.node("dense1").locator("[data-badge]")).toBeVisible();
    await expect(app.dock.getByText(/needs a flat input/)).toBeVisible();
    const spot = await app.empty();
    await app.drag(spot, { x: spot.x + 700, y: spot.y - 500 }, { button: "middle" });
    await app.dock.getByRole("button", { name: "Show" }).first().click();
    await app.settled();
    await expect(app.node("dense1")).toBeInViewport();
    await app.dock.getByRole("button", { name: /Insert Flatten/ }).click();
    await expect.poll(() => app.issues()).toEqual([]);
    await expect(app.dock.getByText("No problems.")).toBeVisible();
    await expect(app.node("dense1").locator("[data-badge]")).toHaveCount(0);
    expect(await app.steps()).toBe(1);
  });

  test("a remedy at the badge of a node", async ({ app }) => {
    await app.show(unflattened());
    await app.node("dense1").locator("[data-badge]").hover();
    await app.page
      .getByRole("button", { name: /Insert Flatten/ })
      .first()
      .click();
    await expect.poll(() => app.issues()).toEqual([]);
  });

  test("Softmax before cross-entropy is removed", async ({ app }) => {
    await app.show(classifier());
    await mend(app);
    expect((await app.document()).nodes.map((n) => n.layer)).not.toContain("softmax");
  });

  test("an input without data is connected", async ({ app }) => {
    await app.show(classifier({ data: { source: { kind: "builtin", name: "iris" }, inputs: {} } }));
    expect(await app.issues()).toContain("binding.missing");
    await app.dock.getByRole("button", { name: "Connect to features" }).click();
    await expect.poll(() => app.issues()).not.toContain("binding.missing");
    expect((await app.document()).data?.inputs).toEqual({ features: "features" });
  });

  test("an input of another shape than its data is set", async ({ app }) => {
    const document = classifier();
    Object.assign(document.nodes?.[0] ?? {}, { params: { shape: [7] } });
    await app.show(document);
    expect(await app.issues()).toContain("binding.shape");
    await app.dock.getByRole("button", { name: /^Set .*4/ }).click();
    await expect.poll(() => app.issues()).not.toContain("binding.shape");
    expect((await app.document()).nodes[0]?.params).toEqual({ shape: [4] });
  });

  test("problems are told in the language of the window", async ({ app }) => {
    await app.show(unflattened(), { locale: "zh" });
    await expect(app.dock.getByText(/需要一维输入/)).toBeVisible();
    await app.press("Alt+l");
    await expect(app.dock.getByText(/needs a flat input/)).toBeVisible();
  });
});
