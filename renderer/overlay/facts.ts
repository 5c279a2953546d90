import { describeWeights, jointNorm, judgeGradients, judgeUpdates, statsAt } from "../../src/diagnose/index.ts";
import { overlayNumber, percent, times } from "./numbers.ts";
import { activationsOf, type Sighting } from "./picture.ts";
import type { OverlayText, Verdict } from "./strips.ts";

export interface Fact {
  /** LaTeX in front of the words; null where the words say it. */
  readonly tex: string | null;
  readonly label: string;
  readonly value: string;
}

export interface FactGroup {
  readonly kind: "gradient" | "activation" | "weights" | "updates";
  readonly verdict: Verdict | null;
  readonly facts: readonly Fact[];
}

/** All that the statistics say of one node of the expanded graph; empty where they know nothing of it. */
export function factsOf(sighting: Sighting, id: string, text: OverlayText): readonly FactGroup[] {
  if (!sighting.layout.has(id)) return [];
  return [
    gradientFacts(sighting, id, text),
    activationFacts(sighting, id, text),
    weightFacts(sighting, id, text),
    updateFacts(sighting, id, text),
  ].flatMap((g) => g ?? []);
}

function gradientFacts(
  { structure, layout, sights, now }: Sighting,
  id: string,
  { facts }: OverlayText,
): FactGroup | null {
  const gradient = judgeGradients(structure, layout, sights).nodes.get(id);
  const rows = layout.get(id);
  if (!gradient || !rows) return null;
  const row = rows.outputs.find((o) => o.gradient !== null)?.gradient ?? null;
  const [of, weights] = [jointNorm(now.values, rows.parameters, "gradient"), trainedNorm(now.values, rows.parameters)];
  const list: Fact[] = [
    {
      tex: String.raw`\lVert \partial L / \partial y \rVert`,
      label: facts.gradientNorm,
      value: overlayNumber(gradient.norm),
    },
  ];
  if (gradient.relative !== null) {
    list.push({ tex: null, label: facts.relative, value: times(10 ** gradient.relative) });
  }
  if (row !== null) {
    list.push({ tex: null, label: facts.gradientZeros, value: percent(statsAt(now.values, row).zeros, 1) });
  }
  if (of !== null && weights !== null) {
    const tex = String.raw`\lVert \partial L / \partial W \rVert / \lVert W \rVert`;
    list.push({ tex, label: facts.weightGradient, value: overlayNumber(of / weights) });
  }
  return { kind: "gradient", verdict: gradient.verdict, facts: list };
}

/** Norm of the parameters that have a gradient. */
const trainedNorm = (
  values: Float32Array,
  parameters: NonNullable<ReturnType<Sighting["layout"]["get"]>>["parameters"],
): number | null =>
  jointNorm(
    values,
    parameters.filter((p) => p.gradient !== null),
    "value",
  );

function activationFacts(sighting: Sighting, id: string, { facts }: OverlayText): FactGroup | null {
  const a = activationsOf(sighting).get(id);
  if (!a) return null;
  const list: Fact[] = [
    { tex: null, label: facts.mean, value: overlayNumber(a.mean) },
    { tex: null, label: facts.deviation, value: overlayNumber(a.deviation) },
    { tex: null, label: facts.largest, value: overlayNumber(a.largest) },
    { tex: null, label: facts.zeros, value: percent(a.zeros, 1) },
  ];
  if (sighting.structure.activations.has(id)) {
    const dead = a.units === null ? percent(a.dead) : facts.ofUnits(Math.round(a.dead * a.units), a.units);
    list.push({ tex: null, label: facts.dead, value: dead });
  }
  if (a.saturated !== null) list.push({ tex: null, label: facts.saturated, value: percent(a.saturated, 1) });
  return { kind: "activation", verdict: a.verdict, facts: list };
}

function weightFacts({ layout, now }: Sighting, id: string, { facts }: OverlayText): FactGroup | null {
  const w = describeWeights(layout, now).get(id);
  if (!w) return null;
  return {
    kind: "weights",
    verdict: w.finite ? null : "not-finite",
    facts: [
      { tex: String.raw`\lVert W \rVert`, label: facts.norm, value: overlayNumber(w.norm) },
      { tex: null, label: facts.mean, value: overlayNumber(w.mean) },
      { tex: null, label: facts.deviation, value: overlayNumber(w.deviation) },
      { tex: null, label: facts.largest, value: overlayNumber(w.largest) },
    ],
  };
}

function updateFacts({ layout, now }: Sighting, id: string, { facts }: OverlayText): FactGroup | null {
  const u = judgeUpdates(layout, now).get(id);
  if (!u) return null;
  const tex = String.raw`\lVert \Delta W \rVert / \lVert W \rVert`;
  return { kind: "updates", verdict: u.verdict, facts: [{ tex, label: facts.update, value: overlayNumber(u.ratio) }] };
}

/** Gradient over weights of every trained layer, in the order of the network. */
export interface LayerChart {
  readonly layers: readonly { readonly id: string; readonly ratio: number }[];
  readonly here: number;
}

export function chartOf({ structure, layout, now }: Sighting, id: string): LayerChart | null {
  const layers = structure.order
    .filter((n) => structure.trained.has(n))
    .flatMap((n) => {
      const parameters = layout.get(n)?.parameters ?? [];
      const [of, weights] = [jointNorm(now.values, parameters, "gradient"), trainedNorm(now.values, parameters)];
      return of === null || weights === null ? [] : [{ id: n, ratio: of / weights }];
    });
  return layers.length < 2 ? null : { layers, here: layers.findIndex((l) => l.id === id) };
}
