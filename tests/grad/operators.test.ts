import { describe, expect, it } from "vitest";
import { gradientTable } from "../../src/autodiff/table.ts";
import { opNames } from "../../src/ir/builder.ts";
import type { OpName } from "../../src/ir/ops.ts";
import { isFloat } from "../../src/shape/dtype.ts";
import { isFixed } from "../support/cases.ts";
import { checkGradient } from "../support/gradcheck.ts";
import { opCases } from "../support/op-cases.ts";

const withRule = opNames.filter((op: OpName) => typeof gradientTable[op] === "function");

describe.each(withRule)("gradient of %s", (op) => {
  const cases = opCases(op).filter(
    (c) =>
      [...c.inputs, ...(c.captured ?? [])].some((t) => t && !isFixed(t) && isFloat(t.dtype)) && c.through?.length !== 0,
  );

  it("is checked at least once", () => expect(cases.length).toBeGreaterThan(0));

  it.each(cases.map((c, i) => [c.note ?? `case ${i}`, c] as const))("%s", (_note, c) => checkGradient(op, c));
});
