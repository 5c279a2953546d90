import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The development server puts inline scripts into the page, which the page's policy rightly refuses. */
const policyInDevelopment: Plugin = {
  name: "policy-in-development",
  apply: "serve",
  transformIndexHtml: (html) => html.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
};

/** The window. Chrome 114 is the floor: the test runtime of the desktop app is Electron 25. */
export default defineConfig({
  root: "renderer",
  base: "./",
  plugins: [react(), policyInDevelopment],
  build: { outDir: "../dist/renderer", emptyOutDir: true, target: "chrome114", chunkSizeWarningLimit: 4000 },
  server: { host: "127.0.0.1", port: 5173, strictPort: false },
});
