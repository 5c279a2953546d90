// Writes dist/THIRD-PARTY-NOTICES.txt: the licences of everything that is in a package of the desktop app. What is in it is
// read from what was bundled, so that nothing is forgotten and nothing listed that is only used for building.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./ensure.mjs";

const modules = path.join(root, "node_modules");
export const noticesFile = path.join(root, "dist", "THIRD-PARTY-NOTICES.txt");
/** Installed beside the bundles, since it has libraries of its own; what it needs to fetch others is left out. */
const installed = ["onnxruntime-node", "onnxruntime-common"];

/** Names of the packages, and their licences. A package without a licence is an error: it may not be shipped. */
export function writeNotices() {
  const packages = [...new Set([...bundledPackages(), ...installed])].sort();
  const parts = packages.map(noticeOf);
  const without = parts.filter((p) => p.license === null).map((p) => p.name);
  if (without.length > 0) throw new Error(`no licence is known of ${without.join(", ")}`);
  writeFileSync(noticesFile, [head(parts), ...parts.map(text), dataSets()].join(`\n${"-".repeat(78)}\n\n`));
  return parts;
}

/** Packages whose code stands in a bundle, as the maps and the list of the window's build say. */
function bundledPackages() {
  const folder = path.join(root, "dist", "electron");
  const maps = readdirSync(folder).filter((name) => name.endsWith(".map"));
  const sources = maps.flatMap((name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")).sources);
  const window = JSON.parse(readFileSync(path.join(root, "dist", "window-packages.json"), "utf8"));
  return [...sources.map(packageOf).filter((name) => name !== null), ...window];
}

/** Name of the package that a file of node_modules belongs to, or null. */
export function packageOf(file) {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file.replaceAll("\\", "/")) ?? [];
  return name ?? null;
}

function noticeOf(name) {
  const folder = path.join(modules, name);
  const { version, license, licenses, homepage, repository } = JSON.parse(
    readFileSync(path.join(folder, "package.json"), "utf8"),
  );
  const files = readdirSync(folder)
    .filter((f) => /^(?:licen[cs]e|copying|notice|third.?party)/i.test(f))
    .sort();
  const texts = files.map((f) => readFileSync(path.join(folder, f), "utf8").trim());
  const named = license ?? licenses?.map?.((l) => l.type).join(" OR ") ?? null;
  const place = homepage ?? (typeof repository === "string" ? repository : repository?.url) ?? "";
  return { name, version, license: typeof named === "string" ? named : (named?.type ?? null), place, texts };
}

const head = (parts) =>
  [
    "Gradloom is made of the work of many. These are the packages in it, and their licences.",
    "Electron and Chromium have theirs in LICENSE.electron.txt and LICENSES.chromium.html beside the program.",
    "",
    ...parts.map((p) => `${p.name} ${p.version}: ${p.license}`),
    "",
  ].join("\n");

const text = ({ name, version, license, place, texts }) =>
  [`${name} ${version}`, `Licence: ${license}`, ...(place ? [place] : []), "", ...texts.flatMap((t) => [t, ""])].join(
    "\n",
  );

function dataSets() {
  const file = path.join(root, "datasets", "README.md");
  return existsSync(file) ? `Data sets\n\n${readFileSync(file, "utf8")}` : "";
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const parts = writeNotices();
  process.stdout.write(`${parts.length} packages\n`);
}
