import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The development server puts inline scripts into the page, which the page's policy rightly refuses. */
const policyInDevelopment: Plugin = {
  name: "policy-in-development",
  apply: "serve",
  transformIndexHtml: (html) => html.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
};

/** Writes down which packages are in the window, beside it: their licences go along (scripts/notices.mjs). */
const packagesOfWindow: Plugin = {
  name: "packages-of-window",
  apply: "build",
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((part) => (part.type === "chunk" ? part.moduleIds : []));
    const names = modules.map((id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll("\\", "/"))?.[1]);
    const packages = [...new Set(names)].filter((name) => name !== undefined).sort();
    const folder = path.join(import.meta.dirname, "dist");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "window-packages.json"), JSON.stringify(packages));
  },
};

/** The window. Chrome 114 is the floor: the test runtime of the desktop app is Electron 25. */
export default defineConfig({
  root: "renderer",
  base: "./",
  plugins: [react(), policyInDevelopment, packagesOfWindow],
  build: { outDir: "../dist/renderer", emptyOutDir: true, target: "chrome114", chunkSizeWarningLimit: 4000 },
  server: { host: "127.0.0.1", port: 5173, strictPort: false },
});
