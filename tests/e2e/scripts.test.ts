import { spawnSync } from "node:child_process";
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
