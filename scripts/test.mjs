// `npm test`: every check the project has, and at the end what passed, failed and was skipped.
// Arguments name the steps to run (`npm test -- lint unit`); none means all.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { ensureTestElectron } from "./electron-runtime.mjs";
import { ensureBuilt, ensureInstalled, giveUp, root } from "./ensure.mjs";

const bin = (file) => path.join(root, "node_modules", file);
const check = (name, file, ...args) => ({ name, run: () => checkResult(name, [file, ...args]) });
const project = (name) => ({ name, run: () => projectResult(name) });

const steps = [
  check("gen", path.join(root, "scripts", "generate.mjs"), "--check"),
  check("typecheck", bin("@typescript/compiler/bin/tsc"), "-p", "tsconfig.json"),
  check("typecheck-core", bin("@typescript/compiler/bin/tsc"), "-p", "src/tsconfig.core.json"),
  check("biome", bin("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."),
  check("eslint", bin("eslint/bin/eslint.js"), ".", "--max-warnings", "0"),
  project("unit"),
  project("engine"),
  project("e2e"),
  { name: "window", run: windowResult },
  { name: "electron", run: electronResult },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((s) => s.name === name));
if (unknown.length > 0) {
  const names = steps.map((s) => s.name).join(", ");
  giveUp(
    `No such step: ${unknown.join(", ")}. There are: ${names}.`,
    `没有这一步：${unknown.join("、")}。可用：${names}。`,
    2,
  );
}

ensureInstalled();
await ensureBuilt();

const results = steps
  .filter((s) => wanted.length === 0 || wanted.includes(s.name))
  .map(({ name, run }) => {
    process.stdout.write(`\n== ${name}\n`);
    const begun = Date.now();
    const result = run();
    return { name, seconds: (Date.now() - begun) / 1000, ...result };
  });

process.stdout.write("\n");
for (const { name, seconds, passed, failed, skipped } of results) {
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  process.stdout.write(`${failed > 0 ? "FAIL" : "ok  "} ${name.padEnd(15)} ${counts} (${seconds.toFixed(1)} s)\n`);
}
const total = (key) => results.reduce((sum, r) => sum + r[key], 0);
process.stdout.write(`\n${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped\n`);
process.exitCode = total("failed") > 0 ? 1 : 0;

function node(args, env = {}) {
  const options = { cwd: root, stdio: "inherit", env: { ...process.env, ...env } };
  const { status, error } = spawnSync(process.execPath, args, options);
  if (error) process.stderr.write(`${error.message}\n`);
  return status === 0;
}

/** A check counts as one test. */
function checkResult(_name, args) {
  return node(args) ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** A project of vitest, counted from its own report, so that a run that broke off is no success. */
function projectResult(name) {
  const folder = path.join(root, "test-results");
  const report = path.join(folder, `${name}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  const good = node([
    bin("vitest/vitest.mjs"),
    ...["run", "--project", name, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
  ]);
  const counts = existsSync(report) ? countsOf(JSON.parse(readFileSync(report, "utf8"))) : none;
  // A run that fails without a failed test (an error outside tests, no report, no tests at all) is a failure too.
  return good || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

/** The tests of the window; skipped with the reason where no Chromium can be had. */
function windowResult() {
  const args = ["--project=window"];
  const chromium = ensureChromium();
  if (chromium.reason) return playwrightSkipped(args, chromium.reason, "没有可用的 Chromium");
  return playwrightResult("window", args, { GRADLOOM_CHROMIUM: chromium.path });
}

/** The tests of the desktop app; skipped with the reason where no Electron can be had. */
function electronResult() {
  const args = ["--config=playwright.electron.config.ts", "--project=electron"];
  const electron = ensureTestElectron();
  if (electron.reason) return playwrightSkipped(args, electron.reason, "没有可用的 Electron");
  return playwrightResult("electron", args, { ELECTRON_OVERRIDE_DIST_PATH: electron.folder });
}

function playwrightSkipped(args, english, chinese) {
  const listing = [bin("@playwright/test/cli.js"), "test", ...args, "--list"];
  const { stdout } = spawnSync(process.execPath, listing, { cwd: root, encoding: "utf8" });
  const skipped = Number(/Total: (\d+) test/.exec(stdout)?.[1] ?? 1);
  process.stdout.write(`Skipped: ${english}.\n已跳过：${chinese}。\n`);
  return { passed: 0, failed: 0, skipped };
}

/** Tests of playwright, counted from their own report; one that passes at a second try only has failed. */
function playwrightResult(name, args, programs) {
  const playwright = [bin("@playwright/test/cli.js"), "test", ...args];
  const report = path.join(root, "test-results", `${name}.json`);
  rmSync(report, { force: true });
  const env = { ...programs, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const good = node([...playwright, "--reporter=list,json"], env);
  if (!existsSync(report)) return { ...none, failed: 1 };
  const { stats, errors } = JSON.parse(readFileSync(report, "utf8"));
  const failed = stats.unexpected + stats.flaky + errors.length;
  return { passed: stats.expected, failed: good ? failed : Math.max(1, failed), skipped: stats.skipped };
}

const none = { passed: 0, failed: 0, skipped: 0 };

function countsOf(report) {
  // A file that could not be loaded has no tests in the report, only its own failure.
  const broken = report.testResults.filter((f) => f.status === "failed" && f.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
