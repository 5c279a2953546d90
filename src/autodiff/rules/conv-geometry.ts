import type { GradientContext } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import type { Maths } from "../../ir/maths.ts";
import { int, ints } from "../attributes.ts";

/** Geometry of a convolution: lists have one entry per spatial axis. */
export interface Geometry {
  readonly spatial: number;
  readonly kernel: number[];
  readonly strides: number[];
  readonly dilations: number[];
  readonly begin: number[];
  readonly end: number[];
  readonly group: number;
}

export function geometry(c: GradientContext): Geometry {
  const kernel = c.size(c.x(1)).slice(2);
  const spatial = kernel.length;
  const pads = ints(c, "pads", 2 * spatial, 0);
  return {
    spatial,
    kernel,
    strides: ints(c, "strides", spatial, 1),
    dilations: ints(c, "dilations", spatial, 1),
    begin: pads.slice(0, spatial),
    end: pads.slice(spatial),
    group: int(c, "group", 1),
  };
}

export const windowAttrs = (g: Geometry) => ({
  kernel_shape: g.kernel,
  strides: g.strides,
  dilations: g.dilations,
  pads: [...g.begin, ...g.end],
  group: g.group,
});

export const at = (list: readonly number[], i: number): number => list[i] as number;

/** All index tuples below `kernel`, the last index fastest. */
export const eachTap = (kernel: readonly number[]): number[][] =>
  kernel.reduce<number[][]>(
    (taps, size) => taps.flatMap((tap) => Array.from({ length: size }, (_, k) => [...tap, k])),
    [[]],
  );

/** [N, C, ...] as [C, N, ...]. */
export const swapBatch = (m: Maths, v: Value): Value =>
  m.transpose(v, [1, 0, ...v.type.shape.slice(2).map((_, i) => i + 2)]);
