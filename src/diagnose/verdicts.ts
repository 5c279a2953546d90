import { jointNorm, type Layout, type NodeRows, type Sight, statAt, statsAt } from "./layout.ts";
import type { Structure } from "./structure.ts";

/**
 * - `healthy`: within a factor of ten of the reference
 * - `apart`: further from it, but not so far that there is a word for it
 * - `vanishing`, `exploding`: under a hundredth of it, over a hundred times, and on the way from the loss it became
 *   so: in a network that vanishes all along, the nodes at the loss are far over the reference and are not ill
 * - `dead`: exactly zero for as long as is looked back
 * - `not-finite`: NaN or infinite numbers
 * - `outside`: no loss depends on the node, so it has no gradient
 */
export type GradientVerdict = "healthy" | "apart" | "vanishing" | "exploding" | "dead" | "not-finite" | "outside";

export interface NodeGradient {
  /** ‖dL/dy‖ over all outputs, of the whole batch. */
  readonly norm: number;
  /** log10(norm / reference); null for zero, for what is not finite, and without a reference. */
  readonly relative: number | null;
  readonly verdict: GradientVerdict;
}

export interface GradientPicture {
  /**
   * Median norm of the half of the nodes nearest the loss; null where none of them has a gradient. While the loss runs
   * away, that of the first sight: gradients that explode together are no measure of each other.
   */
  readonly reference: number | null;
  /** The reference is that of the first sight. */
  readonly runsAway: boolean;
  readonly nodes: ReadonlyMap<string, NodeGradient>;
}

/** Probes that something must be zero in before it is called dead. */
export const deadProbes = 20;
/** While a run is younger than that, all of its probes count, but no fewer than these. */
const leastProbes = 2;

/** In decades from the reference. */
export const limits = { healthy: 1, sick: 2 } as const;

/** Gradients of the last of `sights`, judged beside each other; earlier ones say what has been zero for long. */
export function judgeGradients(structure: Structure, layout: Layout, sights: readonly Sight[]): GradientPicture {
  const now = sights.at(-1);
  const norms = gradientNorms(layout, now);
  const own = referenceOf(structure, norms);
  const runsAway = now !== undefined && hasRunAway(sights);
  const measure = runsAway ? gradientNorms(layout, sights[0]) : norms;
  const reference = runsAway ? referenceOf(structure, measure) : own;
  const start = startOf(structure, measure);
  const nodes = new Map<string, NodeGradient>();
  for (const [id, norm] of norms) {
    const relative = reference !== null && norm > 0 && Number.isFinite(norm) ? Math.log10(norm / reference) : null;
    nodes.set(id, { norm, relative, verdict: verdictOf(structure, layout, sights, id, { norm, relative, start }) });
  }
  return { reference, runsAway, nodes };
}

function gradientNorms(layout: Layout, sight: Sight | undefined): Map<string, number> {
  const norms = new Map<string, number>();
  for (const [id, rows] of layout) {
    const norm = sight ? jointNorm(sight.values, rows.outputs, "gradient") : null;
    if (norm !== null) norms.set(id, norm);
  }
  return norms;
}

/** Times its first value that a loss must have grown to. */
const farOff = 100;

/** The loss is a hundred times what it was at the first sight, or no number any more. */
function hasRunAway(sights: readonly Sight[]): boolean {
  const [first, last] = [sights[0]?.loss ?? Number.NaN, sights.at(-1)?.loss ?? Number.NaN];
  if (sights.length < 2 || !Number.isFinite(first)) return false;
  return !Number.isFinite(last) || last > farOff * Math.max(Math.abs(first), Number.MIN_VALUE);
}

function verdictOf(
  structure: Structure,
  layout: Layout,
  sights: readonly Sight[],
  id: string,
  { norm, relative, start }: { readonly norm: number; readonly relative: number | null; readonly start: number | null },
): GradientVerdict {
  if (!Number.isFinite(norm)) return "not-finite";
  if (!structure.distance.has(id)) return "outside";
  if (norm === 0) return lastingZero(layout.get(id) as NodeRows, sights) ? "dead" : "apart";
  if (relative === null) return "apart";
  const grown = start === null ? relative : Math.log10(norm / start);
  if (relative < -limits.sick && grown < -limits.healthy) return "vanishing";
  if (relative > limits.sick && grown > limits.healthy) return "exploding";
  return Math.abs(relative) <= limits.healthy ? "healthy" : "apart";
}

