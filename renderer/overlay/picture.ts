import { type CheckedDocument, checkDocument } from "../../src/compile/check.ts";
import { nodeCost } from "../../src/compile/cost.ts";
import {
  describeWeights,
  firstNotFinite,
  type GradientPicture,
  judgeActivations,
  judgeGradients,
  judgeUpdates,
  type Layout,
  layoutOf,
  type NodeActivation,
  type Sight,
  type Structure,
  structureOf,
  usualUpdate,
} from "../../src/diagnose/index.ts";
import { pathSeparator } from "../../src/graph/blocks.ts";
import type { CheckedNode } from "../../src/graph/check.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import { lossId } from "../canvas/losses.ts";
import { bytesText } from "../inspector/numbers.ts";
import { frameAt, type OverlayKind } from "../stores/training.ts";
import { expandedId, shownGraph, type Tab } from "../stores/workspace.ts";
import type { Run } from "../training/run.ts";
import { overlayNumber, timeText } from "./numbers.ts";
import { bandWidth, healthColor, type Scale } from "./scale.ts";
import {
  activationStrips,
  costStrips,
  emptyStrip,
  gradientStrips,
  isSick,
  lossStrip,
  type OverlayText,
  type Strip,
  updateStrips,
  type Verdict,
  weightStrips,
  wordStrip,
} from "./strips.ts";

/** The thread of a wire in the gradient overlay. */
export interface Band {
  readonly width: number;
  readonly color: string;
  /** Dotted and grey: nothing comes back here. */
  readonly dead: boolean;
}

export interface LegendView {
  readonly overlay: Exclude<OverlayKind, "shapes">;
  /** What is measured, in LaTeX; null where the title says it. */
  readonly tex: string | null;
  readonly scale: Scale;
  readonly low: string;
  readonly middle: string | null;
  readonly high: string;
  /** How many nodes have which verdict, worst first; empty where nothing is judged. */
  readonly counts: readonly { readonly verdict: Verdict; readonly n: number }[];
  /** Instead of numbers: why there are none. */
  readonly note: string | null;
  /** Beside them: that they are not of now, or not of this network. */
  readonly hint: string | null;
}

/** Everything that an overlay paints on the canvas. */
export interface OverlayPicture {
  /** By id of the shown graph. */
  readonly strips: ReadonlyMap<string, Strip>;
  /** By `node.port` of the expanded graph; null for a node without values. */
  readonly bands: ReadonlyMap<string, Band>;
  readonly legend: LegendView | null;
  /** For looking closer: what the strips were made of. */
  readonly sighting: Sighting | null;
  readonly gradients: GradientPicture | null;
}

/** Statistics that are looked at: of a run, up to a moment of it. */
export interface Sighting {
  readonly run: Run;
  readonly checked: CheckedDocument;
  readonly structure: Structure;
  readonly layout: Layout;
  /** Up to the one that is shown, which is the last. */
  readonly sights: readonly Sight[];
  readonly now: Sight;
}

/** Microseconds by node in one training step, and where that was measured. */
export interface ProfileView {
  readonly nodes: ReadonlyMap<string, number>;
  readonly total: number;
  readonly provider: string;
}

export const nothingPainted: OverlayPicture = {
  strips: new Map(),
  bands: new Map(),
  legend: null,
  sighting: null,
  gradients: null,
};

export interface OverlayScene {
  readonly overlay: OverlayKind;
  readonly tab: Tab;
  readonly run: Run | null;
  /** Step that the time machine stands at. */
  readonly cursor: number | null;
  readonly connected: boolean;
  readonly profile: ProfileView | "measuring" | null;
}

/** What an overlay shows of the graph of a tab. Pure; strips of nodes inside blocks are folded into the block's. */
export function overlayPicture(scene: OverlayScene, text: OverlayText): OverlayPicture {
  switch (scene.overlay) {
    case "shapes":
      return nothingPainted;
    case "time":
      return timePicture(scene, text);
    case "memory":
      return memoryPicture(scene, text);
    default:
      return statisticsPicture(scene, scene.overlay, text);
  }
}

/** The statistics of a run that the time machine stands at; null before the first. */
export function sightingOf(tab: Tab, run: Run | null, cursor: number | null): Sighting | null {
  const now = frameAt(run, cursor);
  if (!run || !now) return null;
  const checked = checkedOf(run.document, tab);
  const sights = run.frames.slice(0, run.frames.indexOf(now) + 1);
  return { run, checked, structure: structureOf(checked), layout: layoutOf(run.rows), sights, now };
}

const checkedRuns = new WeakMap<GraphDocument, CheckedDocument>();

/** The check of a run's document: that of the tab where it was not edited since. */
export function checkedOf(document: GraphDocument, tab: Tab): CheckedDocument {
  if (document === tab.edited.document) return tab.checked;
  const held = checkedRuns.get(document) ?? checkDocument(document);
  checkedRuns.set(document, held);
  return held;
}

