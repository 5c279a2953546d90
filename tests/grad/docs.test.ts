import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { opNames } from "../../src/ir/builder.ts";

const text = readFileSync(new URL("../../docs/gradients.md", import.meta.url), "utf8");

it.each(opNames)("docs/gradients.md says what the gradient of %s is", (op) => {
  expect(text).toMatch(new RegExp(`\\b${op}\\b`));
});
