// Bundles src/ into dist/: one CommonJS file for each process and thread. `npm run build` always builds; other commands only
// when a source changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./ensure.mjs";

const entries = {
  cli: "src/cli/main.ts",
  engine: "src/engine/main.ts",
  "data-worker": "src/engine/data/worker.ts",
  // The desktop app, in a folder of its own; the engine looks for its thread beside itself.
  "electron/main": "electron/main.ts",
  "electron/preload": "electron/preload.ts",
  "electron/engine": "electron/engine.ts",
  "electron/data-worker": "src/engine/data/worker.ts",
};
const dist = path.join(root, "dist");
const stamp = path.join(dist, ".sources");

export async function buildIfNeeded() {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint()) return;
  await build();
}

export async function build() {
  const made = fingerprint();
  const { build: bundle } = await import("esbuild");
  // Into a folder of its own and then renamed: another command that starts now sees the old file or the new one.
  const fresh = path.join(dist, `.new-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  try {
    await bundle({
      absWorkingDir: root,
      entryPoints: entries,
      outdir: fresh,
      outExtension: { ".js": ".cjs" },
      bundle: true,
      platform: "node",
      target: "node18",
      format: "cjs",
      external: ["electron", "onnxruntime-node"],
      // Out of an archive, Electron loads what is required, not what is imported.
      supported: { "dynamic-import": false },
      sourcemap: "linked",
      legalComments: "none",
      logLevel: "warning",
    });
    for (const name of filesUnder(path.relative(root, fresh))) {
      const target = path.join(dist, path.relative(fresh, path.join(root, name)));
      mkdirSync(path.dirname(target), { recursive: true });
      renameSync(path.join(root, name), target);
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  writeFileSync(stamp, made);
}

/** Changes with every source that is edited, added or removed; names, sizes and times are enough and quick. */
function fingerprint() {
  const hash = createHash("sha256");
  const files = ["package-lock.json", "scripts/build.mjs", ...filesUnder("src"), ...filesUnder("electron")];
  for (const file of files) {
    const { size, mtimeMs } = statSync(path.join(root, file));
    hash.update(`${file}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function filesUnder(folder) {
  const found = readdirSync(path.join(root, folder), { withFileTypes: true });
  return found.flatMap((e) => (e.isDirectory() ? filesUnder(`${folder}/${e.name}`) : [`${folder}/${e.name}`])).sort();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await build();
