import path from "node:path";
import { preview } from "vite";
import { buildWindowIfNeeded } from "../../../scripts/window.mjs";

const root = path.resolve(import.meta.dirname, "../../..");

/** Builds the window where needed and serves it on a free port of this machine; tests find it in `GRADLOOM_URL`. */
export default async function serve(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["GRADLOOM_URL"]) return undefined;
  await buildWindowIfNeeded();
  const server = await preview({
    root: path.join(root, "renderer"),
    configFile: path.join(root, "vite.config.ts"),
    logLevel: "warn",
    preview: { host: "127.0.0.1", port: 0 },
  });
  process.env["GRADLOOM_URL"] = server.resolvedUrls?.local[0] ?? "";
  return () => server.close();
}
