import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";

export interface ServedFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** The name changes with the content, so a browser may keep it. */
  readonly lasting: boolean;
}

const types: { readonly [extension: string]: string } = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
};

/** The file of a folder that a request's target names; null for what is not there, not served, or outside the folder. */
export async function fileAt(folder: string, target: string): Promise<ServedFile | null> {
  const relative = relativePath(target);
  if (relative === null) return null;
  const file = path.join(folder, relative === "" ? "index.html" : relative);
  const type = types[path.extname(file).toLowerCase()];
  if (!type || !inside(folder, file)) return null;
  try {
    // A link must not lead out of the folder either.
    const [root, real] = await Promise.all([realpath(folder), realpath(file)]);
    if (!inside(root, real) || !(await stat(real)).isFile()) return null;
    return { type, bytes: await readFile(real), lasting: relative.startsWith("assets/") };
  } catch {
    return null;
  }
}

/** The decoded path without its leading slash; null where it is malformed or climbs. */
function relativePath(target: string): string | null {
  const raw = target.split(/[?#]/, 1)[0] ?? "";
  if (!raw.startsWith("/")) return null;
  try {
    const decoded = decodeURIComponent(raw.slice(1));
    const climbs = decoded.split("/").some((part) => part === ".." || part === ".");
    // A backslash parts folders on Windows, a colon names drives and streams there, and a null byte ends C strings.
    return climbs || /[\\:\0]/.test(decoded) || decoded.startsWith("/") ? null : decoded;
  } catch {
    return null;
  }
}

const inside = (folder: string, file: string): boolean => file.startsWith(folder + path.sep);
