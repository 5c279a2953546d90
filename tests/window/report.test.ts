import { expect, template, test } from "./support/window.ts";

test("the report on paper has the graph, the layers and how it was trained, in the language of the window", async ({
  app,
}) => {
  await app.show(template("lenet"), { locale: "zh" });
  // What a printer would get: the page as it is while the window prints.
  await app.page.evaluate(() => {
    window.print = () => {
      const paper = document.body.lastElementChild;
      document.body.dataset["printed"] = paper?.textContent ?? "";
      document.body.dataset["pictures"] = String(
        [...(paper?.querySelectorAll("img") ?? [])].filter((i) => i.naturalWidth > 100).length,
      );
    };
  });
  await app.press("Control+k");
  await app.page.keyboard.type("打印报告");
  await app.press("Enter");
  const printed = () => app.page.evaluate(() => document.body.dataset["printed"] ?? "");
  await expect.poll(printed).toContain("N×16×10×10");
  expect(await printed()).toContain("61,706");
  expect(await app.page.evaluate(() => document.body.dataset["pictures"])).toBe("1");
  // Nothing of it is left in the window.
  await expect(app.page.getByRole("article")).toHaveCount(0);
});
