import { statSync } from "node:fs";
import path from "node:path";

const documents = new Set([".gradloom", ".json"]);

/** The documents named on a command line, as whole paths. What else stands there is Electron's own. */
export const documentsIn = (argv: readonly string[], folder: string): readonly string[] =>
  argv
    .slice(1)
    .filter((a) => !a.startsWith("-") && documents.has(path.extname(a).toLowerCase()))
    .map((a) => path.resolve(folder, a))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false);
