import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { root, temporaryFolder } from "../support/cli.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

const node = (script: string, ...args: string[]) =>
  spawnSync(process.execPath, [path.join(root, "scripts", script), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });

test("the command works from any folder", () => {
  const { status, stdout } = node("gradloom.mjs", "check", "lenet");
  expect(stdout).toBe("No problems: 13 nodes, 61,706 parameters.\n");
  expect(status).toBe(0);
});

test.each([
  ["run-tool.mjs", ["nothing"]],
  ["run-tool.mjs", []],
  ["test.mjs", ["nothing"]],
])("%s %j is wrong use, said in both languages", (script, args) => {
  const { status, stderr } = node(script, ...args);
  expect(status).toBe(2);
  expect(stderr).toMatch(/no tool|No such step/);
  expect(stderr).toMatch(/没有/);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test("the script of continuous integration is one that bash reads", () => {
  expect(spawnSync("bash", ["-n", path.join(root, ".ci/run")]).status).toBe(0);
});

// Where Electron was fetched for good, npm start opens it.
const fetched = existsSync(path.join(root, "node_modules/electron/path.txt"));

test.skipIf(fetched)(
  "npm start says in one line why there is no desktop window, soon, and opens the browser mode",
  async () => {
    const begun = Date.now();
    // A screen, and a place to fetch Electron from that does not answer.
    const env = {
      ...process.env,
      DISPLAY: ":99",
      ELECTRON_MIRROR: "http://127.0.0.1:9/",
      ELECTRON_OVERRIDE_DIST_PATH: "",
    };
    const args = [path.join(root, "scripts/start.mjs"), "--no-sandbox"];
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    await new Promise<void>((done, failed) => {
      child.stdout.on("data", (text: Buffer) => {
        out += text.toString();
        if (out.includes("http://127.0.0.1:")) done();
      });
      child.once("exit", (code) => failed(new Error(`ended with ${code}: ${out}`)));
    });
    // Not the retries of minutes that fetching has; the rest is the start of the server.
    expect(Date.now() - begun).toBeLessThan(60_000);
    child.removeAllListeners("exit");
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await ended;
    expect(out).toMatch(/^No desktop window: .+\.\n没有桌面窗口：.+。\n/);
    expect(out.match(/No desktop window/g)).toHaveLength(1);
  },
);
