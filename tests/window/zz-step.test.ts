import { expect, template, test } from "./support/program.ts";
test("look", async ({ app, program }) => {
  test.setTimeout(160_000);
  const page = app.page;
  page.on("console", (m) => { if (m.type() === "error") console.log("CONSOLE", m.text()); });
  page.on("pageerror", (e) => console.log("PAGEERROR", e.stack));
  if (process.env.BIG) await page.setViewportSize({ width: 1920, height: 1080 });
  await program.open(app, { theme: (process.env.THEME ?? "light") as never, locale: (process.env.LANG_UI ?? "en") as never });
  await app.open(template(process.env.TPL ?? "lenet"));
  for (const id of (process.env.NODE_IDS ?? "conv1").split(",")) {
    await page.locator(`.react-flow__node[data-id="${id}"]`).click();
    await page.keyboard.press("j");
    await expect(page.locator("[data-step-view] aside")).toBeVisible({ timeout: 30_000 });
    await page.waitForTimeout(700);
    for (const i of (process.env.STOPS ?? "1,2,3,4,5").split(",").map(Number)) {
      if (i > 1) await page.keyboard.press("ArrowRight");
      await page.waitForTimeout(500);
      await page.screenshot({ path: `/tmp/shots/${process.env.PRE ?? ""}${id.replace(/[:/]/g, "_")}-${i}.png` });
    }
    await page.keyboard.press("Escape");
  }
});
