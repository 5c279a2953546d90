import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const page = readFileSync(path.join(root, "docs/adding-a-layer.md"), "utf8");

/** The fenced blocks of the page that say which file they make or extend. */
const steps = [...page.matchAll(/^```ts (file|insert)=(\S+)\n([\s\S]*?)^```$/gm)].map(([, how, file, text]) => {
  return { how: how as "file" | "insert", file: file as string, text: text as string };
});

/** What a newcomer would try: a network with the new layer, checked, compiled, and its gradient against differences. */
const probe = `
import { checkDocument, compile } from "../src/compile/index.ts";
import { readDocument } from "../src/graph/read.ts";
import { layers as en } from "../src/i18n/en/layers.ts";
import { layers as zh } from "../src/i18n/zh/layers.ts";

export function run() {
  const read = readDocument({
    format: "gradloom",
    version: 1,
    nodes: [
      { id: "x", layer: "input", params: { shape: [2] } },
      { id: "hidden", layer: "dense", params: { units: 8 } },
      { id: "bend", layer: "lisht", params: { slope: 0.7 } },
      { id: "y", layer: "dense", params: { units: 2 } },
    ],
    edges: [["x", "hidden"], ["hidden", "bend"], ["bend", "y"]].map(([a, b], i) => ({ id: "e" + i, from: { node: a }, to: { node: b } })),
    data: { source: { kind: "generator", name: "moons" }, inputs: { x: "x" } },
    objectives: [{ id: "main", terms: [{ loss: { kind: "cross-entropy" }, prediction: { node: "y" }, target: { field: "label" } }], optimizer: { kind: "sgd" } }],
  });
  if (!read.ok) return read.issues;
  const model = compile(read.value, { kind: "training-step", batch: 4, gradients: true });
  if (!model.ok) return model.issues;
  return { issues: checkDocument(read.value).issues, bytes: model.value.bytes, names: [en.lisht.name, zh.lisht.name] };
}
`;

describe("docs/adding-a-layer.md", () => {
  const copy = mkdtempSync(path.join(tmpdir(), "gradloom-layer-"));
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  beforeAll(() => {
    for (const folder of ["src", "scripts"])
      cpSync(path.join(root, folder), path.join(copy, folder), { recursive: true });
    symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"), "junction");
    for (const { how, file, text } of steps) {
      const target = path.join(copy, file);
      if (how === "file") writeFileSync(target, text);
      else {
        // At the end of the last table of the file, which is the one of layers.
        const before = readFileSync(target, "utf8").trimEnd();
        expect(before.endsWith("};"), `${file} ends with its table`).toBe(true);
        writeFileSync(target, `${before.slice(0, -2)}${text}};\n`);
      }
    }
    execFileSync(process.execPath, [path.join(copy, "scripts/generate.mjs")]);
  });

  it("takes three hand-written files at most", () => {
    expect(new Set(steps.map((s) => s.file)).size).toBeGreaterThan(0);
    expect(new Set(steps.map((s) => s.file)).size).toBeLessThanOrEqual(3);
  });

  it("gives a layer that is checked, trained and named in both languages", async () => {
    writeFileSync(path.join(copy, "scripts", "probe.ts"), probe);
    const outfile = path.join(copy, "probe.cjs");
    await build({
      entryPoints: [path.join(copy, "scripts/probe.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      logLevel: "silent",
    });
    const { run } = createRequire(import.meta.url)(outfile) as {
      run(): { issues: unknown[]; bytes: Uint8Array; names: string[] };
    };
    const result = run();
    expect(result.issues).toEqual([]);
    expect(result.names).toEqual(["LiSHT", "LiSHT"]);
    const { InferenceSession } = await import("onnxruntime-node");
    const session = await InferenceSession.create(result.bytes);
    expect(session.outputNames).toContain("hidden.weight.gradient");
  });

  it("type-checks", () => {
    const config = { extends: path.join(root, "tsconfig.json"), include: ["src/layers", "src/i18n"] };
    writeFileSync(path.join(copy, "tsconfig.json"), JSON.stringify(config));
    const tsc = path.join(root, "node_modules/.bin/tsc");
    const { stdout, status } = spawnSync(tsc, ["-p", copy], { encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });
});
