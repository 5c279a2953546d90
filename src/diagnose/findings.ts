import type { CheckedDocument } from "../compile/check.ts";
import { type Fix, type Issue, type IssuePlace, isError, issue, warning } from "../core/issue.ts";
import type { Objective } from "../graph/objective.ts";
import type { StatisticsRow } from "../protocol/observe.ts";
import type { Series } from "../train/series.ts";
import { curveFindings, type EpochLoss, lossRange } from "./curves.ts";
import { guiltOf } from "./guilt.ts";
import { rawInputs } from "./input.ts";
import { type Layout, layoutOf, type Sight } from "./layout.ts";
import { type Structure, structureOf } from "./structure.ts";
import {
  firstNotFinite,
  type GradientPicture,
  judgeActivations,
  judgeGradients,
  judgeUpdates,
  limits,
  lookedBack,
  median,
  usualUpdate,
} from "./verdicts.ts";

/** What is known of a run, all of it or up to the moment that is looked at. */
export interface RunFacts {
  /** The document as it is trained. */
  readonly checked: CheckedDocument;
  readonly rows: readonly StatisticsRow[];
  readonly sights: readonly Sight[];
  /** Loss of the first objective at every step. */
  readonly loss: Series;
  readonly epochs: readonly EpochLoss[];
  /** Of the first objective, as last used. */
  readonly learningRate: number | null;
}

/** What is wrong with a run, the gravest first. Says nothing where the evidence is thin. */
export function findings(facts: RunFacts): readonly Issue[] {
  const structure = structureOf(facts.checked);
  const layout = layoutOf(facts.rows);
  const now = facts.sights.at(-1);
  const evidence: Evidence = {
    facts,
    structure,
    layout,
    range: lossRange(facts.loss),
    ratio: medianRatio(layout, facts.sights),
  };
  const found = [
    ...(now ? notFinite(evidence, now) : []),
    ...diverging(evidence),
    ...(now ? [...deadUnits(evidence), ...gradientFindings(evidence), ...saturated(evidence)] : []),
    ...rawInputs(facts.checked, structure, layout, facts.sights),
    ...rateFindings(evidence),
    ...curveFindings(facts.loss, facts.epochs, evidence.range, facts.checked.document),
  ];
  return [...found.filter(isError), ...found.filter((i) => !isError(i))];
}

interface Evidence {
  readonly facts: RunFacts;
  readonly structure: Structure;
  readonly layout: Layout;
  readonly range: ReturnType<typeof lossRange>;
  /** Median change of the weights in a step, as a share of them, over nodes and the last sights. */
  readonly ratio: number | null;
}

function medianRatio(layout: Layout, sights: readonly Sight[]): number | null {
  const each = sights.slice(-5).flatMap((s) => {
    const ratios = [...judgeUpdates(layout, s).values()].map((u) => u.ratio).filter((r) => r > 0 && Number.isFinite(r));
    return median(ratios) ?? [];
  });
  return median(each);
}

/* ---- numbers that are not finite, and a loss that runs away ---- */

function notFinite({ structure, layout, facts, ratio }: Evidence, now: Sight): Issue[] {
  const first = firstNotFinite(structure, layout, now);
  if (!first) return [];
  const { node, what } = first;
  const { learningRate } = facts;
  const objective = facts.checked.document.objectives[0]?.id;
  const place: IssuePlace = node !== null ? { node } : objective === undefined ? {} : { objective };
  return [
    issue("diagnose.not-finite", { ...place, step: now.step + 1, what, learningRate, ...lowerRate(facts, ratio) }),
  ];
}

/** Ten times the loss it began with, far over its best, and not about to come back. */
function diverging({ facts, range, ratio }: Evidence): Issue[] {
  if (!range) return [];
  const { first, best, last, steps, ended } = range;
  const far = last > 10 * Math.max(Math.abs(first), Math.abs(best));
  if (!far && !(ended && last > 2 * Math.abs(first))) return [];
  const { learningRate } = facts;
  return [issue("diagnose.diverging", { from: first, to: last, steps, learningRate, ...lowerRate(facts, ratio) })];
}

