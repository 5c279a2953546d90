import { readFileSync } from "node:fs";
import path from "node:path";
import { uiText } from "../../src/i18n/ui.ts";
import { chain, type DesktopApp, expect, test } from "./support/app.ts";

interface Line {
  readonly id: string;
  readonly label: string;
  readonly type: string;
  readonly accelerator: string;
  readonly lines: readonly Line[];
}

/** The menu bar as the system has it. */
const menuBar = (app: DesktopApp): Promise<readonly Line[]> =>
  app.app.evaluate(({ Menu }) => {
    const read = (items: readonly Electron.MenuItem[]): Line[] =>
      items.map((item) => ({
        id: item.id,
        label: item.label,
        type: item.type,
        accelerator: String(item.accelerator ?? ""),
        lines: read(item.submenu?.items ?? []),
      }));
    return read(Menu.getApplicationMenu()?.items ?? []);
  });

const flat = (lines: readonly Line[]): readonly Line[] => lines.flatMap((l) => [l, ...flat(l.lines)]);
const steps = (app: DesktopApp): Promise<number> => app.page.evaluate(() => window.gradloomTest?.steps() ?? -1);

test.describe("menus", () => {
  test("are those of the window's table of commands, with its keys", async ({ launch }) => {
    const app = await launch();
    await app.open(chain());
    await expect.poll(() => app.menuLine("file.save")).toMatchObject({ label: "Save", enabled: true });
    const bar = await menuBar(app);
    expect(bar.map((m) => m.label)).toEqual(Object.values(uiText.en.shell.groups));
    const byId = new Map(flat(bar).map((l) => [l.id, l]));
    expect(byId.get("file.saveAs")).toMatchObject({ label: "Save as…", accelerator: "CommandOrControl+Shift+S" });
    expect(byId.get("view.zoomIn")).toMatchObject({ accelerator: "CommandOrControl+=" });
    expect(byId.get("edit.delete")).toMatchObject({ accelerator: "Delete" });
    expect(byId.get("view.minimap")).toMatchObject({ type: "checkbox" });
    // Every command that there is can be found here.
    const missing = Object.keys(uiText.en.commands).filter((id) => !byId.has(id));
    expect(missing).toEqual([]);
    // The window needs no second menu.
    await expect(app.page.getByRole("button", { name: "Menu", exact: true })).toHaveCount(0);
  });

  test("do what they say, are greyed where that makes no sense, and follow what happens", async ({ launch }) => {
    const app = await launch();
    await expect.poll(() => app.menuLine("file.new")).toMatchObject({ enabled: true });
    expect(await app.menuLine("file.save")).toMatchObject({ enabled: false });
    await app.menu("file.new");
    await expect(app.page).toHaveTitle(/^Untitled/);
    await app.open(chain());
    expect(await app.menuLine("edit.undo")).toMatchObject({ enabled: false });
    await app.menu("select.all");
    await app.menu("edit.duplicate");
    await expect.poll(async () => (await app.document()).nodes.length).toBe(6);
    await app.menu("edit.undo");
    await expect.poll(async () => (await app.document()).nodes.length).toBe(3);
    await app.menu("edit.redo");
    await expect.poll(async () => (await app.document()).nodes.length).toBe(6);
    expect(await app.menuLine("view.minimap")).toMatchObject({ checked: true });
    await app.menu("view.minimap");
    await expect.poll(() => app.menuLine("view.minimap")).toMatchObject({ checked: false });
    // One of several: choosing it again changes nothing.
    await app.menu("view.themeDark");
    await expect.poll(() => app.menuLine("view.themeDark")).toMatchObject({ checked: true });
    await app.menu("view.themeDark");
    await app.menu("view.minimap");
    await expect.poll(() => app.menuLine("view.minimap")).toMatchObject({ checked: true });
    expect(await app.menuLine("view.themeDark")).toMatchObject({ checked: true });
    expect(await app.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe("dark");
  });

  test("speak the language of the window, also at the next start", async ({ launch }) => {
    const app = await launch();
    await app.open(chain());
    await app.menu("view.language");
    await expect.poll(() => app.menuLine("file.save")).toMatchObject({ label: "保存" });
    const bar = await menuBar(app);
    expect(bar.map((m) => m.label)).toEqual(Object.values(uiText.zh.shell.groups));
    // Rebuilt in full: what is left in Latin letters are names.
    const labels = flat(bar)
      .map((l) => l.label)
      .filter((l) => l !== "" && !/\p{Script=Han}/u.test(l));
    expect(labels.filter((l) => /^[A-Z][a-z]+ [a-z]+/.test(l))).toEqual([]);
    await app.end();
    const again = await launch({ userData: app.userData });
    await expect.poll(() => again.menuLine("file.open")).toMatchObject({ label: "打开…" });
  });

  test("the menu of editing acts on a text field that has the focus", async ({ launch }) => {
    const app = await launch();
    await app.open(chain());
    await app.page.keyboard.press("Control+f");
    const field = app.page.getByRole("textbox").first();
    await field.fill("dense");
    await field.selectText();
    await app.menu("edit.cut");
    await expect(field).toHaveValue("");
    await app.menu("edit.paste");
    await expect(field).toHaveValue("dense");
    expect((await app.document()).nodes).toHaveLength(3);
    expect(await steps(app)).toBe(0);
  });

  test("templates and recent documents are in the menu; a dialog that waits greys the rest", async ({ launch }) => {
    const app = await launch();
    await expect.poll(async () => flat(await menuBar(app)).some((l) => l.label === "LeNet on MNIST")).toBe(true);
    const line = flat(await menuBar(app)).find((l) => l.label === "LeNet on MNIST");
    await app.menu(line?.id ?? "");
    await expect(app.page).toHaveTitle(/^LeNet/);
    await app.menu("help.about");
    const dialog = app.page.getByRole("dialog", { name: "About Gradloom" });
    await expect(dialog).toContainText("Electron");
    await expect(dialog).toContainText("0.1.0");
    await expect.poll(() => app.menuLine("file.save")).toMatchObject({ enabled: false });
    expect(await app.menuLine("file.quit")).toMatchObject({ enabled: true });
    await app.page.keyboard.press("Escape");
    await expect.poll(() => app.menuLine("file.save")).toMatchObject({ enabled: true });
  });

  test("the graph is saved as a PDF of one page", async ({ launch, folder }) => {
    const app = await launch();
    await app.open(chain());
    const file = path.join(folder, "net.pdf");
    await app.answerDialogs({ save: file });
    await app.menu("file.pdf");
    await expect(app.page.getByText("Saved as net.pdf")).toBeVisible();
    const pdf = readFileSync(file, "latin1");
    expect(pdf.slice(0, 5)).toBe("%PDF-");
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
    // As wide as the graph and not as the window: the page has nothing but the graph.
    const [, , , width = 0, height = 0] = (/MediaBox \[(\S+) (\S+) (\S+) (\S+)\]/.exec(pdf) ?? []).map(Number);
    expect(width / height).toBeGreaterThan(2);
  });
});
