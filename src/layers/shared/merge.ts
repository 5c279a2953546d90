import type { Fix, Json } from "../../core/issue.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type Dim, equal } from "../../shape/dim.ts";
import { broadcast, type Shape, shapeText, type TensorType } from "../../shape/type.ts";
import { type CheckContext, floatInput, offer } from "./check.ts";

/** The type that all inputs of an elementwise merge broadcast to, or the issues that they do not. */
export function mergedType(c: CheckContext): Result<readonly TensorType[]> {
  for (const i of c.inputs.keys()) {
    const x = floatInput(c, i);
    if (!x.ok) return x;
  }
  const shapes = c.inputs.map((x) => x.shape);
  const dtype = (c.inputs[0] as TensorType).dtype;
  let joined = shapes[0] as Shape;
  for (const shape of shapes.slice(1)) {
    const next = broadcast(joined, shape);
    if ("axis" in next) {
      const payload = { left: shapeText(joined), right: shapeText(shape), axis: next.axis };
      return fail(c.issue("shape.mismatch", payload, offer(projection(c, shapes))));
    }
    joined = next.shape;
  }
  return ok([{ dtype, shape: joined }]);
}

/**
 * A layer that gives one input the shape of another so that all fit: a projection of the channels, with a stride where
 * the sizes differ (He et al. 2016, section 3.3). The input with fewer channels is the one that is projected.
 */
function projection(c: CheckContext, shapes: readonly Shape[]): Fix | null {
  const pairs = shapes.flatMap((from, i) => shapes.map((to) => ({ i, from, to })));
  const channels = (s: Shape): number => (typeof s[1] === "number" ? s[1] : 0);
  pairs.sort((a, b) => channels(a.from) - channels(b.from) || a.i - b.i);
  for (const { i, from, to } of pairs) {
    const layer = projectionLayer(from, to);
    if (layer && allFit(shapes.map((s, k) => (k === i ? to : s)))) return c.insert(i, layer.layer, layer.params);
  }
  return null;
}

const allFit = (shapes: readonly Shape[]): boolean =>
  shapes.reduce<Shape | null>((joined, s) => {
    const next = joined && broadcast(joined, s);
    return next && "shape" in next ? next.shape : null;
  }, shapes[0] as Shape) !== null;

interface Projection {
  readonly layer: string;
  readonly params: { readonly [name: string]: Exclude<Json, null | object> | readonly number[] };
}

function projectionLayer(from: Shape, to: Shape): Projection | null {
  const rank = from.length;
  if (rank !== to.length || rank < 2 || rank > 5 || !equal(from[0] as Dim, to[0] as Dim)) return null;
  const width = to.at(-1) as Dim;
  const onlyLast = from.slice(0, -1).every((d, i) => equal(d, to[i] as Dim));
  if (rank <= 3 && onlyLast && typeof width === "number") return { layer: "dense", params: { units: width } };
  const [channels, filters] = [from[1], to[1]];
  if (rank < 3 || typeof channels !== "number" || typeof filters !== "number") return null;
  const strides = from.slice(2).map((size, i) => strideBetween(size, to[i + 2] as Dim));
  if (!strides.every((s): s is number => s !== null)) return null;
  const stride = strides.every((s) => s === strides[0]) ? (strides[0] as number) : strides;
  return { layer: `conv${rank - 2}d`, params: { filters, kernel: 1, stride } };
}

/** The stride with which windows of one element turn `size` into `out`: ceil(size / stride) = out. */
function strideBetween(size: Dim, out: Dim): number | null {
  if (equal(size, out)) return 1;
  if (typeof size !== "number" || typeof out !== "number" || out < 1) return null;
  const stride = Math.ceil(size / out);
  return Math.ceil(size / stride) === out ? stride : null;
}
