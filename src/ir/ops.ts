import { control } from "./ops/control.ts";
import { elementwise } from "./ops/elementwise.ts";
import { indexing } from "./ops/indexing.ts";
import { layout } from "./ops/layout.ts";
import { linear } from "./ops/linear.ts";
import { reduce } from "./ops/reduce.ts";
import type { Attrs, OpSpec } from "./spec.ts";

/** ONNX opset and IR version of every model Gradloom writes (DESIGN section 1). */
export const opset = 18;
export const irVersion = 8;

/** Every ONNX operator Gradloom may emit. The gradient table is exhaustive over its keys. */
export const ops = { ...elementwise, ...reduce, ...linear, ...layout, ...indexing, ...control };

export type OpName = keyof typeof ops;
export type OpAttrs<O extends OpName> = (typeof ops)[O] extends OpSpec<infer A> ? Attrs<A> : never;

/** The row of an operator, or null for a name that is not in the table. */
export const opSpec = (name: string): OpSpec | null =>
  Object.hasOwn(ops, name) ? (ops[name as OpName] as unknown as OpSpec) : null;
