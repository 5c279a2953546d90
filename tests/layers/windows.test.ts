import { afterAll, expect, it } from "vitest";
import type { Json } from "../../src/core/issue.ts";
import { type Rng, rng } from "../../src/core/rng.ts";
import type { Layer } from "../../src/layers/define.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { elementCount, type Tensor } from "../../src/shape/dtype.ts";
import { caseOf, feedsOf, gradientGraph, inferExample, issuesOf, only, randomTensor } from "../support/layer.ts";
import { runGraph } from "../support/run.ts";

/** What sliding windows may be set to; half of the settings are the plain ones. */
function settings(random: Rng, spatial: number): { [name: string]: Json } {
  const list = (least: number, most: number) =>
    Array.from({ length: spatial }, () => least + random.below(most - least + 1));
  const rarely = <T>(value: T, otherwise: T): T => (random.below(2) === 0 ? value : otherwise);
  return {
    kernel: list(1, 4),
    stride: list(1, 3),
    dilation: rarely(list(1, 3), Array<number>(spatial).fill(1)),
    padding: ["valid", "same", "explicit"][random.below(3)] as string,
    pads: list(0, 2),
    outputPadding: list(0, 2),
  };
}

let computed = 0;
afterAll(() => {
  // Most settings are sound: a rule that refuses everything must not pass.
  expect(computed).toBeGreaterThan(120);
});

const ids = ["conv", "conv-transpose", "max-pool", "average-pool"].flatMap((kind) => [1, 2].map((d) => `${kind}${d}d`));
const rows = ids.flatMap((id) => Array.from({ length: 25 }, (_, seed) => ({ id, seed })));

it.each(rows)(
  "$id with random settings $seed runs, forward and backward, as a plain loop says",
  async ({ id, seed }) => {
    const random = rng(seed, id);
    const spatial = id.endsWith("1d") ? 1 : 2;
    const layer = layerRegistry.get(id) as Layer;
    const all = settings(random, spatial);
    const more: { [name: string]: Json } = id.startsWith("conv")
      ? { filters: 2, bias: false, groups: 1 + random.below(2) }
      : {
          ceilMode: random.below(2) === 0,
          ...(id.startsWith("average") ? { countIncludePad: random.below(2) === 0 } : {}),
        };
    const given = Object.fromEntries(Object.entries({ ...all, ...more }).filter(([name]) => name in layer.params));
    const dims = [2, 2, ...Array.from({ length: spatial }, () => 3 + random.below(6))];
    const example = { params: given, inputs: [{ dtype: "float32" as const, shape: dims }] };
    const { result } = inferExample(layer, example);
    if (!result.ok) {
      // Only what cannot be computed is refused, and never without a way out.
      for (const issue of issuesOf(result)) expect(issue.fix, JSON.stringify([issue, given, dims])).toBeDefined();
      return;
    }
    computed++;
    const c = caseOf(layer, example);
    const { graph, lowered, seeds, wrt } = gradientGraph(c);
    const feeds = feedsOf(c, lowered, seed);
    for (const s of seeds) feeds[s.name] = randomTensor(s.type.shape, random);
    const [y, ...gradients] = await runGraph(graph, only(graph, feeds));
    const label = JSON.stringify({ given, dims });
    expect(y?.dims, label).toEqual(c.outputs[0]?.shape);
    const want = reference(id, c.params, feeds["x0"] as Tensor, feeds["weight"], y?.dims as number[]);
    // Sums of at most 32 products of numbers of size 1 in float32.
    const worst = Math.max(...want.map((v, i) => Math.abs(Number(y?.data[i]) - v)));
    expect(worst, label).toBeLessThan(1e-4);
    // All are linear or pick elements: <dy, y> = <dx, x>, and for a kernel <dw, w>.
    const product = dot(feeds["dy0"] as Tensor, y as Tensor);
    wrt.forEach((v, i) => {
      const found = dot(gradients[i] as Tensor, feeds[v.name] as Tensor);
      // Rounding of sums of a few hundred terms of size 1.
      expect(Math.abs(found - product), `${label} ${v.name}`).toBeLessThan(1e-3);
    });
    for (const g of gradients) expect(Array.from(g.data as Float32Array).every(Number.isFinite), label).toBe(true);
  },
);

function dot(a: Tensor, b: Tensor): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Number(a.data[i]) * Number(b.data[i]);
  return sum;
}

const all = (dims: readonly number[]): number[][] =>
  dims.reduce<number[][]>((list, d) => list.flatMap((at) => Array.from({ length: d }, (_, i) => [...at, i])), [[]]);

