// A Chromium for the tests of the window: the one named by GRADLOOM_CHROMIUM, else one of the system.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Path of a Chromium that is there, or null. */
export function findChromium() {
  const own = process.env.GRADLOOM_CHROMIUM;
  if (own) return existsSync(own) ? own : null;
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(path.delimiter)];
  const candidates = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return candidates.find(isProgram) ?? null;
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Path of a Chromium, installed from Debian's packages where that can be done without a question (root, or sudo that asks
 * for no password), with a Chinese font for the Chinese interface. Otherwise the reason why there is none.
 */
export function ensureChromium() {
  const found = findChromium();
  if (found) return { path: found };
  if (process.env.GRADLOOM_CHROMIUM)
    return { reason: `GRADLOOM_CHROMIUM names ${process.env.GRADLOOM_CHROMIUM}, which is not there` };
  const apt = ["/usr/bin/apt-get", "/bin/apt-get"].find(isProgram);
  if (!apt) return { reason: "no Chromium was found, and there is no apt-get to install one" };
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (sudo.length > 0 && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status !== 0) {
    return { reason: "no Chromium was found, and installing one needs root" };
  }
  process.stderr.write("Installing Chromium (once) … / 正在安装 Chromium（仅此一次）…\n");
  const run = (...args) => {
    const [command, ...rest] = [...sudo, "env", "DEBIAN_FRONTEND=noninteractive", apt, ...args];
    return spawnSync(command, rest, { stdio: ["ignore", "ignore", 2] }).status === 0;
  };
  run("update", "-q");
  const done = run("install", "-qy", "--no-install-recommends", "chromium", "fonts-noto-cjk");
  const installed = findChromium();
  return installed
    ? { path: installed }
    : { reason: `apt-get ${done ? "installed no chromium" : "could not install chromium"}` };
}
