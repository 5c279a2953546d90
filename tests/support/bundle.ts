import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(__dirname, "../..");

/**
 * The engine as one file, as it is shipped, in a folder of its own under `dist` (where onnxruntime and the data sets
 * are found); the folder is gone when the test process ends.
 */
export async function bundleEngine(): Promise<string> {
  const folder = path.join(root, "dist", `test-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const outfile = path.join(folder, "engine.cjs");
  await build({
    entryPoints: [path.join(root, "src/engine/main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    external: ["onnxruntime-node"],
    logLevel: "error",
  });
  return outfile;
}
