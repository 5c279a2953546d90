import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "./support/app.ts";

/** A user who is not root: what `nobody` is on every Linux. */
const nobody = 65534;
const asRoot = process.getuid?.() === 0;
const root = path.resolve(import.meta.dirname, "../..");

/** A folder again, in a place that every user can read; as links where the two are on one disk. */
function copyFor(folder: string, from: string, to: string): string {
  const target = path.join(folder, to);
  mkdirSync(path.dirname(target), { recursive: true });
  const linked = spawnSync("cp", ["-rlL", from, target]).status === 0;
  if (!linked) spawnSync("cp", ["-rL", from, target]);
  return target;
}

/** Program and app where `nobody` can read them: what lies in the home of root is for root only. */
function commandFor(folder: string): readonly string[] {
  const packaged = process.env["GRADLOOM_PACKAGED"];
  const dist = packaged ? path.dirname(packaged) : (process.env["ELECTRON_OVERRIDE_DIST_PATH"] ?? "");
  const program = path.join(
    asRoot ? copyFor(folder, dist, "dist") : dist,
    packaged ? path.basename(packaged) : "electron",
  );
  if (packaged) return [program];
  if (!asRoot) return [program, root];
  for (const part of ["package.json", "dist/electron", "dist/renderer"]) {
    copyFor(folder, path.join(root, part), path.join("app", part));
  }
  return [program, path.join(folder, "app")];
}

/** `Seccomp` of a process: 2 is a filter of system calls. */
const seccompOf = (pid: string): string =>
  /Seccomp:\s*(\d)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";

/** Processes of pages of the app with this folder. */
function renderers(userData: string): string[] {
  const { stdout } = spawnSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((line) => line.includes("--type=renderer") && line.includes(userData))
    .map((line) => line.trim().split(" ")[0] ?? "")
    .filter((pid) => existsSync(`/proc/${pid}/status`));
}

test("the system holds the page in its sandbox too", async ({ folder }) => {
  // Runs wherever this project is tested. Other systems have no /proc to see from outside how a process is confined;
  // there window.test.ts says what the page itself can and cannot do.
  test.skip(process.platform !== "linux", "only Linux shows in /proc how a process is confined");
  chmodSync(folder, 0o777);
  const home = path.join(folder, "home");
  mkdirSync(home);
  chmodSync(home, 0o777);
  const userData = path.join(home, "user");
  const as = asRoot ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"] : [];
  const [command = "", ...args] = [...as, ...commandFor(folder), `--user-data-dir=${userData}`, "--disable-gpu"];
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home };
  const child = spawn(command, args, { cwd: folder, env, stdio: "ignore" });
  try {
    await expect.poll(() => renderers(userData).map(seccompOf), { timeout: 30_000 }).toEqual(["2"]);
  } finally {
    child.kill("SIGKILL");
  }
});
