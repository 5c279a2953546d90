// `npm run kills -- [count] [seed]`: ends the desktop app's processes at random moments, 100 by default, and looks at
// what is left (tests/electron/kills.test.ts).
import { spawnSync } from "node:child_process";
import path from "node:path";
import { ensureInstalled, root } from "./ensure.mjs";

const [count = "100", seed = "1"] = process.argv.slice(2);
ensureInstalled();
const playwright = path.join(root, "node_modules", "@playwright", "test", "cli.js");
const args = ["test", "-c", "playwright.electron.config.ts", "--project=electron", "kills"];
const env = { ...process.env, GRADLOOM_KILLS: count, GRADLOOM_SEED: seed };
const { status } = spawnSync(process.execPath, [playwright, ...args], { cwd: root, stdio: "inherit", env });
process.exitCode = status ?? 1;
