import { violations } from "./support/axe.ts";
import { chain, expect, network, template, test, wiresOf } from "./support/window.ts";

const themes = ["light", "dark", "contrast"] as const;

test.describe("access", () => {
  for (const theme of themes) {
    test(`gesture 66: axe finds nothing serious in the theme ${theme}`, async ({ app }) => {
      test.setTimeout(120_000);
      await app.start({ theme });
      expect(await violations(app)).toEqual([]);
      await app.open(template("lenet"));
      expect(await violations(app)).toEqual([]);
      await app.select("conv1");
      expect(await violations(app)).toEqual([]);
      await app.press("Control+k");
      await expect(app.page.getByRole("listbox")).toBeVisible();
      expect(await violations(app)).toEqual([]);
      await app.press("Escape");
      await app.press("?");
      await expect(app.page.getByRole("dialog")).toBeVisible();
      expect(await violations(app)).toEqual([]);
      await app.press("Escape");
      await app.open(
        network(
          [
            ["image", "input", { shape: [1, 8, 8] }],
            ["dense1", "dense"],
          ],
          [["image", "dense1"]],
        ),
      );
      await app.doubleClickAt(await app.empty());
      await expect(app.quickAdd).toBeVisible();
      expect(await violations(app)).toEqual([]);
    });
  }

  test("gesture 66: theme, language and size are switched without a restart and kept", async ({ app }) => {
    await app.show(chain());
    const html = app.page.locator("html");
    for (const [title, theme] of [
      ["Dark", "dark"],
      ["High contrast", "contrast"],
      ["Light", "light"],
    ] as const) {
      await app.page.getByRole("button", { name: "Appearance" }).click();
      await app.page
        .getByRole("menuitem", { name: title })
        .or(app.page.getByRole("menuitemcheckbox", { name: title }))
        .click();
      await expect(html).toHaveAttribute("data-theme", theme);
    }
    const size = () => html.evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));
    const before = await size();
    for (let i = 0; i < 4; i++) await app.press("Control+Alt+=");
    await expect.poll(size).toBeGreaterThan(before * 1.3);
    await app.page.getByRole("button", { name: "简体中文" }).click();
    await expect(html).toHaveAttribute("lang", "zh-Hans");
    await expect(app.node("dense1").getByText("全连接")).toBeVisible();
    await app.page.reload();
    await expect(html).toHaveAttribute("lang", "zh-Hans");
    await expect.poll(size).toBeGreaterThan(before * 1.3);
  });

  test("gesture 67: nodes by Tab and arrows, a wire by keys, all of it said", async ({ app }) => {
    await app.show(
      network(
        [
          ["image", "input", { shape: [16] }],
          ["dense1", "dense", { units: 8 }],
          ["relu1", "relu"],
        ],
        [["image", "dense1"]],
      ),
    );
    const focused = () => app.page.evaluate(() => document.activeElement?.getAttribute("data-id"));
    for (let i = 0; i < 60 && (await focused()) === null; i++) await app.press("Tab");
    expect(await focused()).toBe("image");
    await app.press("ArrowRight");
    expect(await focused()).toBe("dense1");
    const label = await app.node("dense1").getAttribute("aria-label");
    for (const word of ["Dense", "dense1", "8"]) expect(label).toContain(word);
    await app.press("w");
    const live = app.page.locator("[aria-live]").filter({ hasText: /relu1/ });
    await expect(live.first()).toBeAttached();
    await app.press("Enter");
    await expect.poll(async () => wiresOf(await app.document())).toContain("dense1.out>relu1.in");
    // The keyboard goes on from the end of the new wire.
    expect(await focused()).toBe("relu1");
    await app.press("Shift+Tab");
    expect(await focused()).toBe("dense1");
    await app.press("Enter");
    await expect(app.page.locator(".react-flow__node.selected")).toHaveCount(1);
  });

  test("gesture 67: the focus is always seen", async ({ app }) => {
    await app.show(chain());
    for (let i = 0; i < 25; i++) {
      await app.press("Tab");
      const seen = await app.page.evaluate(() => {
        const e = document.activeElement;
        if (!e || e === document.body) return "body";
        // A ring may be drawn by the element, by its frame, or by the card inside a node.
        const marks = [e, e.parentElement, e.firstElementChild].filter((x): x is Element => x !== null);
        const ring = (x: Element): boolean => {
          const s = getComputedStyle(x);
          return (s.outlineStyle !== "none" && Number.parseFloat(s.outlineWidth) >= 1) || s.boxShadow !== "none";
        };
        return marks.some(ring) ? "ring" : `none: ${e.outerHTML.slice(0, 140)}`;
      });
      expect(["ring", "body"]).toContain(seen);
    }
  });

  test("gesture 69: presenter mode enlarges, hides panels and shows keys", async ({ app }) => {
    await app.show(template("lenet"));
    const size = () => app.page.locator("html").evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));
    const before = await size();
    await app.press("Alt+p");
    await expect.poll(size).toBeGreaterThan(before * 1.3);
    await expect(app.leftPanel).toHaveCount(0);
    await app.press("Control+a");
    await expect(app.page.locator("kbd").filter({ hasText: "A" }).first()).toBeVisible();
    await app.press("Alt+p");
    await expect(app.leftPanel).toBeVisible();
  });
});
