// `npm run package`: packs the desktop app for this system, starts what came out, and drives it with the tests of the app.
// The Electron of package.json is packed where it can be had; else, on Linux, the runtime of the tests, whose packages are
// for trying only and lie in a folder that says so.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { aptInstall, isProgram } from "./apt.mjs";
import { ensureElectron } from "./electron.mjs";
import { ensureTestElectron, testElectronVersion } from "./electron-runtime.mjs";
import { ensureBuilt, ensureInstalled, ensureWindow, giveUp, root } from "./ensure.mjs";
import { noticesFile, writeNotices } from "./notices.mjs";

const given = process.argv.slice(2);
const onlyFolder = given.includes("--dir");

if (process.platform === "darwin" && (process.arch !== "arm64" || given.includes("--x64"))) {
  giveUp(
    "There are no packages for Macs with Intel: onnxruntime-node has no build for them. The browser mode (npm start) runs there with an older onnxruntime only.",
    "不提供 Intel 芯片 Mac 的安装包：onnxruntime-node 没有对应的版本。",
  );
}

ensureInstalled();
await ensureBuilt();
await ensureWindow();
writeNotices();

const runtime = await chooseRuntime();
const output = path.join(root, "dist", runtime.forPeople ? "package" : "package-for-trying");
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
say(`Packing with Electron ${runtime.version} into ${path.relative(root, output)}`);
if (!runtime.forPeople) {
  say("This Electron is out of support: its packages are for trying on this machine and must not be given to anyone.");
}

builder(["--dir"], { GRADLOOM_PACKAGE_DRIVEN: "1" });
const unpacked = path.join(output, readdirSync(output).find((name) => /unpacked$|^mac/.test(name)) ?? "");
const program = programIn(unpacked);
check(program !== null, `the package has no program in ${unpacked}`);
say(`Unpacked: ${megabytes(sizeOf(unpacked))} MB`);
const contents = checkContents(unpacked);
say(`onnxruntime: ${contents.join(", ")}`);

if (process.platform === "linux") {
  drive(program, "electron");
  drive(program, "speed");
}
await closeDoor(program);
if (!onlyFolder) archives();

for (const name of readdirSync(output).sort()) {
  const file = path.join(output, name);
  if (statSync(file).isFile() && /\.(?:gz|zip|deb|AppImage|exe|dmg)$/.test(name)) {
    say(`${name}: ${megabytes(statSync(file).size)} MB${holdsProgram(file) ? ", holds the program" : ""}`);
  }
}

async function chooseRuntime() {
  if (process.env.GRADLOOM_PACKAGE_RUNTIME !== "test") {
    // Packing needs no screen and no sandbox.
    const found = await ensureElectron(["--no-sandbox"]);
    if (found.program && !process.env.ELECTRON_OVERRIDE_DIST_PATH) {
      const { version } = JSON.parse(readFileSync(path.join(root, "node_modules/electron/package.json"), "utf8"));
      return { version, folder: null, forPeople: true };
    }
    say(`The Electron of package.json cannot be had: ${found.reason}.`);
  }
  const test = ensureTestElectron();
  if (!test.folder) giveUp(`No Electron: ${test.reason}.`, "没有可用的 Electron。");
  return { version: testElectronVersion, folder: test.folder, forPeople: false };
}

function builder(args, env = {}) {
  const own = runtime.folder ? { GRADLOOM_ELECTRON: `${runtime.version}=${runtime.folder}` } : {};
  const command = [
    path.join(root, "node_modules/electron-builder/cli.js"),
    ...["--config", "electron-builder.config.cjs", "--publish", "never"],
    ...args,
  ];
  const { status } = spawnSync(process.execPath, command, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: "false", GRADLOOM_PACKAGE_OUTPUT: output, ...own, ...env },
  });
  check(status === 0, `electron-builder ${args.join(" ")} failed`);
}

/** What can be made on this machine: without GitHub neither AppImage nor fpm, but their likes of Debian. */
function archives() {
  if (runtime.forPeople) {
    builder(["--prepackaged", unpacked]);
    return;
  }
  const seven = ["/usr/bin/7za", "/usr/bin/7zz"].find(isProgram) ?? installSeven();
  builder(["--linux", "tar.gz", "zip", "deb", "--prepackaged", unpacked], {
    ELECTRON_BUILDER_7ZIP_PATH: seven,
    ELECTRON_BUILDER_COMPRESSION_LEVEL: "1",
    CUSTOM_FPM_PATH: path.join(root, "scripts/fpm-deb.mjs"),
    GRADLOOM_DEB_LEVEL: "1",
  });
}

