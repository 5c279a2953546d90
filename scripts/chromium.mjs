// A Chromium for the tests of the window: the one named by GRADLOOM_CHROMIUM, else one of the system.
import { existsSync } from "node:fs";
import path from "node:path";
import { aptInstall, isProgram } from "./apt.mjs";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Path of a Chromium that is there, or null. */
export function findChromium() {
  const own = process.env.GRADLOOM_CHROMIUM;
  if (own) return existsSync(own) ? own : null;
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(path.delimiter)];
  const candidates = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return candidates.find(isProgram) ?? null;
}

/**
 * Path of a Chromium, installed from Debian's packages where that can be done without a question, with a Chinese font for
 * the Chinese interface. Otherwise the reason why there is none.
 */
export function ensureChromium() {
  const found = findChromium();
  if (found) return { path: found };
  if (process.env.GRADLOOM_CHROMIUM)
    return { reason: `GRADLOOM_CHROMIUM names ${process.env.GRADLOOM_CHROMIUM}, which is not there` };
  const failed = aptInstall(["chromium", "fonts-noto-cjk"], "Chromium");
  const installed = findChromium();
  if (installed) return { path: installed };
  return { reason: `no Chromium was found, and ${failed ?? "apt-get installed none"}` };
}
