import path from "node:path";
import { defineConfig } from "@playwright/test";

/**
 * Tests of the desktop app in a real Electron (scripts/electron-runtime.mjs), on a screen that is none.
 * `GRADLOOM_PACKAGED` names the program of a package that is tested instead of the sources.
 */
export default defineConfig({
  testDir: "tests/electron",
  outputDir: "test-results/electron",
  globalSetup: path.resolve("tests/electron/support/setup.ts"),
  workers: 1,
  forbidOnly: true,
  // Machines that test are slow and shared: a limit is there to end what hangs, not to measure.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  projects: [
    { name: "electron", testMatch: "*.test.ts" },
    // Not tests: `npm run package` prints what they measure.
    { name: "speed", testMatch: "speed.ts" },
  ],
  use: { actionTimeout: 6_000 },
});
