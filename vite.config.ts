import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The window. Chrome 114 is the floor: the test runtime of the desktop app is Electron 25. */
export default defineConfig({
  root: "renderer",
  base: "./",
  plugins: [react()],
  build: { outDir: "../dist/renderer", emptyOutDir: true, target: "chrome114", chunkSizeWarningLimit: 4000 },
  server: { host: "127.0.0.1", port: 5173, strictPort: false },
});
