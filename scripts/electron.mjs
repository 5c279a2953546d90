// The Electron that `npm start` shows the window in: the one of node_modules, fetched once where that can be done.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./ensure.mjs";

const folder = path.join(root, "node_modules", "electron");
/** How long the place that Electron comes from may take to answer at all (ms). */
const patience = 3000;

/** The program, fetched where it is not there and can be had; otherwise the reason why there is none. */
export async function ensureElectron(args) {
  if (process.platform === "linux" && process.getuid?.() === 0 && !args.includes("--no-sandbox")) {
    return {
      reason: "its sandbox does not work for root; --no-sandbox does without",
      chinese: "root 用户无法使用其沙盒；可加 --no-sandbox",
    };
  }
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const there = given ? inFolder(given) : installed();
  if (there) return { program: there };
  if (given) return { reason: `${given} has no Electron`, chinese: `${given} 中没有 Electron` };
  if (process.platform === "darwin" && process.arch === "x64") {
    return { reason: "onnxruntime has no build for Macs with Intel", chinese: "onnxruntime 不支持 Intel 芯片的 Mac" };
  }
  const from = source();
  if (!(await answers(from))) {
    return { reason: `Electron cannot be fetched from ${from}`, chinese: `无法从 ${from} 下载 Electron` };
  }
  process.stderr.write("Fetching Electron (once) … / 正在下载 Electron（仅此一次）…\n");
  const { status } = spawnSync(process.execPath, [path.join(folder, "install.js")], { stdio: ["ignore", 2, 2] });
  const fetched = status === 0 ? installed() : null;
  return fetched
    ? { program: fetched }
    : { reason: "Electron could not be fetched, as said above", chinese: "Electron 下载失败，原因见上" };
}

/** What Electron's own installer has put there. */
function installed() {
  const named = path.join(folder, "path.txt");
  if (!existsSync(named)) return null;
  const program = path.join(folder, "dist", readFileSync(named, "utf8"));
  return existsSync(program) ? program : null;
}

const inFolder = (dist) =>
  ["electron", "electron.exe", "Electron.app/Contents/MacOS/Electron"].map((n) => path.join(dist, n)).find(existsSync);

/** Host that Electron's installer fetches from; mirrors are named as it reads them. */
function source() {
  const { env } = process;
  const mirror = env.npm_config_electron_mirror || env.NPM_CONFIG_ELECTRON_MIRROR || env.ELECTRON_MIRROR;
  try {
    return new URL(mirror || "https://github.com").origin;
  } catch {
    return "https://github.com";
  }
}

async function answers(origin) {
  // Behind a proxy only the installer knows the way.
  if (process.env.ELECTRON_GET_USE_PROXY) return true;
  try {
    await fetch(origin, { method: "HEAD", signal: AbortSignal.timeout(patience) });
    return true;
  } catch {
    return false;
  }
}

/** A window that has stood this long (ms) has opened; one that is gone before, with an error, never did. */
const opening = 10_000;

/** Shows the window until it is closed. False where it could not be opened. */
export function runElectron(program, args) {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const begun = Date.now();
  const child = spawn(program, [root, ...args], { stdio: ["ignore", "inherit", "inherit"], env });
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("exit", (code, signal) => {
      const failed = signal !== "SIGTERM" && signal !== "SIGINT" && code !== 0;
      if (!failed) process.exitCode = 0;
      else if (Date.now() - begun >= opening) process.exitCode = code ?? 1;
      resolve(!failed || Date.now() - begun >= opening);
    });
  });
}