/** A rate that would change the weights by about a thousandth in a step; a tenth of it where that is not known. */
function lowerRate({ checked, learningRate }: RunFacts, ratio: number | null): { fix?: Fix } {
  if (learningRate === null || !(learningRate > 0)) return {};
  const factor = ratio === null ? 0.1 : usualUpdate / ratio;
  const rate = roundRate(learningRate * Math.min(1 / 3, Math.max(1e-7, factor)));
  return rateFix(checked, rate);
}

function rateFix({ document }: CheckedDocument, rate: number): { fix?: Fix } {
  if (document.objectives.length === 0) return {};
  return { fix: { kind: "set-document", path: ["objectives", 0, "optimizer", "learningRate"], value: rate } };
}

/** To 1, 2 or 5 with zeros. */
function roundRate(rate: number): number {
  const power = 10 ** Math.floor(Math.log10(rate));
  const digit = [5, 2, 1].find((d) => rate / power >= d * 0.999) ?? 1;
  return Number((digit * power).toPrecision(1));
}

/* ---- gradients ---- */

function gradientFindings(evidence: Evidence): Issue[] {
  const { facts, structure, layout } = evidence;
  const { sights } = facts;
  const picture = judgeGradients(structure, layout, sights);
  const sick = (verdict: string): string[] =>
    [...structure.trained]
      .filter((id) => picture.nodes.get(id)?.verdict === verdict && lasting(evidence, id, verdict))
      .sort((a, b) => (structure.distance.get(b) as number) - (structure.distance.get(a) as number));
  const dead = sick("dead");
  const [vanishing, exploding] = [sick("vanishing"), sick("exploding")];
  const norm = (id: string): number => picture.nodes.get(id)?.norm ?? Number.NaN;
  const nearest = [...structure.trained].sort(
    (a, b) => (structure.distance.get(a) as number) - (structure.distance.get(b) as number),
  )[0] as string;
  const found: Issue[] = [];
  const [far] = vanishing;
  if (far !== undefined) {
    const culprits = guiltOf(structure, picture, far)?.culprits ?? [];
    const layer = common(culprits.map((id) => structure.layers.get(id) ?? ""));
    const share = norm(far) / norm(nearest);
    const of = structure.trained.size;
    found.push(
      warning("diagnose.vanishing", { node: far, share, nodes: vanishing, of, layer, ...openActivations(structure) }),
    );
  }
  const worst = [...exploding].sort((a, b) => norm(b) - norm(a))[0];
  if (worst !== undefined) {
    const share = norm(worst) / norm(nearest);
    found.push(
      warning("diagnose.exploding", {
        node: worst,
        share,
        nodes: exploding,
        of: structure.trained.size,
        ...clip(facts, worst),
      }),
    );
  }
  const [lost] = dead;
  if (lost !== undefined) {
    const culprit = guiltOf(structure, picture, lost)?.culprits[0] ?? null;
    const probes = lookedBack(sights).length;
    found.push(warning("diagnose.no-gradient", { node: culprit ?? lost, nodes: dead, probes, culprit }));
  }
  return found;
}

/** A verdict of the moment may pass: it must have held at half of the last ten sights. */
function lasting({ facts: { sights }, structure, layout }: Evidence, id: string, verdict: string): boolean {
  if (verdict === "dead") return true;
  const last = sights.slice(-10);
  const same = last.filter((_, i) => {
    const picture = pictureAt(structure, layout, sights.slice(0, sights.length - last.length + i + 1));
    return picture.nodes.get(id)?.verdict === verdict;
  });
  return same.length >= last.length / 2;
}

const pictures = new WeakMap<Layout, WeakMap<Sight, GradientPicture>>();

/** What the gradients of a moment are judged to be; found once, since it is asked for every node and at every frame. */
function pictureAt(structure: Structure, layout: Layout, sights: readonly Sight[]): GradientPicture {
  const ofRun = pictures.get(layout) ?? new WeakMap<Sight, GradientPicture>();
  pictures.set(layout, ofRun);
  const now = sights.at(-1) as Sight;
  const held = ofRun.get(now) ?? judgeGradients(structure, layout, sights);
  ofRun.set(now, held);
  return held;
}

