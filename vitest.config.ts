import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/{unit,architecture,protocol}/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "engine",
          include: ["tests/{layers,ops,grad,references,opgrads,golden,engine,data}/**/*.test.ts"],
          testTimeout: 120_000,
          // onnxruntime's session runs block their thread, and it must not be loaded in a worker that is torn down.
          pool: "forks",
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          testTimeout: 600_000,
          pool: "forks",
          fileParallelism: false,
        },
      },
    ],
  },
});