/** Whether the program is found in an archive, where this machine can look into it. */
function holdsProgram(file) {
  const listers = [
    [/\.tar\.gz$/, "tar", "-tzf"],
    [/\.deb$/, "dpkg-deb", "-c"],
    [/\.zip$/, "7za", "l"],
  ];
  const [, command, option] = listers.find(([ending]) => ending.test(file)) ?? [];
  if (!command) return false;
  const { stdout } = spawnSync(command, [option, file], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const found = /(?:^|[/ ])gradloom$/m.test(stdout ?? "");
  check(found, `${path.basename(file)} does not hold the program`);
  return found;
}

function installSeven() {
  const failed = aptInstall(["p7zip-full"], "7-Zip");
  check(failed === null, `7-Zip is missing, and ${failed}`);
  return "/usr/bin/7za";
}

/** Nothing that does not belong, and what must be there is. */
function checkContents(folder) {
  const files = filesUnder(folder).map((f) => path.relative(folder, f).replaceAll("\\", "/"));
  const libraries = files.filter((f) => /onnxruntime[^/]*\.(?:node|so|dll|dylib)/.test(f) || /libonnxruntime/.test(f));
  const foreign = files.filter((f) => {
    const [, system, processor] = /onnxruntime-node\/bin\/[^/]+\/([^/]+)\/([^/]+)\//.exec(f) ?? [];
    return system !== undefined && (system !== process.platform || processor !== process.arch);
  });
  check(libraries.length > 0, "onnxruntime is not in the package");
  check(foreign.length === 0, `libraries of other systems are in the package: ${foreign.join(", ")}`);
  for (const wanted of ["LICENSE", path.basename(noticesFile)]) {
    check(
      files.some((f) => f.endsWith(`esources/${wanted}`)),
      `${wanted} is not in the package`,
    );
  }
  check(!files.some((f) => f.endsWith("default_app.asar")), "the package would start other apps");
  return libraries.map((f) => path.basename(f));
}

/** The tests of the desktop app with this program, on a screen that is none. */
function drive(file, project) {
  const cli = path.join(root, "node_modules/@playwright/test/cli.js");
  const { status } = spawnSync(
    process.execPath,
    [cli, "test", "--config=playwright.electron.config.ts", `--project=${project}`],
    { cwd: root, stdio: "inherit", env: { ...process.env, GRADLOOM_PACKAGED: file } },
  );
  check(status === 0, "the packed app fails its tests");
}

/** Takes away the door that the tests came in by, and reads back that all fuses are as they should be. */
async function closeDoor(file) {
  const { flipFuses, FuseV1Options, FuseVersion, getCurrentFuseWire } = await import("@electron/fuses");
  await flipFuses(file, { version: FuseVersion.V1, [FuseV1Options.EnableNodeCliInspectArguments]: false });
  const wire = await getCurrentFuseWire(file);
  const off = "0".charCodeAt(0);
  const mustBeOff = ["RunAsNode", "EnableNodeOptionsEnvironmentVariable", "EnableNodeCliInspectArguments"];
  for (const name of mustBeOff) check(wire[FuseV1Options[name]] === off, `the fuse ${name} is on`);
  check(wire[FuseV1Options.OnlyLoadAppFromAsar] !== off, "the fuse OnlyLoadAppFromAsar is off");
  say(`Fuses: ${mustBeOff.join(", ")} off; OnlyLoadAppFromAsar on`);
}

function programIn(folder) {
  const names = ["gradloom", "Gradloom.exe", "Gradloom.app/Contents/MacOS/Gradloom"];
  return names.map((n) => path.join(folder, n)).find((f) => existsSync(f)) ?? null;
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) => {
    const file = path.join(folder, e.name);
    return e.isDirectory() ? filesUnder(file) : [file];
  });
}

function sizeOf(folder) {
  return filesUnder(folder).reduce((sum, f) => sum + (statSync(f, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function megabytes(n) {
  return Math.round(n / 1e6);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function check(good, text) {
  if (good) return;
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
