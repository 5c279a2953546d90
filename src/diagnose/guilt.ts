import type { Structure } from "./structure.ts";
import type { GradientPicture } from "./verdicts.ts";

/** The way of the gradient from a loss to a node, and who on it is to blame for how little, or how much, arrives. */
export interface Guilt {
  /** From the node that the loss looks at to the sick one. */
  readonly path: readonly string[];
  /** Norm behind a node over norm before it, seen along the gradient; null where a norm is no number or zero. */
  readonly factors: ReadonlyMap<string, number | null>;
  /** Nodes with the factors that matter, worst first. */
  readonly culprits: readonly string[];
}

/** Culprits together make this much of the loss in decades. */
const enough = 0.8;
/** Decades that a node may take or add without being to blame. */
const innocent = 0.15;

/** Where between the loss and `sick` the gradient goes wrong. Null where no loss depends on the node. */
export function guiltOf(structure: Structure, picture: GradientPicture, sick: string): Guilt | null {
  const path = wayTo(structure, sick);
  if (!path) return null;
  const norm = (id: string): number => picture.nodes.get(id)?.norm ?? Number.NaN;
  const factors = new Map<string, number | null>();
  for (const [i, id] of path.slice(0, -1).entries()) {
    const [before, behind] = [norm(id), norm(path[i + 1] as string)];
    factors.set(id, before > 0 && Number.isFinite(before) && Number.isFinite(behind) ? behind / before : null);
  }
  const much = picture.nodes.get(sick)?.verdict === "exploding";
  return { path, factors, culprits: culpritsOf(factors, much) };
}

function culpritsOf(factors: ReadonlyMap<string, number | null>, much: boolean): string[] {
  const known = [...factors].flatMap(([id, f]) => (f === null ? [] : [{ id, decades: Math.log10(f) }]));
  const stops = known.filter((k) => k.decades === Number.NEGATIVE_INFINITY);
  if (stops.length > 0) return stops.map((k) => k.id);
  const blamed = known
    .map((k) => ({ ...k, decades: much ? k.decades : -k.decades }))
    .filter((k) => k.decades > innocent)
    .sort((a, b) => b.decades - a.decades);
  const total = blamed.reduce((s, k) => s + k.decades, 0);
  let sum = 0;
  return blamed
    .filter((k) => {
      const wanted = sum < enough * total;
      sum += k.decades;
      return wanted;
    })
    .map((k) => k.id);
}

/** The shortest way from the nearest loss back to a node, from the loss's end. */
export function wayTo({ distance, readers }: Structure, node: string): readonly string[] | null {
  if (!distance.has(node)) return null;
  const way = [node];
  for (let at = node; (distance.get(at) as number) > 0; ) {
    const nearer = (readers.get(at) ?? []).find((r) => distance.get(r) === (distance.get(at) as number) - 1);
    if (nearer === undefined) break;
    way.push(nearer);
    at = nearer;
  }
  return way.reverse();
}
