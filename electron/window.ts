import path from "node:path";
import {
  app,
  BrowserWindow,
  dialog,
  Menu,
  type MessagePortMain,
  nativeTheme,
  powerSaveBlocker,
  screen,
  shell,
} from "electron";
import { issue } from "../src/core/issue.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import { type Locale, localeFrom } from "../src/i18n/locale.ts";
import type { DesktopEvent, MenuLine, WindowState } from "../src/protocol/desktop.ts";
import { log } from "./faults.ts";
import type { Grants } from "./grants.ts";
import type { Handlers } from "./ipc/handle.ts";
import { eventChannel, portChannel } from "./ipc/names.ts";
import { menuBar, patchMenu } from "./menu.ts";
import { deskOf, placeFor, smallest } from "./place.ts";
import { startPage } from "./protocol.ts";
import { openOutside } from "./security.ts";
import type { Store } from "./store.ts";
import { type DesktopText, desktopTexts } from "./texts.ts";

/** Before the page has drawn itself: the colour of its background (--bg-app). */
const background = { light: "#f2f2f5", dark: "#0b0b0e" } as const;
/** A page that does not say within this time that it has heard of the closing is stuck (ms). */
const closePatience = 3000;
/** A page that dies more often than this within a minute is not opened again unasked. */
const reloads = 3;
const minute = 60_000;

/** The one window of the app, and what the system does to it. */
export class MainWindow {
  readonly #store: Store;
  readonly #grants: Grants;
  readonly #folder: string;
  #window: BrowserWindow | null = null;
  /** The page listens. */
  #ready = false;
  #waiting: DesktopEvent[] = [];
  #state: WindowState | null = null;
  #menus: readonly MenuLine[] | null = null;
  #closing: "no" | "asked" | "may" = "no";
  #quitting = false;
  #patience: NodeJS.Timeout | null = null;
  #deaths: number[] = [];
  /** What keeps the machine awake while a training goes on. */
  #awake: number | null = null;
  /** The page is loaded anew or gone: what belonged to the old one ends. */
  onPageGone: () => void = () => {};

  /** `folder` is that of the app's own files. */
  constructor(store: Store, grants: Grants, folder: string) {
    this.#store = store;
    this.#grants = grants;
    this.#folder = folder;
    // Asked of every window: the page has to answer before the app ends.
    app.on("before-quit", () => {
      this.#quitting = true;
    });
  }

  get window(): BrowserWindow | null {
    return this.#window;
  }

