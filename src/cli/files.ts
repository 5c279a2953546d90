import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { runningFolder } from "../engine/data/folder.ts";

/** The folder `name` of the installation: on the way up from the running file, the first that has it. */
export function installedFolder(name: string): string | null {
  for (let folder = runningFolder(); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, name);
    if (existsSync(candidate) && existsSync(path.join(folder, "package.json"))) return candidate;
    if (path.dirname(folder) === folder) return null;
  }
}

export function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

export function isDirectory(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** `runs/lenet-3`: the first of its kind that is not there. */
export function freshFolder(parent: string, name: string): string {
  for (let n = 1; ; n++) {
    const folder = path.join(parent, `${name}-${n}`);
    if (!existsSync(folder)) return folder;
  }
}

/** Where the program is installed, and its version. */
export function installation(): { readonly folder: string; readonly version: string } {
  const folder = path.dirname(installedFolder("graph-templates") ?? runningFolder());
  const { version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as { version: string };
  return { folder, version };
}
