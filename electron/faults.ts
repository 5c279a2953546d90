import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { app, clipboard, dialog } from "electron";
import type { DesktopText } from "./texts.ts";

const logLimit = 1024 * 1024;

/** Writes what went wrong into the log of the app, which is kept short: this one and the one before. */
export function log(folder: string, text: string): void {
  const file = path.join(folder, "main.log");
  try {
    mkdirSync(folder, { recursive: true });
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > logLimit) renameSync(file, `${file}.1`);
    appendFileSync(file, `${new Date().toISOString()} ${text}\n`);
  } catch {
    // A log that cannot be written is no reason to stop.
  }
  process.stderr.write(`${text}\n`);
}

/**
 * A bug of ours in the app's own process: shown, logged, and the app goes on, for the documents are in the window. One
 * message at a time.
 */
export function showFaults(folder: string, text: () => DesktopText): void {
  let shown = false;
  const onFault = (error: unknown): void => {
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log(folder, details);
    if (shown) return;
    shown = true;
    void ask(details, text()).finally(() => {
      shown = false;
    });
  };
  process.on("uncaughtException", onFault);
  process.on("unhandledRejection", onFault);
}

async function ask(details: string, text: DesktopText): Promise<void> {
  await app.whenReady();
  const { response } = await dialog.showMessageBox({
    type: "error",
    message: text.faultTitle,
    detail: `${text.faultText}\n\n${details.split("\n").slice(0, 6).join("\n")}`,
    buttons: [text.goOn, text.copyDetails, text.quit],
    defaultId: 0,
    cancelId: 0,
  });
  if (response === 1) void clipboard.writeText(details);
  if (response === 2) app.quit();
}