/** The sights that decide what is dead: the last twenty, or all of a younger run; none while they are too few. */
export function lookedBack(sights: readonly Sight[]): readonly Sight[] {
  const last = sights.slice(-deadProbes);
  return last.length < leastProbes ? [] : last;
}

function lastingZero(rows: NodeRows, sights: readonly Sight[]): boolean {
  const back = lookedBack(sights);
  return back.length > 0 && back.every((s) => jointNorm(s.values, rows.outputs, "gradient") === 0);
}

/**
 * Median norm of the half of the nodes nearest the loss. Zeros and what is not finite are no measure; where the near
 * half has nothing else, all nodes are asked.
 */
export function referenceOf({ order, distance }: Structure, norms: ReadonlyMap<string, number>): number | null {
  const rank = new Map(order.map((id, i) => [id, i]));
  const near = [...norms.keys()]
    .filter((id) => distance.has(id))
    .sort(
      (a, b) =>
        (distance.get(a) as number) - (distance.get(b) as number) || (rank.get(b) as number) - (rank.get(a) as number),
    );
  const usable = (ids: readonly string[]): number[] =>
    ids.map((id) => norms.get(id) as number).filter((v) => v > 0 && Number.isFinite(v));
  return median(usable(near.slice(0, Math.ceil(near.length / 2)))) ?? median(usable(near));
}

