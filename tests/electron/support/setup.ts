import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { buildIfNeeded } from "../../../scripts/build.mjs";
import { ensureTestElectron } from "../../../scripts/electron-runtime.mjs";
import { buildWindowIfNeeded } from "../../../scripts/window.mjs";

/** Builds what is tested, finds an Electron, and makes a screen where there is none. */
export default async function setup(): Promise<() => void> {
  if (!process.env["GRADLOOM_PACKAGED"]) {
    await buildIfNeeded();
    await buildWindowIfNeeded();
    const found = ensureTestElectron();
    if ("reason" in found) throw new Error(found.reason);
    process.env["ELECTRON_OVERRIDE_DIST_PATH"] = found.folder;
  }
  const screen = process.env["GRADLOOM_TEST_DISPLAY"] ? null : await startScreen();
  return () => void screen?.kill();
}

/** A screen in memory; its own number is told by the program, so that several can run side by side. */
function startScreen(): Promise<ChildProcess> {
  const args = ["-displayfd", "3", "-screen", "0", "1920x1080x24", "-nolisten", "tcp"];
  const server = spawn("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`Xvfb ended with ${code}`)));
    (server.stdio[3] as Readable).once("data", (number: Buffer) => {
      process.env["DISPLAY"] = `:${number.toString().trim()}`;
      resolve(server);
    });
  });
}
