import { expect, it } from "vitest";
import { einsumTerms } from "../../../src/ir/ops/einsum.ts";

it.each([
  ["ij,jk->ik", [2, 2], ["ij", "jk"], "ik"],
  ["ij, jk -> ik", [2, 2], ["ij", "jk"], "ik"],
  ["ij,jk", [2, 2], ["ij", "jk"], "ik"],
  ["ba", [2], ["ba"], "ab"],
  ["ii", [2], ["ii"], ""],
  ["i->", [1], ["i"], ""],
  ["...ij,...jk->...ik", [3, 3], ["Aij", "Ajk"], "Aik"],
  ["...i,i...->...", [3, 2], ["ABi", "iB"], "AB"],
  ["A...->...", [2], ["AB"], "B"],
] as const)("reads %s", (equation, ranks, terms, output) => {
  expect(einsumTerms(equation, ranks)).toEqual({ terms, output });
});

it.each([
  ["ij,jk->ik", [2]],
  ["ij->i", [3]],
  ["...ij->ij", [1]],
] as const)("has no terms for %s of ranks %j", (equation, ranks) => {
  expect(einsumTerms(equation, ranks)).toBeNull();
});
