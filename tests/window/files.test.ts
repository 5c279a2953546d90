import { readFile } from "node:fs/promises";
import { chain, expect, template, test } from "./support/window.ts";

/** Documents that the page has written down in case it dies. */
async function countOfJournal(): Promise<number> {
  const [name] = (await indexedDB.databases()).map((d) => d.name ?? "");
  if (!name) return 0;
  return new Promise((resolve) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => {
      const all = request.result.transaction("journal").objectStore("journal").count();
      all.onsuccess = () => {
        request.result.close();
        resolve(all.result);
      };
    };
  });
}

test.describe("documents", () => {
  test("gesture 64: a document is saved, marked while it differs, and opened again", async ({ app }) => {
    // Without the pickers of the system, which no test can operate, the browser downloads and asks with a file field.
    await app.page.addInitScript(() => {
      for (const name of ["showSaveFilePicker", "showOpenFilePicker"]) Reflect.deleteProperty(window, name);
    });
    await app.show(chain());
    await expect(app.page).toHaveTitle("Test – Gradloom");
    await app.select("relu1");
    await app.press("Delete");
    await expect(app.page.getByText("unsaved changes")).toBeAttached();
    await expect(app.page).toHaveTitle(/^[^T]+Test – Gradloom$/);
    const downloading = app.page.waitForEvent("download");
    await app.press("Control+s");
    const download = await downloading;
    expect(download.suggestedFilename()).toBe("Test.gradloom");
    const bytes = await readFile((await download.path()) ?? "");
    // An ONNX model begins with its IR version, and this one has the document in its metadata.
    expect(bytes[0]).toBe(8);
    expect(bytes.includes("gradloom.document")).toBe(true);
    await expect(app.page.getByText("unsaved changes")).toHaveCount(0);
    const choosing = app.page.waitForEvent("filechooser");
    await app.press("Control+o");
    await (await choosing).setFiles({
      name: "again.gradloom",
      mimeType: "application/octet-stream",
      buffer: bytes,
    });
    await expect(app.page.getByRole("navigation", { name: "Open documents" }).getByRole("listitem")).toHaveCount(2);
    expect((await app.document()).nodes).toHaveLength(3);
  });

  test("gesture 64: several documents in tabs; closing asks only where something would be lost", async ({ app }) => {
    await app.show(chain());
    await app.open({ ...chain(), name: "Second" });
    const tabs = app.page.getByRole("navigation", { name: "Open documents" });
    await tabs.getByRole("button", { name: "Close Second" }).click();
    await expect(tabs.getByRole("listitem")).toHaveCount(1);
    await app.select("relu1");
    await app.press("Delete");
    await tabs.getByRole("button", { name: "Close Test" }).click();
    const dialog = app.page.getByRole("dialog", { name: "Save changes to Test?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(tabs.getByRole("listitem")).toHaveCount(1);
    await tabs.getByRole("button", { name: "Close Test" }).click();
    await dialog.getByRole("button", { name: "Discard" }).click();
    await expect(app.canvas).toHaveCount(0);
  });

  test("gesture 64: tabs are put in another order, with the mouse and with the keyboard", async ({ app }) => {
    await app.show({ ...chain(), name: "First" });
    await app.open({ ...chain(), name: "Second" });
    await app.open({ ...chain(), name: "Third" });
    const tabs = app.page.getByRole("navigation", { name: "Open documents" });
    const names = (): Promise<string[]> => tabs.getByRole("button", { name: /^(First|Second|Third)/ }).allInnerTexts();
    const tab = (name: string) => tabs.getByRole("button", { name: new RegExp(`^${name}`) });
    await tab("Third").dragTo(tab("First"), { targetPosition: { x: 4, y: 8 } });
    await expect.poll(names).toEqual(["Third", "First", "Second"]);
    await tab("Third").focus();
    await app.press("Control+Shift+ArrowRight");
    await expect.poll(names).toEqual(["First", "Third", "Second"]);
  });

  test("gesture 64: what was not saved is offered after a crash, recent documents on the start page", async ({
    app,
  }) => {
    await app.show(chain());
    await app.select("relu1");
    await app.press("Delete");
    await expect.poll(() => app.steps()).toBe(1);
    app.page.on("dialog", (dialog) => void dialog.accept());
    await expect.poll(() => app.page.evaluate(countOfJournal), { timeout: 20_000 }).toBe(1);
    await app.page.reload();
    await app.page
      .getByRole("button", { name: /^Recover/ })
      .first()
      .click();
    await expect.poll(async () => (await app.document()).nodes.length).toBe(3);
  });

  test("gesture 65: the graph is exported as SVG and PNG, transparent or white, all or the selection", async ({
    app,
  }) => {
    await app.page.addInitScript(() => Reflect.deleteProperty(window, "showSaveFilePicker"));
    await app.show(template("lenet"));
    const dialog = app.page.getByRole("dialog");
    const save = async (button: string | RegExp): Promise<Buffer> => {
      const downloading = app.page.waitForEvent("download");
      await dialog.getByRole("button", { name: button }).click();
      return readFile((await (await downloading).path()) ?? "");
    };
    const open = async (): Promise<void> => {
      if ((await dialog.count()) > 0) return;
      await app.press("Control+k");
      await app.page.keyboard.type("figure");
      await app.press("Enter");
      await expect(dialog).toBeVisible();
    };
    await open();
    const svg = (await save(/SVG/)).toString("utf8");
    for (const word of ["conv1", "6×28×28", "<svg"]) expect(svg).toContain(word);
    await open();
    const png = await save(/PNG/);
    expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });
});
