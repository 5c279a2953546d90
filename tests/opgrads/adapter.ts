import { elementwise } from "./adapter-elementwise.ts";
import { lossFunctions } from "./adapter-loss.ts";
import { functional } from "./adapter-nn.ts";
import { reductions } from "./adapter-reduce.ts";
import { shapes } from "./adapter-shape.ts";
import type { Adapter } from "./call.ts";

/** Every torch operator that can be built from the op table, by its torch name. */
const adapters: { readonly [name: string]: Adapter } = {
  ...elementwise,
  ...shapes,
  ...reductions,
  ...functional,
  ...lossFunctions,
};

/** How a torch operator is built here, or null when it is not supported. */
export const adapterOf = (name: string): Adapter | null =>
  Object.hasOwn(adapters, name) ? (adapters[name] as Adapter) : null;
