import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parameterValues, resolveNetwork } from "../../src/compile/index.ts";
import { rng } from "../../src/core/rng.ts";
import { sweep } from "../../src/engine/save.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import { decodeDocument, encodeDocument } from "../../src/train/document-file.ts";
import { temporaryFolder } from "../support/engine.ts";
import { readTemplate } from "../support/template.ts";

const root = path.resolve(import.meta.dirname, "../..");
const built = path.join(root, "dist", `kill-${process.pid}`);
const writer = path.join(built, "writer.cjs");

/** Saves two contents in turn into one file, until it is killed. */
const program = `
  import { readFileSync } from "node:fs";
  import { saveFile } from "./src/engine/save.ts";
  const [file, ...contents] = process.argv.slice(2);
  const bytes = contents.map((c) => readFileSync(c));
  async function main() {
    process.stdout.write("ready");
    for (let n = 0; ; n++) {
      const saved = await saveFile(file, bytes[n % bytes.length]);
      if (!saved.ok) process.exit(1);
    }
  }
  void main();
`;

beforeAll(async () => {
  mkdirSync(built, { recursive: true });
  await build({
    stdin: { contents: program, resolveDir: root, loader: "ts" },
    outfile: writer,
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    logLevel: "error",
  });
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

/** The LeNet template with weights that all have this added. */
function documentBytes(shift: number): Uint8Array {
  const document = readTemplate("lenet");
  const network = resolveNetwork(document);
  if (!network.ok) throw new Error(JSON.stringify(network.issues));
  const tensors = [...parameterValues(network.value)].map(([key, t]): [string, Tensor] => {
    return [key, { ...t, data: Float32Array.from(t.data as Float32Array, (v) => v + shift) } as Tensor];
  });
  const encoded = encodeDocument(document, { tensors: new Map(tensors), standardise: {}, step: 1, epoch: 0 });
  if (!encoded.ok) throw new Error(JSON.stringify(encoded.issues));
  return encoded.value;
}

it("a writer killed at 100 random moments leaves the old file or the new one, and strays are swept", async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, "net.gradloom");
  const contents = [documentBytes(0.5), documentBytes(-0.5)].map((bytes, i) => {
    const place = path.join(built, `content-${i}`);
    writeFileSync(place, bytes);
    return { place, bytes: Buffer.from(bytes) };
  });
  writeFileSync(file, contents[0]?.bytes ?? "");
  const random = rng(4, "moments of killing");
  const found = [0, 0];
  let strays = 0;
  for (let round = 0; round < 100; round++) {
    const child = spawn(process.execPath, [writer, file, ...contents.map((c) => c.place)], { stdio: "pipe" });
    await once(child.stdout, "data");
    await new Promise((done) => setTimeout(done, 40 * random.uniform()));
    child.kill("SIGKILL");
    const [, signal] = await once(child, "close");
    expect(signal).toBe("SIGKILL");
    const bytes = readFileSync(file);
    const which = contents.findIndex((c) => c.bytes.equals(bytes));
    expect(which, `round ${round}: ${bytes.length} bytes`).toBeGreaterThanOrEqual(0);
    found[which] = (found[which] ?? 0) + 1;
    expect(decodeDocument(bytes).ok).toBe(true);
    strays += readdirSync(folder).length - 1;
    await sweep(folder);
    expect(readdirSync(folder)).toEqual(["net.gradloom"]);
  }
  // The moments were of use: both contents were met, and some writings were cut off halfway.
  expect(Math.min(...found)).toBeGreaterThan(5);
  expect(strays).toBeGreaterThan(5);
});