type Statistics = "gradients" | "activations" | "weights" | "updates";

function statisticsPicture(scene: OverlayScene, overlay: Statistics, text: OverlayText): OverlayPicture {
  const { tab, run, cursor } = scene;
  const sighting = sightingOf(tab, run, cursor);
  const legend = { ...legendFrames[overlay], overlay, counts: [], note: null, hint: null };
  if (!sighting) {
    return { ...nothingPainted, strips: blankStrips(tab), legend: { ...legend, note: whyNothing(scene, text) } };
  }
  const painted = paint(sighting, overlay, text);
  const strips = shownStrips(scene, sighting, painted.cells, text);
  const hint = hintOf(scene, sighting, text);
  return {
    strips,
    bands: painted.bands,
    legend: { ...legend, ...painted.ends, counts: countsOf(strips), hint },
    sighting,
    gradients: painted.gradients,
  };
}

interface Painted {
  readonly cells: ReadonlyMap<string, Strip>;
  readonly bands: ReadonlyMap<string, Band>;
  readonly gradients: GradientPicture | null;
  /** What the scale ends in, where that depends on the values. */
  readonly ends: Partial<Pick<LegendView, "low" | "middle" | "high">>;
}

const plain = { bands: new Map<string, Band>(), gradients: null };

function paint(sighting: Sighting, overlay: Statistics, text: OverlayText): Painted {
  const { structure, layout, sights, now } = sighting;
  switch (overlay) {
    case "gradients": {
      const picture = judgeGradients(structure, layout, sights);
      const first = firstNotFinite(structure, layout, now)?.node ?? null;
      const middle = picture.reference === null ? null : text.legend.reference(overlayNumber(picture.reference));
      return {
        cells: withWords(
          gradientStrips(picture, first, text),
          outside(sighting),
          wordStrip("outside", text.verdicts.outside),
        ),
        bands: bandsOf(picture, sighting),
        gradients: picture,
        ends: { middle },
      };
    }
    case "activations":
      return { cells: activationStrips(activationsOf(sighting), text), ...plain, ends: {} };
    case "updates":
      return {
        cells: withWords(
          updateStrips(judgeUpdates(layout, now), text),
          untrained(sighting),
          wordStrip(null, text.untrained),
        ),
        ...plain,
        ends: {},
      };
    case "weights": {
      const weights = describeWeights(layout, now);
      const limit = Math.max(0, ...[...weights.values()].map((w) => w.largest).filter(Number.isFinite));
      const end = overlayNumber(limit);
      return {
        cells: weightStrips(weights, limit, text),
        ...plain,
        ends: limit > 0 ? { low: `−${end}`, high: `+${end}` } : {},
      };
    }
  }
}

/** Nodes that no loss depends on. */
const outside = ({ layout, structure }: Sighting): string[] =>
  [...layout.keys()].filter((id) => !structure.distance.has(id));

/** Nodes with parameters that nothing trains. */
const untrained = ({ checked, structure }: Sighting): string[] =>
  [...checked.graph.nodes]
    .filter(([id, n]) => !structure.trained.has(id) && n.parameters.some((p) => p.kind === "parameter"))
    .map(([id]) => id);

/** Strips with a word in the place of a value, for nodes that have none and for which that is no accident. */
const withWords = (
  cells: ReadonlyMap<string, Strip>,
  ids: readonly string[],
  strip: Strip,
): ReadonlyMap<string, Strip> =>
  new Map([...cells, ...ids.filter((id) => !cells.has(id)).map((id) => [id, strip] as const)]);

export const activationsOf = ({ structure, layout, sights }: Sighting): ReadonlyMap<string, NodeActivation> =>
  judgeActivations(structure, layout, sights);

function bandsOf(picture: GradientPicture, { layout, structure }: Sighting): ReadonlyMap<string, Band> {
  const bands = new Map<string, Band>();
  for (const [id, { outputs }] of layout) {
    const node = picture.nodes.get(id);
    if (!node || !structure.distance.has(id)) continue;
    const band: Band =
      node.relative === null
        ? { width: 1.5, color: node.verdict === "not-finite" ? "var(--sev-error)" : "var(--hl-dead)", dead: true }
        : { width: bandWidth(node.relative), color: healthColor(node.relative), dead: false };
    for (const o of outputs) if (o.gradient !== null) bands.set(`${id}.${o.name}`, band);
  }
  return bands;
}

