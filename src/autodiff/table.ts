import type { GradientRule } from "../ir/gradient.ts";
import type { OpName } from "../ir/ops.ts";

/** A rule, or why there is none: the operator is flat almost everywhere, or its rule is not written yet. */
export type TableEntry = GradientRule | "nondifferentiable" | { readonly notYet: string };

const add: GradientRule = (c) => [c.dy(), c.dy()];

/** Gradient of every operator of the op table. A missing entry does not compile. */
export const gradientTable = {
  Add: add,
} as unknown as { readonly [O in OpName]: TableEntry };
