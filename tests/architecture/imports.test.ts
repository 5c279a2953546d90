import path from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf, root, type Source, sources } from "./sources.ts";

/** A folder imports itself and what stands above it. There are no exemptions. */
const order = [
  "core",
  "shape",
  "data",
  "ir",
  "graph",
  "layers",
  "lower",
  "autodiff",
  "optim",
  "passes",
  "onnx",
  "compile",
  "train",
  "explain",
  "codegen",
  "protocol",
  "diagnose",
  "i18n",
  "engine",
  "server",
  "cli",
];

const everywhere = ["zod", "onnx-proto", "pure-rand"];
const files = ["fast-png", "fflate", "jpeg-js", "papaparse", "write-file-atomic"];
/** Packages of folders that have some of their own. */
const own: { readonly [folder: string]: readonly string[] } = { protocol: ["@msgpack/msgpack"] };
/** Packages, and whether Node's own modules may be imported, for the folders that are not pure. */
const outside: { readonly [folder: string]: readonly string[] } = {
  engine: [...everywhere, ...files, "onnxruntime-node"],
  server: [...everywhere, "ws"],
  cli: [...everywhere, "cli-progress"],
};

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/** What is wrong with an import, or null. */
function faultOf(source: Source, specifier: string): string | null {
  const { file, folder } = source;
  if (specifier.startsWith("node:")) return folder in outside ? null : `${file}: Node's ${specifier} in a pure folder`;
  if (!specifier.startsWith(".")) {
    const allowed = [...(outside[folder] ?? everywhere), ...(own[folder] ?? [])];
    return allowed.includes(packageOf(specifier)) ? null : `${file}: package ${specifier} is not allowed in ${folder}`;
  }
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (!target.startsWith("src/")) return `${file}: ${specifier} lies outside src/`;
  if (!specifier.endsWith(".ts")) return `${file}: ${specifier} has no extension .ts`;
  const to = target.split("/")[1] as string;
  return order.indexOf(to) <= order.indexOf(folder) ? null : `${file}: ${folder} must not import ${to}`;
}

describe("imports", () => {
  test("every folder of src/ has its place in the order", () => {
    const folders = [...new Set(sources.map((s) => s.folder))];
    expect(folders.filter((f) => !order.includes(f))).toEqual([]);
    expect(sources.length).toBeGreaterThan(50);
  });

  test("a folder imports only itself and what stands above it, and only its packages", () => {
    const faults = sources.flatMap((s) => importsOf(s).map((i) => faultOf(s, i))).filter((f) => f !== null);
    expect(faults).toEqual([]);
  });

  test("the rules find what they are for", () => {
    const inCore = { file: "src/core/x.ts", folder: "core", text: "" };
    const inCli = { file: "src/cli/x.ts", folder: "cli", text: "" };
    expect(faultOf(inCore, "../shape/dim.ts")).toMatch("core must not import shape");
    expect(faultOf(inCore, "node:fs")).toMatch("pure folder");
    expect(faultOf(inCli, "onnxruntime-node")).toMatch("not allowed");
    expect(faultOf(inCli, "../../scripts/ensure.mjs")).toMatch("outside src/");
    expect(faultOf(inCli, "../core/result")).toMatch("no extension");
    expect(faultOf(inCli, "../core/result.ts")).toBeNull();
    const text = `import type { A } from "./a.ts"; export * from "./b.ts"; const c = import("./c.ts"); type D = import("./d.ts").D;`;
    expect(importsOf({ ...inCore, text }).sort()).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts"]);
  });

  test("the package installs everything that is imported", async () => {
    const manifest = (await import(path.join(root, "package.json"), { with: { type: "json" } })).default as {
      dependencies: object;
      devDependencies: object;
    };
    const known = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    const used = sources.flatMap(importsOf).filter((s) => !s.startsWith(".") && !s.startsWith("node:"));
    expect([...new Set(used.map(packageOf))].filter((p) => !known.includes(p))).toEqual([]);
  });
});