const legendFrames = {
  gradients: {
    tex: String.raw`\lVert \partial L / \partial y \rVert`,
    scale: "hl",
    low: "÷1000",
    middle: null,
    high: "×1000",
  },
  activations: { tex: null, scale: "seq", low: "0", middle: null, high: "max" },
  weights: { tex: "w", scale: "sg", low: "−", middle: "0", high: "+" },
  updates: {
    tex: String.raw`\lVert \Delta w \rVert / \lVert w \rVert`,
    scale: "hl",
    low: "1e−6",
    middle: overlayNumber(usualUpdate),
    high: "1",
  },
} as const satisfies { readonly [S in Statistics]: unknown };

function whyNothing({ run, connected }: OverlayScene, text: OverlayText): string {
  const under = run !== null && (run.phase === "preparing" || run.phase === "running");
  if (under) return text.legend.waiting;
  return connected ? text.legend.noRun : text.legend.noEngine;
}

function hintOf({ tab, cursor }: OverlayScene, { run, checked, now }: Sighting, text: OverlayText): string | null {
  if (changedNodes(checked, tab.checked) !== null) return text.legend.changed;
  const past = cursor !== null && now.step < run.step;
  return past ? text.legend.past(now.step.toLocaleString("en-US")) : null;
}

/** Strips of the shown graph, by its ids: with those of losses, and one for every node that has none. */
function shownStrips(
  scene: OverlayScene,
  sighting: Sighting,
  cells: ReadonlyMap<string, Strip>,
  text: OverlayText,
): ReadonlyMap<string, Strip> {
  const { tab, cursor } = scene;
  const { run, checked, now } = sighting;
  const changed = changedNodes(checked, tab.checked);
  const live = changed === null && run.phase === "running" && cursor === null;
  const failed = new Set(run.phase === "failed" ? run.issues.flatMap((i) => i.node ?? []) : []);
  const strips = new Map<string, Strip>(blankStrips(tab));
  const inside = new Map<string, { readonly count: number }>();
  const prefix = expandedId(tab, "");
  for (const [id, cell] of cells) {
    if (!id.startsWith(prefix) || changed?.has(id)) continue;
    const rest = id.slice(prefix.length);
    const end = rest.indexOf(pathSeparator);
    const shown = end < 0 ? rest : rest.slice(0, end);
    if (!strips.has(shown)) continue;
    const status = failed.has(id) ? "failed" : live ? "live" : "cached";
    const told = end < 0 ? cell : { ...cell, speech: `${cell.speech}, ${text.speech.inside(rest.slice(end + 1))}` };
    const before = inside.has(shown) ? strips.get(shown) : undefined;
    inside.set(shown, { count: (inside.get(shown)?.count ?? 0) + 1 });
    if (!before || told.rank > before.rank) strips.set(shown, { ...told, status });
  }
  if (tab.path.length === 0) {
    const lossFirst = firstNotFinite(sighting.structure, sighting.layout, now)?.what === "loss";
    for (const [id, strip] of lossStrips(tab, run, now, lossFirst, text))
      strips.set(id, { ...strip, status: live ? "live" : "cached" });
  }
  for (const id of changed ?? []) {
    const shown = id.startsWith(prefix) ? id.slice(prefix.length) : null;
    const strip = shown === null ? undefined : strips.get(shown);
    if (shown !== null && strip?.look === "empty") strips.set(shown, { ...strip, status: "changed" });
  }
  return strips;
}

function lossStrips(tab: Tab, run: Run, now: Sight, first: boolean, text: OverlayText): Map<string, Strip> {
  const strips = new Map<string, Strip>();
  for (const [k, objective] of tab.edited.document.objectives.entries()) {
    const loss = k === 0 ? now.loss : lossAt(run, objective.id, now.step);
    // Only the sum of several terms is known.
    if (loss !== null && objective.terms.length === 1) {
      strips.set(lossId({ objective: objective.id, term: 0 }), lossStrip(loss, first && k === 0, text));
    }
  }
  return strips;
}

function lossAt(run: Run, objective: string, step: number): number | null {
  const series = run.others[objective];
  const at = series?.x.findIndex((x) => x > step) ?? -1;
  return series?.y[at >= 0 ? at : series.y.length - 1] ?? null;
}

/** An empty strip for every node and loss that is shown. */
function blankStrips(tab: Tab): Map<string, Strip> {
  const nodes = shownGraph(tab).nodes.map((n) => n.id);
  const losses =
    tab.path.length > 0
      ? []
      : tab.edited.document.objectives.flatMap((o) => o.terms.map((_, term) => lossId({ objective: o.id, term })));
  return new Map([...nodes, ...losses].map((id) => [id, emptyStrip]));
}

function countsOf(strips: ReadonlyMap<string, Strip>): LegendView["counts"] {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of strips.values()) {
    if (verdict === null || verdict === "outside" || verdict === "still") continue;
    // A dot without a word is no verdict of its own.
    const told = verdict === "apart" ? "healthy" : verdict;
    counts.set(told, (counts.get(told) ?? 0) + 1);
  }
  const worst = (v: Verdict): number => (isSick(v) ? 1 : 0);
  return [...counts].map(([verdict, n]) => ({ verdict, n })).sort((a, b) => worst(b.verdict) - worst(a.verdict));
}

