// Builds the window into dist/renderer unless that is up to date.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./ensure.mjs";

const folders = ["renderer", "src", "graph-templates"];
const files = ["package-lock.json", "vite.config.ts", "scripts/window.mjs"];
const folder = path.join(root, "dist", "renderer");
const stamp = path.join(root, "dist", ".window");

export async function buildWindowIfNeeded() {
  const made = fingerprint();
  if (existsSync(path.join(folder, "index.html")) && existsSync(stamp) && readFileSync(stamp, "utf8") === made) return;
  const { build } = await import("vite");
  await build({ root: path.join(root, "renderer"), configFile: path.join(root, "vite.config.ts"), logLevel: "warn" });
  writeFileSync(stamp, made);
}

/** Changes with every source that is edited, added or removed. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const file of [...files, ...folders.flatMap(filesUnder)]) {
    const { size, mtimeMs } = statSync(path.join(root, file));
    hash.update(`${file}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function filesUnder(name) {
  const found = readdirSync(path.join(root, name), { withFileTypes: true });
  return found.flatMap((e) => (e.isDirectory() ? filesUnder(`${name}/${e.name}`) : [`${name}/${e.name}`])).sort();
}
