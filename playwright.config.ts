import path from "node:path";
import { defineConfig } from "@playwright/test";
import { findChromium } from "./scripts/chromium.mjs";

const executablePath = findChromium();

/**
 * Tests of the window in the Chromium of the system; no browser is downloaded. `GRADLOOM_URL` tests a window that is
 * served already, else the window is built and served.
 */
export default defineConfig({
  testDir: "tests/window",
  outputDir: "test-results/window",
  globalSetup: path.resolve("tests/window/support/serve.ts"),
  fullyParallel: true,
  // One at a time: a training in one test takes both cores of a small machine from the next.
  workers: 1,
  forbidOnly: true,
  // Machines that test are slow and shared: a limit is there to end what hangs, not to measure.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  projects: [
    { name: "window", testMatch: "*.test.ts" },
    // Not tests: `npm run screenshots` takes the pictures of docs/, `npm run bench:window` measures.
    { name: "screenshots", testMatch: "screenshots.ts" },
    // Recording a trace takes pictures all the time: it would measure itself.
    { name: "speed", testMatch: "speed.ts", use: { trace: "off" } },
  ],
  use: {
    browserName: "chromium",
    viewport: { width: 1366, height: 768 },
    locale: "en-GB",
    colorScheme: "light",
    reducedMotion: "reduce",
    actionTimeout: 6_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"],
    },
  },
});
