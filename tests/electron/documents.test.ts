import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chain, type DesktopApp, expect, test, writeDocument } from "./support/app.ts";

/** Nodes of the document that is shown; none on the start page. */
const ids = (app: DesktopApp): Promise<string[]> =>
  app.page.evaluate(() => window.gradloomTest?.document()?.nodes.map((n) => n.id) ?? []);

/** Whether a node stands in a file, of either form. */
const stands = (file: string, id: string): boolean => new RegExp(`"id":\\s*"${id}"`).test(readFileSync(file, "utf8"));
/** Selects a node by its name and deletes it. */
async function edit(app: DesktopApp, id = "relu1"): Promise<void> {
  await app.page.locator(`.react-flow__node[data-id="${id}"]`).click({ position: { x: 20, y: 10 } });
  await app.page.keyboard.press("Delete");
  await expect.poll(() => ids(app)).not.toContain(id);
}

test.describe("documents", () => {
  test("a template is opened, changed, saved, and is the same after the app was closed and started again", async ({
    launch,
    folder,
  }) => {
    const file = path.join(folder, "网络 mine.gradloom");
    const first = await launch();
    await first.page.getByRole("button", { name: /LeNet/ }).first().click();
    await expect(first.page.locator(".react-flow__node").first()).toBeVisible();
    const before = await first.document();
    await first.page.locator('.react-flow__node[data-id="relu1"]').click({ position: { x: 20, y: 10 } });
    await first.page.keyboard.press("Delete");
    await expect.poll(async () => (await first.document()).nodes.length).toBe(before.nodes.length - 1);
    await first.answerDialogs({ save: file });
    await first.menu("file.save");
    await expect.poll(() => existsSync(file)).toBe(true);
    await expect(first.page).toHaveTitle(/^LeNet/);
    const saved = await first.document();
    const closed = first.app.waitForEvent("close");
    await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await closed;

    const second = await launch({ userData: first.userData, files: [file] });
    await expect.poll(() => ids(second)).toEqual(saved.nodes.map((n) => n.id));
    expect(await second.document()).toEqual(saved);
    await expect(second.page).toHaveTitle(/^LeNet/);
    // Saved again without a question: the way to the file is known.
    await edit(second, "relu2");
    await second.menu("file.save");
    await expect.poll(() => stands(file, "relu2")).toBe(false);
    // What it replaced is kept in the app's own folder.
    const backups = readdirSync(path.join(second.userData, "backups"));
    expect(backups).toEqual([expect.stringMatching(/-网络 mine\.gradloom$/)]);
    expect(stands(path.join(second.userData, "backups", backups[0] ?? ""), "relu2")).toBe(true);
    expect(readdirSync(folder).filter((f) => /\.\d+$/.test(f))).toEqual([]);
  });

  test("files are opened by the dialog; another name by save as; the ending is added", async ({ launch, folder }) => {
    const app = await launch();
    const file = writeDocument(folder, "a.json");
    await app.answerDialogs({ open: [file], save: path.join(folder, "b") });
    await app.menu("file.open");
    await expect.poll(() => ids(app)).toEqual(["image", "dense1", "relu1"]);
    await app.menu("file.saveAs");
    await expect.poll(() => existsSync(path.join(folder, "b.gradloom"))).toBe(true);
    await app.answerDialogs({ save: null });
    await edit(app);
    await app.menu("file.saveAs");
    await expect.poll(() => app.menuLine("file.save")).toMatchObject({ enabled: true });
    await expect(app.page.getByText("unsaved changes")).toBeAttached();
  });

  test("a file that another program has changed is not overwritten unasked", async ({ launch, folder }) => {
    const file = writeDocument(folder, "shared.gradloom");
    const app = await launch({ files: [file] });
    await expect.poll(() => ids(app)).toContain("relu1");
    await edit(app);
    writeFileSync(file, "of another program");
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    await app.menu("file.save");
    const dialog = app.page.getByRole("dialog", { name: /changed by another program/ });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(readFileSync(file, "utf8")).toBe("of another program");
    await app.menu("file.save");
    await dialog.getByRole("button", { name: "Overwrite" }).click();
    await expect.poll(() => stands(file, "dense1")).toBe(true);
  });

  test("closing asks only when something would be lost: cancel stays, discard closes", async ({ launch }) => {
    const app = await launch();
    await app.open(chain());
    await edit(app);
    await expect
      .poll(() => app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle()))
      .toMatch(/^• Test/);
    const close = () => app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    const dialog = app.page.getByRole("dialog", { name: "Save changes to Test?" });
    await close();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog).toHaveCount(0);
    expect(await ids(app)).toEqual(["image", "dense1"]);
    await close();
    const closed = app.app.waitForEvent("close");
    await dialog.getByRole("button", { name: "Discard" }).click();
    await closed;
    // What was thrown away on purpose is not offered as lost.
    const again = await launch({ userData: app.userData });
    await expect(again.page.getByRole("button", { name: /New network/ }).first()).toBeVisible();
    await expect(again.page.getByRole("button", { name: /^Recover/ })).toHaveCount(0);
  });

  test("closing with save saves, and a call-off of its dialog keeps the window", async ({ launch, folder }) => {
    const app = await launch();
    await app.open(chain());
    await edit(app);
    const dialog = app.page.getByRole("dialog", { name: "Save changes to Test?" });
    await app.answerDialogs({ save: null });
    await app.menu("file.quit");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toHaveCount(0);
    expect(await ids(app)).toEqual(["image", "dense1"]);
    const file = path.join(folder, "closing.gradloom");
    await app.answerDialogs({ save: file });
    await app.menu("file.quit");
    const closed = app.app.waitForEvent("close");
    await dialog.getByRole("button", { name: "Save" }).click();
    await closed;
    expect(stands(file, "dense1")).toBe(true);
  });

  test("what was not saved when the app was killed is offered at the next start", async ({ launch }) => {
    const app = await launch();
    await app.open(chain());
    await edit(app);
    await expect
      .poll(
        () =>
          app.page.evaluate(
            () =>
              new Promise<number>((resolve) => {
                const request = indexedDB.open("gradloom");
                request.onsuccess = () => {
                  const all = request.result.transaction("journal").objectStore("journal").count();
                  all.onsuccess = () => resolve(all.result);
                };
              }),
          ),
        { timeout: 20_000 },
      )
      .toBe(1);
    const closed = app.app.waitForEvent("close");
    app.kill();
    await closed;
    const again = await launch({ userData: app.userData });
    await again.page
      .getByRole("button", { name: /^Recover/ })
      .first()
      .click();
    await expect.poll(() => ids(again)).toEqual(["image", "dense1"]);
  });

  test("a page that dies is opened again, and its documents are offered", async ({ launch }) => {
    const app = await launch();
    const crashed = app.page.waitForEvent("crash");
    await app.app.evaluate(({ webContents }) => webContents.getAllWebContents()[0]?.forcefullyCrashRenderer());
    await crashed;
    await expect
      .poll(() => app.app.evaluate(({ webContents }) => webContents.getAllWebContents()[0]?.isCrashed()))
      .toBe(false);
    await expect
      .poll(() =>
        app.app.evaluate(({ webContents }) =>
          webContents.getAllWebContents()[0]?.executeJavaScript("document.querySelectorAll('button').length > 0"),
        ),
      )
      .toBe(true);
  });

  test("files are opened by a drop, with the way back to them", async ({ launch, folder }) => {
    const app = await launch();
    const file = writeDocument(folder, "dropped.gradloom");
    const client = await app.page.context().newCDPSession(app.page);
    for (const type of ["dragEnter", "dragOver", "drop"] as const) {
      await client.send("Input.dispatchDragEvent", {
        type,
        x: 500,
        y: 400,
        data: { items: [], files: [file], dragOperationsMask: 1 },
      });
    }
    await expect.poll(() => ids(app)).toEqual(["image", "dense1", "relu1"]);
    await edit(app);
    await app.menu("file.save");
    await expect.poll(() => stands(file, "relu1")).toBe(false);
  });

  test("a second start opens its file in the window that is there", async ({ launch, folder }) => {
    const app = await launch();
    const file = writeDocument(folder, "second.gradloom");
    const second = launch({ userData: app.userData, files: [file] }).catch(() => null);
    await expect.poll(() => ids(app)).toEqual(["image", "dense1", "relu1"]);
    await second;
    expect(await app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  test("what a killed writer left beside a known document is swept at the next start, and nothing else", async ({
    launch,
    folder,
  }) => {
    const file = writeDocument(folder, "known.gradloom");
    const first = await launch({ files: [file] });
    await expect.poll(() => ids(first)).toContain("relu1");
    await first.end();
    const others = ["other.gradloom.123", "known.gradloom.bak", "known.gradloom.1.txt"];
    for (const name of [...others, "known.gradloom.2716057"]) writeFileSync(path.join(folder, name), "half");
    await launch({ userData: first.userData });
    const left = () => readdirSync(folder).filter((name) => name.includes(".gradloom."));
    await expect.poll(left).toEqual([...others].sort());
  });

  test("a file that cannot be opened is explained", async ({ launch, folder }) => {
    const file = path.join(folder, "broken.gradloom");
    writeFileSync(file, "{ not a document");
    const app = await launch({ files: [file] });
    await expect(app.page.getByRole("dialog", { name: /broken\.gradloom cannot be opened/ })).toBeVisible();
  });
});