/* ---- time and memory ---- */

function timePicture(scene: OverlayScene, text: OverlayText): OverlayPicture {
  const { tab, profile, connected } = scene;
  const frame = { overlay: "time", tex: null, scale: "cost", middle: null, counts: [], low: "0" } as const;
  const strips = blankStrips(tab);
  if (profile === null || profile === "measuring") {
    const { legend } = text;
    const note = profile === "measuring" ? legend.profiling : connected ? legend.noProfile : legend.noEngine;
    return { ...nothingPainted, strips, legend: { ...frame, high: "", note, hint: null } };
  }
  const amounts = folded(tab, profile.nodes);
  const sum = [...profile.nodes.values()].reduce((a, b) => a + b, 0);
  for (const [id, strip] of costStrips(amounts, "time", sum, text)) strips.set(id, strip);
  const high = timeText(Math.max(0, ...amounts.values()));
  const hint = `${text.legend.total(timeText(profile.total))} · ${profile.provider.toUpperCase()}`;
  return { ...nothingPainted, strips, legend: { ...frame, high, note: null, hint } };
}

function memoryPicture({ tab }: OverlayScene, text: OverlayText): OverlayPicture {
  const { checked } = tab;
  const batch = checked.document.training.batch;
  const amounts = folded(tab, memoryOf(checked));
  const total = [...amounts.values()].reduce((a, b) => a + b, 0);
  const strips = blankStrips(tab);
  for (const [id, strip] of costStrips(amounts, "memory", total, text)) strips.set(id, strip);
  const high = bytesText(Math.max(0, ...amounts.values()));
  const hint = `${text.legend.total(bytesText(total))} · ${text.legend.batch(batch)}`;
  const legend = {
    overlay: "memory",
    tex: null,
    scale: "cost",
    low: "0",
    middle: null,
    high,
    counts: [],
    note: null,
    hint,
  } as const;
  return { ...nothingPainted, strips, legend };
}

const memories = new WeakMap<CheckedDocument, ReadonlyMap<string, number>>();

/** Bytes of a training step by node: what it writes, and what is kept for the backward pass. */
function memoryOf(checked: CheckedDocument): ReadonlyMap<string, number> {
  const held = memories.get(checked);
  if (held) return held;
  const { batch } = checked.document.training;
  const made = new Map<string, number>();
  for (const id of checked.graph.nodes.keys()) {
    const cost = nodeCost(checked, id);
    if (cost) made.set(id, batch * (cost.forward.bytes + (cost.backward?.bytes ?? 0)));
  }
  memories.set(checked, made);
  return made;
}

/** Amounts of the expanded graph summed up by node of the shown one. */
function folded(tab: Tab, amounts: ReadonlyMap<string, number>): Map<string, number> {
  const prefix = expandedId(tab, "");
  const shown = new Set(shownGraph(tab).nodes.map((n) => n.id));
  const sums = new Map<string, number>();
  for (const [id, amount] of amounts) {
    if (!id.startsWith(prefix)) continue;
    const own = id.slice(prefix.length).split(pathSeparator)[0] as string;
    if (shown.has(own)) sums.set(own, (sums.get(own) ?? 0) + amount);
  }
  return sums;
}

/* ---- edits since the run ---- */

const compared = new WeakMap<CheckedDocument, WeakMap<CheckedDocument, ReadonlySet<string> | null>>();

/**
 * Nodes of the expanded graph that are not as they were when the run began: set, wired or shaped differently, or new.
 * Null where nothing at all was changed; then all values are of this network.
 */
export function changedNodes(then: CheckedDocument, now: CheckedDocument): ReadonlySet<string> | null {
  if (then === now) return null;
  const held = compared.get(then)?.get(now);
  if (held !== undefined) return held;
  const changed = new Set<string>();
  for (const [id, node] of now.graph.nodes) {
    const before = then.graph.nodes.get(id);
    if (!before || !sameNode(before, node)) changed.add(id);
  }
  const gone = [...then.graph.nodes.keys()].some((id) => !now.graph.nodes.has(id));
  const result = changed.size === 0 && !gone ? null : changed;
  const inner = compared.get(then) ?? new WeakMap();
  inner.set(now, result);
  compared.set(then, inner);
  return result;
}

const sameNode = (a: CheckedNode, b: CheckedNode): boolean =>
  a === b || JSON.stringify(factsOf(a)) === JSON.stringify(factsOf(b));

const factsOf = ({ node, sources }: CheckedNode): unknown => [
  node.layer,
  node.params,
  node.state,
  node.share,
  node.frozen,
  sources.map((s) => [s.node, s.port, s.into, s.index]),
];
