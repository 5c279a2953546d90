import type { Dim } from "../../shape/dim.ts";
import { normalAxis } from "../../shape/type.ts";
import { op } from "../spec.ts";

export const indexing = {
  Gather: op({
    attrs: { axis: "int?" },
    inputs: [2, 2],
    outputs: [1, 1],
    infer(c) {
      const { dtype, shape } = c.type(0);
      const axis = normalAxis(c.attrs.axis ?? 0, shape.length) ?? 0;
      return [{ dtype, shape: [...shape.slice(0, axis), ...c.type(1).shape, ...shape.slice(axis + 1)] }];
    },
  }),
  GatherElements: op({
    attrs: { axis: "int?" },
    inputs: [2, 2],
    outputs: [1, 1],
    infer: (c) => [{ dtype: c.type(0).dtype, shape: c.type(1).shape }],
  }),
  GatherND: op({
    attrs: { batch_dims: "int?" },
    inputs: [2, 2],
    outputs: [1, 1],
    infer(c) {
      const { dtype, shape } = c.type(0);
      const index = c.type(1).shape;
      const depth = index.at(-1);
      if (typeof depth !== "number") return null;
      return [{ dtype, shape: [...index.slice(0, -1), ...shape.slice((c.attrs.batch_dims ?? 0) + depth)] }];
    },
  }),
  ScatterElements: op({
    attrs: { axis: "int?", reduction: "string?" },
    inputs: [3, 3],
    outputs: [1, 1],
    infer: (c) => [c.type(0)],
  }),
  ScatterND: op({
    attrs: { reduction: "string?" },
    inputs: [3, 3],
    outputs: [1, 1],
    infer: (c) => [c.type(0)],
  }),
  /** Inputs: indices, depth, values [off, on]. */
  OneHot: op({
    attrs: { axis: "int?" },
    inputs: [3, 3],
    outputs: [1, 1],
    infer(c) {
      const depth = c.numbers(1);
      if (!depth) return null;
      const shape: Dim[] = [...c.type(0).shape];
      const axis = normalAxis(c.attrs.axis ?? -1, shape.length + 1) ?? shape.length;
      shape.splice(axis, 0, depth[0] as number);
      return [{ dtype: c.type(2).dtype, shape }];
    },
  }),
} as const;