const offset = (dims: readonly number[], at: readonly number[]): number =>
  at.reduce((sum, i, axis) => sum * (dims[axis] as number) + i, 0);

/** Convolutions and pooling by their definitions, element by element in float64. */
function reference(
  id: string,
  p: { readonly [name: string]: unknown },
  x: Tensor,
  w: Tensor | undefined,
  out: readonly number[],
) {
  const [kernel, given, dilation] = [p["kernel"], p["stride"], p["dilation"]] as number[][];
  const spatial = x.dims.length - 2;
  const k = kernel as number[];
  const s = (given as number[]).map((v, i) => v || (k[i] as number));
  const d = dilation ?? Array<number>(spatial).fill(1);
  const sizes = x.dims.slice(2);
  const transposed = id.startsWith("conv-transpose");
  const reach = k.map((v, i) => (d[i] as number) * (v - 1) + 1);
  const begin = sizes.map((size, i) => {
    if (p["padding"] === "valid") return 0;
    if (p["padding"] === "explicit") return (p["pads"] as number[])[i] as number;
    const [r, stride] = [reach[i] as number, s[i] as number];
    const total = transposed ? r - stride : (Math.ceil(size / stride) - 1) * stride + r - size;
    return Math.max(0, Math.floor(total / 2));
  });
  const y = new Float64Array(elementCount(out));
  const value = (n: number, c: number, at: number[]) => Number(x.data[offset(x.dims, [n, c, ...at])]);
  const inside = (at: number[]) => at.every((v, i) => v >= 0 && v < (sizes[i] as number));
  const groups = (p["groups"] as number | undefined) ?? 1;
  if (transposed) return transposedReference(x, w as Tensor, out, { k, s, d, begin, groups });
  for (const [n = 0, f = 0, ...place] of all(out)) {
    const taps = all(k).map((tap) =>
      tap.map((t, i) => (place[i] as number) * (s[i] as number) + t * (d[i] as number) - (begin[i] as number)),
    );
    const kept = taps.filter(inside);
    let result = 0;
    if (id.startsWith("max")) result = Math.max(...kept.map((at) => value(n, f, at)));
    else if (id.startsWith("average"))
      result =
        kept.reduce((sum, at) => sum + value(n, f, at), 0) / counted(taps, kept.length, begin, sizes, p, reach, s);
    else {
      const each = 2 / groups;
      all([each, ...k]).forEach(([c = 0, ...tap]) => {
        const at = taps[offset(k, tap)] as number[];
        const channel = Math.floor(f / (2 / groups)) * each + c;
        const weight = Number(w?.data[offset(w.dims, [f, c, ...tap])]);
        if (inside(at)) result += weight * value(n, channel, at);
      });
    }
    y[offset(out, [n, f, ...place])] = result;
  }
  return [...y];
}

/** Taps that the mean divides by: those inside, or inside the input and its padding on both sides. */
function counted(
  taps: number[][],
  inside: number,
  begin: number[],
  sizes: number[],
  p: { readonly [name: string]: unknown },
  reach: number[],
  s: number[],
): number {
  if (p["padding"] === "valid" || p["countIncludePad"] === false) return inside;
  const end = sizes.map((size, i) => {
    if (p["padding"] === "explicit") return size + (begin[i] as number);
    const stride = s[i] as number;
    return Math.max(size, (Math.ceil(size / stride) - 1) * stride + (reach[i] as number) - (begin[i] as number));
  });
  return taps.filter((at) => at.every((v, i) => v >= -(begin[i] as number) && v < (end[i] as number))).length;
}

function transposedReference(
  x: Tensor,
  w: Tensor,
  out: readonly number[],
  g: { k: number[]; s: number[]; d: number[]; begin: number[]; groups: number },
): number[] {
  const y = new Array<number>(elementCount(out)).fill(0);
  const each = 2 / g.groups;
  for (const [n = 0, c = 0, ...place] of all(x.dims)) {
    for (const [f = 0, ...tap] of all([each, ...g.k])) {
      const to = tap.map(
        (t, i) => (place[i] as number) * (g.s[i] as number) + t * (g.d[i] as number) - (g.begin[i] as number),
      );
      if (!to.every((v, i) => v >= 0 && v < (out[i + 2] as number))) continue;
      const filter = Math.floor(c / each) * each + f;
      const at = offset(out, [n, filter, ...to]);
      y[at] =
        (y[at] as number) +
        Number(x.data[offset(x.dims, [n, c, ...place])]) * Number(w.data[offset(w.dims, [c, f, ...tap])]);
    }
  }
  return y;
}
