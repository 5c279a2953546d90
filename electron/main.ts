import path from "node:path";
import { app, dialog, session } from "electron";
import { ok } from "../src/core/result.ts";
import { localeOfEnvironment } from "../src/i18n/locale.ts";
import { documentsIn } from "./arguments.ts";
import { showFaults } from "./faults.ts";
import { Files } from "./files.ts";
import { Grants } from "./grants.ts";
import { answerChannels } from "./ipc/handle.ts";
import { EngineLine } from "./line.ts";
import { registerScheme, serveScheme } from "./protocol.ts";
import { isOwnFrame, lockContents, lockSession } from "./security.ts";
import { createService } from "./service.ts";
import { Store } from "./store.ts";
import { desktopTexts } from "./texts.ts";
import { MainWindow } from "./window.ts";

/** The desktop app: one window around the page of the editor, its files, its menus, and the engine behind it. */
function start(): void {
  const folder = app.getPath("userData");
  const store = new Store(folder);
  const grants = new Grants(store);
  const files = new Files(grants, path.join(folder, "backups"));
  const main = new MainWindow(store, grants, folder);
  const service = createService(grants);
  const line = new EngineLine(service.connect);
  main.onPageGone = () => line.close();
  showFaults(path.join(folder, "logs"), () => main.text);
  lockContents();

  const open = async (paths: readonly string[]): Promise<void> => {
    for (const file of paths) {
      const read = await files.open([file]);
      if (read.ok) main.tell({ kind: "open", files: read.value });
      else main.tell({ kind: "cannot-open", result: read, name: path.basename(file) });
    }
  };

  // A Mac opens files by an event, which comes before anything else when it starts the app.
  app.on("open-file", (event, file) => {
    event.preventDefault();
    void open([file]);
    if (app.isReady()) main.show();
  });
  app.on("second-instance", (_event, argv, cwd, given) => {
    main.show();
    void open(namedBy(given) ?? documentsIn(argv, cwd));
  });
  app.on("activate", () => main.show());
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });

  // The engine may be in the middle of a step: it ends with a checkpoint, and the app waits for that.
  let ended = false;
  app.on("will-quit", (event) => {
    if (ended) return;
    event.preventDefault();
    void Promise.all([service.close(), store.written()]).finally(() => {
      ended = true;
      // Not before Electron has taken note that this quitting was called off.
      setImmediate(() => app.quit());
    });
  });

  void Promise.all([app.whenReady(), testsAreThere()]).then(() => {
    lockSession(session.defaultSession);
    serveScheme(path.join(__dirname, "..", "renderer"));
    answerChannels(
      {
        ...files.handlers(() => main.window),
        ...main.handlers(),
        "engine.connect": () => {
          main.sendPort(line.open());
          return ok(null);
        },
      },
      (frame) => isOwnFrame(frame, main.window?.webContents ?? null),
    );
    void open(documentsIn(process.argv, process.cwd()));
    main.show();
    void files.sweep(store.value.files);
  });
}

/**
 * A test that drives a package connects while the app starts, and can miss what happens meanwhile: such a test says when
 * it is there. Otherwise at once.
 */
const testsAreThere = (): Promise<void> =>
  process.env["GRADLOOM_TEST"] === "wait"
    ? new Promise((resolve) => void Reflect.set(globalThis, "gradloomTestIsThere", resolve))
    : Promise.resolve();

/** What a second start says that it was to open: found in its own folder, by itself. */
function namedBy(given: unknown): readonly string[] | null {
  const named = typeof given === "object" && given !== null && "documents" in given ? given.documents : null;
  return Array.isArray(named) && named.every((n) => typeof n === "string") ? named : null;
}

// Every page, of whatever window, is in a sandbox. Root is refused the system's, has to say so, and cannot have both.
if (!app.commandLine.hasSwitch("no-sandbox")) app.enableSandbox();
registerScheme();
if (app.requestSingleInstanceLock({ documents: [...documentsIn(process.argv, process.cwd())] })) {
  try {
    start();
  } catch (error) {
    // Nothing is there yet to show it in: such as a folder of the app's own that cannot be written.
    const { cannotStart } = desktopTexts[localeOfEnvironment(process.env)];
    dialog.showErrorBox(cannotStart, error instanceof Error ? error.message : String(error));
    app.exit(1);
  }
} else app.quit();
