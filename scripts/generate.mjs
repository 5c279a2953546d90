// Writes src/layers/registry.gen.ts from the files of src/layers. With --check it only says whether that is up to date.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../src/layers/", import.meta.url);
const target = new URL("registry.gen.ts", folder);

const ids = readdirSync(folder)
  .filter((name) => name.endsWith(".ts") && /^export const layer\b/m.test(readFileSync(new URL(name, folder), "utf8")))
  .map((name) => name.slice(0, -".ts".length))
  .sort((a, b) => (a < b ? -1 : 1));

const variable = (id) => `${id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())}Layer`;

const text = `// Written by scripts/generate.mjs (npm run gen) from the files of this folder. Do not edit.
${ids.map((id) => `import { layer as ${variable(id)} } from "./${id}.ts";`).join("\n")}

/** Every layer by its id. */
export const layers = {
${ids.map((id) => `  "${id}": ${variable(id)},`).join("\n")}
} as const;

export type LayerId = keyof typeof layers;
`;

const existing = (() => {
  try {
    return readFileSync(target, "utf8");
  } catch {
    return null;
  }
})();

if (process.argv.includes("--check")) {
  if (existing !== text) {
    console.error(`${fileURLToPath(target)} is out of date: run npm run gen`);
    process.exit(1);
  }
} else if (existing !== text) writeFileSync(target, text);
