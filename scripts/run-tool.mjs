// Runs a TypeScript tool of scripts/ or bench/: `node scripts/run-tool.mjs references <folder>`.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { ensureBuilt, ensureInstalled, giveUp, root } from "./ensure.mjs";

const [name = "", ...args] = process.argv.slice(2);
const source = [`scripts/${name}.ts`, `${name}/main.ts`].find((f) => existsSync(path.join(root, f)));
if (!/^[a-z-]+$/.test(name) || !source) giveUp(`There is no tool "${name}".`, `没有名为“${name}”的工具。`, 2);

ensureInstalled();
await ensureBuilt();
const { build } = await import("esbuild");
const outfile = path.join(root, "dist", "tools", `${name}.cjs`);
await build({
  absWorkingDir: root,
  entryPoints: [source],
  outfile,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["onnxruntime-node"],
  logLevel: "warning",
});
const { status } = spawnSync(process.execPath, [outfile, ...args], { stdio: "inherit" });
process.exitCode = status ?? 1;
