import { expect, test } from "./support/app.ts";

test.describe("the window", () => {
  test("is a sandbox: no Node, a world of its own for the preload script", async ({ launch }) => {
    const { app, page } = await launch();
    const preferences = await app.evaluate(({ webContents }) =>
      webContents
        .getAllWebContents()
        .map((c) => (c as unknown as { getLastWebPreferences(): object }).getLastWebPreferences()),
    );
    expect(preferences).toHaveLength(1);
    expect(preferences[0]).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    expect(
      await page.evaluate(() => ["require", "process", "module", "Buffer"].filter((n) => n in globalThis)),
    ).toEqual([]);
    expect(page.url()).toMatch(/^app:\/\/gradloom\/index\.html/);
    await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
    await page.screenshot({ path: "test-results/electron-start.png" });
  });
});