/** Where the way back begins: the norm at what the losses look at. */
function startOf({ predictions }: Structure, norms: ReadonlyMap<string, number>): number | null {
  const known = [...predictions].map((id) => norms.get(id) ?? Number.NaN);
  return median(known.filter((v) => v > 0 && Number.isFinite(v)));
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** `dead`, `saturated`: most units, or most elements, in every probe that is looked back on. */
export type ActivationVerdict = "healthy" | "dead" | "saturated" | "not-finite";

export interface NodeActivation {
  readonly mean: number;
  readonly deviation: number;
  readonly largest: number;
  /** Share of elements that are exactly zero. */
  readonly zeros: number;
  /** Least share of dead units in all probes looked back on: no more than these can have been dead all the time. */
  readonly dead: number;
  /** Units of the output, where its shape tells. */
  readonly units: number | null;
  /** Least share of saturated elements likewise; null for activations without bounds. */
  readonly saturated: number | null;
  /** Null for what is not judged: other layers than activations, and all of them while a run is young. */
  readonly verdict: ActivationVerdict | null;
}

/** Share of units, or elements, from which on an activation is called dead or saturated. */
export const mostly = 0.5;

/**
 * First outputs of all nodes. Only activations are called dead or saturated: what others pass on is zero because of
 * one, or because the data is. A saturated output of the network may be as sure as it should be.
 */
export function judgeActivations(
  structure: Structure,
  layout: Layout,
  sights: readonly Sight[],
): ReadonlyMap<string, NodeActivation> {
  const now = sights.at(-1);
  const nodes = new Map<string, NodeActivation>();
  if (!now) return nodes;
  const back = lookedBack(sights);
  for (const [id, { outputs }] of layout) {
    const row = outputs[0]?.value ?? null;
    if (row === null) continue;
    const stats = statsAt(now.values, row);
    const least = (name: "dead" | "saturated"): number => Math.min(...back.map((s) => statAt(s.values, row, name)));
    const [dead, saturated] = back.length > 0 ? [least("dead"), least("saturated")] : [stats.dead, stats.saturated];
    const judged = structure.activations.has(id) && back.length > 0;
    const verdict = ((): ActivationVerdict | null => {
      if (stats.bad > 0) return "not-finite";
      if (!judged) return null;
      if (dead >= mostly) return "dead";
      return saturated >= mostly && !structure.predictions.has(id) ? "saturated" : "healthy";
    })();
    nodes.set(id, {
      mean: stats.mean,
      deviation: stats.deviation,
      largest: stats.largest,
      zeros: stats.zeros,
      dead,
      units: structure.units.get(`${id}.${outputs[0]?.name}`) ?? null,
      saturated: Number.isNaN(saturated) ? null : saturated,
      verdict,
    });
  }
  return nodes;
}

/**
 * - `healthy`, `apart`: as for gradients, around the ratio that trains well
 * - `small`, `large`: under a hundredth of that, over a hundred times
 * - `still`: trained, but did not change
 */
export type UpdateVerdict = "healthy" | "apart" | "small" | "large" | "still" | "not-finite";

export interface NodeUpdate {
  /** ‖Δw‖ / ‖w‖ over all parameters of the node that are trained. */
  readonly ratio: number;
  /** log10(ratio / 0.001) */
  readonly relative: number | null;
  readonly verdict: UpdateVerdict;
}

/** Change of the weights in a step, as a share of them, that usually trains well. */
export const usualUpdate = 1e-3;

export function judgeUpdates(layout: Layout, sight: Sight): ReadonlyMap<string, NodeUpdate> {
  const nodes = new Map<string, NodeUpdate>();
  for (const [id, { parameters }] of layout) {
    const trained = parameters.filter((p) => p.update !== null);
    const update = jointNorm(sight.values, trained, "update");
    const weight = jointNorm(sight.values, trained, "value");
    if (update === null || weight === null) continue;
    const ratio = update === 0 ? 0 : update / weight;
    const relative = ratio > 0 && Number.isFinite(ratio) ? Math.log10(ratio / usualUpdate) : null;
    nodes.set(id, { ratio, relative, verdict: updateVerdict(ratio, relative) });
  }
  return nodes;
}

function updateVerdict(ratio: number, relative: number | null): UpdateVerdict {
  if (Number.isNaN(ratio)) return "not-finite";
  if (ratio === 0) return "still";
  if (relative === null || relative > limits.sick) return "large";
  if (relative < -limits.sick) return "small";
  return Math.abs(relative) <= limits.healthy ? "healthy" : "apart";
}

export interface NodeWeights {
  /** Over all parameters and buffers of the node that are trained, or all of an untrained one. */
  readonly norm: number;
  readonly mean: number;
  readonly deviation: number;
  readonly largest: number;
  readonly elements: number;
  readonly finite: boolean;
}

/** Weights of every node that has some: the spread of all its trained parameters together. */
export function describeWeights(layout: Layout, sight: Sight): ReadonlyMap<string, NodeWeights> {
  const nodes = new Map<string, NodeWeights>();
  for (const [id, { parameters }] of layout) {
    const trained = parameters.filter((p) => p.gradient !== null || p.update !== null);
    const tensors = (trained.length > 0 ? trained : parameters).filter((p) => p.value !== null);
    if (tensors.length === 0) continue;
    const all = tensors.map((p) => ({ n: p.elements, ...statsAt(sight.values, p.value as number) }));
    const elements = all.reduce((s, t) => s + t.n, 0);
    const mean = all.reduce((s, t) => s + t.mean * t.n, 0) / elements;
    const square = all.reduce((s, t) => s + (t.deviation ** 2 + t.mean ** 2) * t.n, 0) / elements;
    nodes.set(id, {
      norm: Math.hypot(...all.map((t) => t.norm)),
      mean,
      deviation: Math.sqrt(Math.max(0, square - mean * mean)),
      largest: Math.max(...all.map((t) => t.largest)),
      elements,
      finite: all.every((t) => t.bad === 0),
    });
  }
  return nodes;
}

export type NotFinite =
  | { readonly node: string; readonly what: "parameter" | "activation" | "gradient" | "update" }
  | { readonly node: null; readonly what: "loss" };

/**
 * The first node, in order of computation, with numbers that are not finite: parameters and outputs forward, then the
 * loss, then gradients from the loss back, then updates. Null where all are finite.
 */
export function firstNotFinite({ order }: Structure, layout: Layout, { values, loss }: Sight): NotFinite | null {
  const bad = (row: number | null): boolean => row !== null && statAt(values, row, "bad") > 0;
  for (const node of order) {
    const rows = layout.get(node);
    if (rows?.parameters.some((t) => bad(t.value))) return { node, what: "parameter" };
    if (rows?.outputs.some((t) => bad(t.value))) return { node, what: "activation" };
  }
  if (!Number.isFinite(loss)) return { node: null, what: "loss" };
  for (const node of [...order].reverse()) {
    const rows = layout.get(node);
    if (rows && [...rows.outputs, ...rows.parameters].some((t) => bad(t.gradient))) return { node, what: "gradient" };
  }
  const node = order.find((id) => layout.get(id)?.parameters.some((t) => bad(t.update)));
  return node === undefined ? null : { node, what: "update" };
}
