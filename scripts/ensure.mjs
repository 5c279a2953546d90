// Makes a fresh clone ready: the right Node, dependencies as package-lock.json says, and the bundles in dist/.
// Nothing is done that is done already, so that every command can call this first.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const modules = path.join(root, "node_modules");
const stamp = path.join(modules, ".gradloom-installed");

/** Prints a problem in both languages and ends the process: at this point there is no program to ask for one. */
export function giveUp(english, chinese, code = 1) {
  process.stderr.write(`\n${english}\n${chinese}\n`);
  process.exit(code);
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  giveUp(
    `Gradloom needs Node.js 20.19 or newer; this is ${process.version}. Install a newer one from https://nodejs.org.`,
    `Gradloom 需要 Node.js 20.19 或更新的版本，当前为 ${process.version}。请从 https://nodejs.org 安装新版本。`,
  );
}

/** Installs dependencies unless they are there just as package-lock.json says. */
export function ensureInstalled() {
  checkNode();
  const lock = readFileSync(path.join(root, "package-lock.json"), "utf8");
  const wanted = createHash("sha256").update(lock).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  if (!installedAs(JSON.parse(lock))) install();
  writeFileSync(stamp, wanted);
}

/** Whether npm's own record of what it installed agrees with the lock file, whoever ran it. */
function installedAs(lock) {
  const record = path.join(modules, ".package-lock.json");
  if (!existsSync(record)) return false;
  let installed;
  try {
    installed = JSON.parse(readFileSync(record, "utf8")).packages;
  } catch {
    return false;
  }
  return Object.entries(lock.packages).every(([place, wanted]) => {
    if (place === "") return true;
    const found = installed[place];
    // Packages for other systems are in the lock file and are rightly not installed.
    return found ? found.version === wanted.version && found.integrity === wanted.integrity : wanted.optional === true;
  });
}

function install() {
  process.stderr.write("Installing dependencies (once) … / 正在安装依赖（仅此一次）…\n");
  // The npm that runs this script, else the one on the path. Windows starts .cmd files through a shell only.
  const own = process.env.npm_execpath;
  const [command, prefix] = own?.endsWith(".js") ? [process.execPath, [own]] : ["npm", []];
  const args = [...prefix, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const shell = process.platform === "win32" && command === "npm";
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2], shell });
  if (status === 0) return;
  const reason = error?.message ?? `npm ci: ${status}`;
  giveUp(
    `The dependencies could not be installed (${reason}); the lines above say why. Gradloom needs the npm registry ` +
      "once: check the connection and `npm config get registry`, then run the command again.",
    `依赖安装失败（${reason}），原因见上。Gradloom 首次运行需要访问 npm 源：请检查网络和 ` +
      "`npm config get registry`，然后重试。国内可改用镜像源：npm config set registry <镜像地址>",
  );
}

/** Bundles the sources into dist/ unless that is up to date. */
export async function ensureBuilt() {
  const { buildIfNeeded } = await import("./build.mjs");
  try {
    await buildIfNeeded();
  } catch (error) {
    giveUp(`The program could not be built: ${error instanceof Error ? error.message : error}`, "构建失败，原因见上。");
  }
}

/** Builds the window into dist/renderer unless that is up to date. */
export async function ensureWindow() {
  const { buildWindowIfNeeded } = await import("./window.mjs");
  try {
    await buildWindowIfNeeded();
  } catch (error) {
    giveUp(
      `The window could not be built: ${error instanceof Error ? error.message : error}`,
      "窗口构建失败，原因见上。",
    );
  }
}
