import type { Inputs, OpCase } from "./cases.ts";

type Make = (t: Inputs) => readonly OpCase[];

export const controlCases: { readonly [O in "Loop" | "Scan" | "If"]: Make } = {
  Loop: () => [],
  Scan: () => [],
  If: () => [],
};