const common = (all: readonly string[]): string | null => {
  const [first] = all;
  return first !== undefined && all.every((a) => a === first) ? first : null;
};

/** Activations whose slope is nowhere over one, and over most of their range far below. */
const flattening: readonly string[] = ["sigmoid", "tanh", "hard-sigmoid", "hard-tanh", "softsign"];

/** ReLU in the place of all of them but those that give the network's answer. */
function openActivations(structure: Structure): { fix?: Fix } {
  const nodes = structure.order.filter(
    (id) =>
      flattening.includes(structure.layers.get(id) ?? "") &&
      !structure.predictions.has(id) &&
      structure.distance.has(id),
  );
  return nodes.length === 0 ? {} : { fix: { kind: "replace-layer", nodes, layer: "relu" } };
}

/** Clips the gradients of the objective that trains a node; nothing where it does already. */
function clip({ checked: { document } }: RunFacts, node: string): { fix?: Fix } {
  const trains = (o: Objective): boolean => o.parameters === "all" || o.parameters.includes(node);
  const at = document.objectives.findIndex(trains);
  if (at < 0 || document.objectives[at]?.clip) return {};
  return { fix: { kind: "set-document", path: ["objectives", at, "clip"], value: { kind: "norm", limit: 1 } } };
}

/* ---- activations ---- */

const leaky: { readonly [layer: string]: string } = {
  relu: "leaky-relu",
  relu6: "leaky-relu",
  threshold: "leaky-relu",
};

function deadUnits({ facts, structure, layout }: Evidence): Issue[] {
  const probes = lookedBack(facts.sights).length;
  return activations({ facts, structure, layout })
    .filter(([, a]) => a.verdict === "dead")
    .map(([node, { dead, units }], _, all) => {
      const layer = structure.layers.get(node) ?? "";
      const same = all.map(([id]) => id).filter((id) => structure.layers.get(id) === layer);
      const better = leaky[layer];
      const fix: { fix?: Fix } = better ? { fix: { kind: "replace-layer", nodes: same, layer: better } } : {};
      return warning("diagnose.dead-units", {
        node,
        layer,
        dead: units === null ? dead : Math.round(dead * units),
        units,
        probes,
        nodes: same,
        ...fix,
      });
    });
}

/** All saturated activations of one layer are one finding, at the worst of them. */
function saturated({ facts, structure, layout }: Evidence): Issue[] {
  const ill = activations({ facts, structure, layout }).filter(([, a]) => a.verdict === "saturated");
  const layers = [...new Set(ill.map(([id]) => structure.layers.get(id) ?? ""))];
  return layers.map((layer) => {
    const same = ill.filter(([id]) => structure.layers.get(id) === layer);
    const [worst] = [...same].sort(([, a], [, b]) => (b.saturated ?? 0) - (a.saturated ?? 0));
    const place: IssuePlace = worst ? { node: worst[0] } : {};
    return warning("diagnose.saturated", {
      ...place,
      layer,
      share: worst?.[1].saturated ?? 0,
      nodes: same.map(([id]) => id),
    });
  });
}

const activations = ({ facts, structure, layout }: Pick<Evidence, "facts" | "structure" | "layout">) => [
  ...judgeActivations(structure, layout, facts.sights),
];

/* ---- the learning rate ---- */

/** A rate is only called wrong where the loss says so too: fast optimizers begin with large steps and are right. */
function rateFindings({ facts, range, ratio }: Evidence): Issue[] {
  const { learningRate } = facts;
  if (ratio === null || !range || learningRate === null || !(learningRate > 0) || range.steps < 50) return [];
  const decades = Math.log10(ratio / usualUpdate);
  if (decades > limits.sick / 2 && range.fallen < 0.05 && !range.ended) {
    return [warning("diagnose.rate-high", { ratio, learningRate, ...lowerRate(facts, ratio) })];
  }
  if (decades < -limits.sick && range.fallen < 0.1) {
    const rate = roundRate(learningRate * Math.min(100, usualUpdate / ratio / 3));
    return [warning("diagnose.rate-low", { ratio, learningRate, ...rateFix(facts.checked, rate) })];
  }
  return [];
}
