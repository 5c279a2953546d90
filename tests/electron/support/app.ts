import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test as base, type ElectronApplication, _electron as electron, expect, type Page } from "@playwright/test";
import type { DocumentInput, GraphDocument } from "../../../src/graph/document.ts";
import type { DesktopApi } from "../../../src/protocol/desktop.ts";

export { expect };

const root = path.resolve(import.meta.dirname, "../../..");

export interface LaunchOptions {
  /** Files on the command line. */
  readonly files?: readonly string[];
  /** Folder of the app's own files; a fresh one by default. */
  readonly userData?: string;
  readonly env?: { readonly [name: string]: string };
}

/** The app as it runs, and the page in its window. */
export class DesktopApp {
  /** Errors of the page that no test expects. */
  readonly faults: string[] = [];

  constructor(
    readonly app: ElectronApplication,
    readonly page: Page,
    readonly userData: string,
  ) {
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(message.text());
    });
  }

  /** The document that is shown. */
  async document(): Promise<GraphDocument> {
    const document = await this.page.evaluate(() => window.gradloomTest?.document());
    expect(document).toBeTruthy();
    return document as GraphDocument;
  }

  async open(document: DocumentInput): Promise<void> {
    expect(await this.page.evaluate((d) => window.gradloomTest?.open(d), document as object)).toBe(true);
  }

  /** Chooses a line of the menu by its id. */
  async menu(id: string): Promise<void> {
    await expect.poll(() => this.menuLine(id)).toMatchObject({ enabled: true });
    await this.app.evaluate(({ Menu }, id) => void Menu.getApplicationMenu()?.getMenuItemById(id)?.click(), id);
  }

  menuLine(id: string): Promise<{ label: string; enabled: boolean; checked: boolean; accelerator: string } | null> {
    return this.app.evaluate(({ Menu }, id) => {
      const item = Menu.getApplicationMenu()?.getMenuItemById(id);
      if (!item) return null;
      const { label, enabled, checked } = item;
      return { label, enabled, checked, accelerator: String(item.accelerator ?? "") };
    }, id);
  }

  /** What the dialogs for opening and saving answer from now on. */
  async answerDialogs(answers: { readonly open?: readonly string[]; readonly save?: string | null }): Promise<void> {
    await this.app.evaluate(({ dialog }, { open, save }) => {
      if (open) dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [...open] });
      if (save !== undefined) {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: save === null, filePath: save ?? "" });
      }
    }, answers);
  }

  /** Ends the process without a word. */
  kill(): void {
    this.app.process().kill("SIGKILL");
  }

  /** Ends the app without asking what is not saved. */
  async end(): Promise<void> {
    await this.app.evaluate(({ app }) => app.exit(0)).catch(() => {});
    await this.app.close().catch(() => {});
  }
}

declare global {
  interface Window {
    readonly gradloom?: DesktopApi;
  }
}

export interface Fixtures {
  /** Starts the app; it is ended after the test, and must not have had errors in its page. */
  launch: (options?: LaunchOptions) => Promise<DesktopApp>;
  /** A folder of the test's own. */
  folder: string;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are needed from the pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), "gradloom-electron-"));
    await use(folder);
    // Processes of a killed app die one after the other and may still write.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  },
  launch: async ({ folder }, use) => {
    const apps: DesktopApp[] = [];
    let count = 0;
    await use(async (options = {}) => {
      const started = await start(options.userData ?? path.join(folder, `user-${count++}`), options);
      apps.push(started);
      return started;
    });
    for (const app of apps) await app.end();
    expect(apps.flatMap((a) => a.faults)).toEqual([]);
  },
});

/** Command line and program of the app that is tested. */
export function commandOf(userData: string, files: readonly string[]) {
  const packaged = process.env["GRADLOOM_PACKAGED"];
  const switches = [`--user-data-dir=${userData}`, "--disable-gpu", "--lang=en-GB"];
  // A sandbox of the system is refused to root; what is tested of it are the settings.
  const asRoot = process.getuid?.() === 0;
  return {
    ...(packaged ? { executablePath: packaged } : {}),
    args: [...switches, ...(packaged ? [] : [root]), ...files],
    chromiumSandbox: !asRoot,
  };
}

const packaged = process.env["GRADLOOM_PACKAGED"] !== undefined;

async function start(userData: string, { files = [], env = {} }: LaunchOptions): Promise<DesktopApp> {
  const app = await electron.launch({
    ...commandOf(userData, files),
    env: {
      ...(process.env as { [name: string]: string }),
      GRADLOOM_TEST: packaged ? "wait" : "1",
      LANG: "en_GB.UTF-8",
      ...env,
    },
    timeout: 30_000,
  });
  // Playwright holds a program of the sources back until it is connected; a packaged one it cannot, so that waits itself.
  if (packaged) {
    await app.evaluate(async () => {
      const there = (): unknown => Reflect.get(globalThis, "gradloomTestIsThere");
      while (there() === undefined) await new Promise((later) => setTimeout(later, 10));
      (there() as () => void)();
    });
  }
  const page = await app.firstWindow();
  const started = new DesktopApp(app, page, userData);
  await page.waitForFunction(() => window.gradloomTest !== undefined && window.gradloom !== undefined);
  return started;
}

/** A small document without problems. */
export const chain = (): DocumentInput => ({
  format: "gradloom",
  version: 1,
  name: "Test",
  nodes: [
    { id: "image", layer: "input", params: { shape: [16] }, position: { x: 0, y: 0 } },
    { id: "dense1", layer: "dense", params: { units: 8 }, position: { x: 300, y: 0 } },
    { id: "relu1", layer: "relu", position: { x: 600, y: 0 } },
  ],
  edges: [
    { id: "e1", from: { node: "image" }, to: { node: "dense1" } },
    { id: "e2", from: { node: "dense1" }, to: { node: "relu1" } },
  ],
});

/** Writes a document into a file of the test's folder. */
export function writeDocument(folder: string, name: string, document: DocumentInput = chain()): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(document));
  return file;
}