  get text(): DesktopText {
    return desktopTexts[this.#state?.locale ?? this.#store.value.locale ?? systemLocale()];
  }

  /** Opens the window, or brings it to the front where there is one. */
  show(): void {
    const window = this.#window ?? this.#open();
    if (window.isMinimized()) window.restore();
    if (window.isVisible()) window.focus();
  }

  /** Tells the page; kept until it listens. */
  tell(event: DesktopEvent): void {
    if (this.#ready) this.#window?.webContents.send(eventChannel, event);
    else this.#waiting.push(event);
  }

  sendPort(port: MessagePortMain): void {
    this.#window?.webContents.postMessage(portChannel, null, [port]);
  }

  handlers() {
    return {
      "window.ready": () => {
        this.#ready = true;
        for (const event of this.#waiting.splice(0)) this.tell(event);
        return ok(null);
      },
      "window.setMenu": (menus) => this.#setMenu(menus),
      "window.setState": (state) => this.#setState(state),
      "window.setProgress": (share) => this.#setProgress(share),
      "window.heardClose": () => {
        this.#stopWaiting();
        return ok(null);
      },
      "window.answerClose": (close) => this.#answerClose(close),
      "window.quit": () => {
        // After the answer has gone: the app may end at once.
        setImmediate(() => app.quit());
        return ok(null);
      },
      "window.toggleFullScreen": () => {
        this.#window?.setFullScreen(!this.#window.isFullScreen());
        return ok(null);
      },
      "window.edit": (action) => {
        this.#window?.webContents[action]();
        return ok(null);
      },
      "window.print": () => this.#print(),
      "window.pdf": () => this.#pdf(),
      "window.openOutside": async (page) => {
        await openOutside(page);
        return ok(null);
      },
      "window.show": async (what) => {
        await shell.openPath(what === "notices" ? noticesFile() : this.#folder);
        return ok(null);
      },
    } satisfies Partial<Handlers>;
  }

  #open(): BrowserWindow {
    const { places, appearance } = this.#store.value;
    const screens = screen.getAllDisplays();
    const place = placeFor(places[deskOf(screens)], screens);
    nativeTheme.themeSource = appearance;
    const window = new BrowserWindow({
      ...place.bounds,
      minWidth: Math.min(smallest.width, place.bounds.width),
      minHeight: Math.min(smallest.height, place.bounds.height),
      fullscreen: place.fullScreen,
      show: false,
      title: "Gradloom",
      backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
      webPreferences: {
        preload: path.join(__dirname, "preload.cjs"),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
        additionalArguments: [`--gradloom-version=${app.getVersion()}`],
      },
    });
    this.#window = window;
    if (place.maximized) window.maximize();
    window.once("ready-to-show", () => window.show());
    window.on("close", (event) => this.#onClose(event));
    window.on("focus", () => window.flashFrame(false));
    window.on("closed", () => this.#onClosed());
    for (const change of ["resize", "move", "maximize", "unmaximize"] as const) {
      window.on(change as "resize", () => this.#keepPlace());
    }
    window.webContents.on("did-start-navigation", (details) => {
      if (details.isMainFrame && !details.isSameDocument) this.#forgetPage();
    });
    window.webContents.on("render-process-gone", (_event, { reason, exitCode }) => {
      log(path.join(this.#folder, "logs"), `page gone: ${reason}, exit code ${exitCode}`);
      void this.#onPageDied();
    });
    if (!Menu.getApplicationMenu()) this.#setMenu([]);
    // The tests read the document through a hook of the page, which has to be asked for.
    void window.loadURL(process.env["GRADLOOM_TEST"] ? `${startPage}?test` : startPage);
    return window;
  }

  #setMenu(menus: readonly MenuLine[]): Result<null> {
    const bar = Menu.getApplicationMenu();
    const before = this.#menus;
    this.#menus = menus;
    if (bar && before && patchMenu(bar, before, menus)) return ok(null);
    Menu.setApplicationMenu(
      menuBar(menus, this.text, (id, byKey) => {
        this.show();
        this.tell({ kind: "command", id, byKey });
      }),
    );
    return ok(null);
  }

  #setState(state: WindowState): Result<null> {
    this.#state = state;
    const { locale, appearance } = state;
    if (locale !== this.#store.value.locale || appearance !== this.#store.value.appearance) {
      this.#store.set({ locale, appearance });
    }
    if (nativeTheme.themeSource !== appearance) nativeTheme.themeSource = appearance;
    this.#window?.setDocumentEdited(state.edited);
    this.#window?.setRepresentedFilename((state.file && this.#grants.pathOf(state.file)) ?? "");
    return ok(null);
  }

  /** Shown in the task bar; who works elsewhere meanwhile is told of the end. A sleeping machine would not train. */
  #setProgress(share: number | null): Result<null> {
    const window = this.#window;
    window?.setProgressBar(share ?? -1);
    if (share !== null) this.#awake ??= powerSaveBlocker.start("prevent-app-suspension");
    else if (this.#awake !== null) {
      powerSaveBlocker.stop(this.#awake);
      this.#awake = null;
      if (window && !window.isFocused()) window.flashFrame(true);
    }
    return ok(null);
  }

  #keepPlace(): void {
    const window = this.#window;
    if (!window || window.isMinimized()) return;
    const desk = deskOf(screen.getAllDisplays());
    const place = {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
      fullScreen: window.isFullScreen(),
    };
    const others = Object.entries(this.#store.value.places).filter(([name]) => name !== desk);
    this.#store.set({ places: Object.fromEntries([[desk, place], ...others.slice(0, 7)]) });
  }

  /* Closing: the page knows what is not saved, and asks in its own words. */

  #onClose(event: Electron.Event): void {
    if (this.#closing === "may" || !this.#ready) return;
    event.preventDefault();
    if (this.#closing === "asked") {
      this.show();
      return;
    }
    this.#closing = "asked";
    this.tell({ kind: "close" });
    this.#patience = setTimeout(() => void this.#onSilence(), closePatience);
  }

  async #onSilence(): Promise<void> {
    const window = this.#window;
    if (!window) return;
    const { silentTitle, silentText, wait, closeAnyway } = this.text;
    const { response } = await dialog.showMessageBox(window, {
      type: "warning",
      message: silentTitle,
      detail: silentText,
      buttons: [wait, closeAnyway],
      defaultId: 0,
      cancelId: 0,
    });
    if (response === 1) this.#answerClose(true);
    else this.#answerClose(false);
  }

  #answerClose(close: boolean): Result<null> {
    this.#stopWaiting();
    if (this.#closing !== "asked") return ok(null);
    this.#closing = close ? "may" : "no";
    if (close) setImmediate(() => this.#window?.close());
    else this.#quitting = false;
    return ok(null);
  }

  #stopWaiting(): void {
    if (this.#patience) clearTimeout(this.#patience);
    this.#patience = null;
  }

  #onClosed(): void {
    this.#window = null;
    this.#closing = "no";
    this.#forgetPage();
    // A Mac keeps programs without windows; a quitting that waited for the page goes on.
    if (this.#quitting || process.platform !== "darwin") app.quit();
  }

  #forgetPage(): void {
    this.#ready = false;
    this.#setProgress(null);
    this.#stopWaiting();
    this.onPageGone();
  }

  /** Opens a page that died once more. Its documents are in its journal. */
  async #onPageDied(): Promise<void> {
    const window = this.#window;
    if (!window) return;
    this.#forgetPage();
    if (this.#closing === "asked") {
      this.#answerClose(true);
      return;
    }
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((t) => now - t < minute), now];
    if (this.#deaths.length > reloads) {
      const { crashedTitle, crashedText, reload, quit } = this.text;
      const { response } = await dialog.showMessageBox(window, {
        type: "error",
        message: crashedTitle,
        detail: crashedText,
        buttons: [reload, quit],
        defaultId: 0,
        cancelId: 1,
      });
      if (response === 1) {
        app.quit();
        return;
      }
      this.#deaths = [];
    }
    if (!window.isDestroyed()) window.webContents.reload();
  }

  /* Paper. */

  #print(): Promise<Result<null>> {
    return new Promise((done) => {
      const contents = this.#window?.webContents;
      if (!contents) return done(printFailed("no window"));
      contents.print({ printBackground: true }, (printed, reason) =>
        // Not to print after all is no failure.
        done(printed || /cancel/i.test(reason) ? ok(null) : printFailed(reason)),
      );
    });
  }

  async #pdf(): Promise<Result<Uint8Array>> {
    try {
      const pdf = await this.#window?.webContents.printToPDF({ printBackground: true, preferCSSPageSize: true });
      return pdf ? ok(new Uint8Array(pdf)) : printFailed("no window");
    } catch (error) {
      return printFailed(error instanceof Error ? error.message : String(error));
    }
  }
}

/** Beside the program in a package, among what was built else. */
const noticesFile = (): string =>
  path.join(app.isPackaged ? process.resourcesPath : path.join(app.getAppPath(), "dist"), "THIRD-PARTY-NOTICES.txt");

const printFailed = (reason: string): Result<never> => fail(issue("desktop.print", { reason }));

/** What the user's system speaks, as far as the program does. The page reads the same at its first start. */
const systemLocale = (): Locale => localeFrom(app.getLocale()) ?? "en";
