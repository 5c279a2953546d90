import type {
  ActivationVerdict,
  GradientPicture,
  GradientVerdict,
  NodeActivation,
  NodeUpdate,
  NodeWeights,
  UpdateVerdict,
} from "../../src/diagnose/index.ts";
import type { UiText } from "../../src/i18n/ui.ts";
import { bytesText } from "../inspector/numbers.ts";
import { overlayNumber, percent, timeText } from "./numbers.ts";
import { healthColor, placeOf, shadeOf } from "./scale.ts";

export type OverlayText = UiText["overlay"];
export type Verdict = GradientVerdict | ActivationVerdict | UpdateVerdict;

/**
 * Where the values of a strip come from: the run under way, an earlier state of it (paused, ended, scrubbed back, the
 * network edited elsewhere), or none since the node was edited, or since the run failed here.
 */
export type Status = "live" | "cached" | "changed" | "failed";

/** What stands on the strip of one node. */
export interface Strip {
  readonly mark: string;
  readonly value: string;
  readonly word: string;
  /** CSS colour of mark and bar. */
  readonly color: string;
  /** Part of the bar that is filled, 0..1. */
  readonly from: number;
  readonly to: number;
  /** `dead`: hatched, off the scale; `signed`: blue left of the middle, orange right of it. */
  readonly look: "bar" | "dead" | "signed" | "empty";
  readonly verdict: Verdict | null;
  readonly status: Status;
  /** What a screen reader says. */
  readonly speech: string;
  /** How bad it is: a block shows the worst of its inside. */
  readonly rank: number;
}

const marks: { readonly [V in Verdict]: string } = {
  healthy: "●",
  apart: "●",
  vanishing: "▼",
  small: "▼",
  exploding: "▲",
  large: "▲",
  dead: "✕",
  still: "✕",
  saturated: "◆",
  "not-finite": "!",
  outside: "",
};
export const markOf = (verdict: Verdict): string => marks[verdict];

const ranks: { readonly [V in Verdict]: number } = {
  "not-finite": 6,
  dead: 5,
  exploding: 4,
  large: 4,
  vanishing: 3,
  small: 3,
  saturated: 2,
  apart: 1,
  healthy: 0,
  still: -1,
  outside: -2,
};

/** A verdict that something is to be done about. */
export const isSick = (verdict: Verdict | null): boolean => verdict !== null && ranks[verdict] >= 2;

export const emptyStrip: Strip = {
  mark: "",
  value: "",
  word: "",
  color: "var(--edge-ink)",
  from: 0,
  to: 0,
  look: "empty",
  verdict: null,
  status: "live",
  speech: "",
  rank: -3,
};

/** Healthy parts stay quiet: only what is not healthy has its word on the strip. */
const wordOf = (verdict: Verdict, text: OverlayText): string => (verdict === "healthy" ? "" : text.verdicts[verdict]);

const said = (...parts: readonly string[]): string => parts.filter(Boolean).join(", ");

export function gradientStrips(
  picture: GradientPicture,
  first: string | null,
  text: OverlayText,
): ReadonlyMap<string, Strip> {
  return mapped(picture.nodes, ({ norm, relative, verdict }, id) => {
    const value = overlayNumber(norm);
    const word = id === first ? text.first : wordOf(verdict, text);
    const place = relative === null ? 0 : placeOf(relative);
    return {
      ...emptyStrip,
      mark: markOf(verdict),
      value,
      word,
      color: colorOf(verdict, relative),
      to: norm > 0 ? place : 0,
      look: verdict === "dead" ? "dead" : "bar",
      verdict,
      speech: said(text.speech.gradient(value), text.verdicts[verdict]),
      rank: ranks[verdict] + Math.abs(relative ?? 0) / 100 + (id === first ? 1 : 0),
    };
  });
}

function colorOf(verdict: Verdict, relative: number | null): string {
  if (verdict === "not-finite") return "var(--sev-error)";
  return relative === null ? "var(--hl-dead)" : healthColor(relative);
}

export function updateStrips(nodes: ReadonlyMap<string, NodeUpdate>, text: OverlayText): ReadonlyMap<string, Strip> {
  return mapped(nodes, ({ ratio, relative, verdict }) => {
    const value = overlayNumber(ratio);
    return {
      ...emptyStrip,
      mark: markOf(verdict),
      value,
      word: wordOf(verdict, text),
      color: colorOf(verdict, relative),
      to: relative === null ? 0 : placeOf(relative),
      look: verdict === "still" ? "dead" : "bar",
      verdict,
      speech: said(text.speech.update(value), text.verdicts[verdict]),
      rank: ranks[verdict] + Math.abs(relative ?? 0) / 100,
    };
  });
}

export function activationStrips(
  nodes: ReadonlyMap<string, NodeActivation>,
  text: OverlayText,
): ReadonlyMap<string, Strip> {
  return mapped(nodes, ({ mean, deviation, largest, zeros, dead, verdict }) => {
    const size = Math.hypot(mean, deviation);
    const part = largest > 0 && Number.isFinite(largest) ? size / largest : 0;
    const share = text.speech.zeros(percent(zeros));
    const word = activationWord(verdict, dead, zeros > 0 ? share : "", text);
    return {
      ...emptyStrip,
      mark: verdict === null || verdict === "healthy" ? "" : markOf(verdict),
      value: `μ ${overlayNumber(mean)}`,
      word,
      color: verdict === "not-finite" ? "var(--sev-error)" : shadeOf("seq", part),
      to: part,
      look: verdict === "dead" && dead === 1 ? "dead" : "bar",
      verdict,
      speech: said(
        text.speech.activation(overlayNumber(mean)),
        zeros > 0 ? share : "",
        verdict === null || verdict === "healthy" ? "" : text.verdicts[verdict],
      ),
      rank: verdict === null ? -0.5 : ranks[verdict],
    };
  });
}

function activationWord(verdict: ActivationVerdict | null, dead: number, zeros: string, text: OverlayText): string {
  if (verdict === null || verdict === "healthy") return zeros;
  return verdict === "dead" ? `${text.verdicts.dead} ${percent(dead)}` : text.verdicts[verdict];
}

/** `limit`: the largest weight of all, where the bars end. */
export function weightStrips(
  nodes: ReadonlyMap<string, NodeWeights>,
  limit: number,
  text: OverlayText,
): ReadonlyMap<string, Strip> {
  const place = (v: number): number => Math.min(1, Math.max(0, 0.5 + v / limit / 2));
  return mapped(nodes, ({ mean, deviation, largest, finite }) => {
    const spread = overlayNumber(deviation);
    return {
      ...emptyStrip,
      mark: finite ? "" : markOf("not-finite"),
      value: `σ ${spread}`,
      word: finite ? `≤ ${overlayNumber(largest)}` : text.verdicts["not-finite"],
      color: finite ? "var(--sg-p2)" : "var(--sev-error)",
      from: finite && limit > 0 ? place(mean - deviation) : 0,
      to: finite && limit > 0 ? place(mean + deviation) : 1,
      look: finite ? "signed" : "bar",
      // There is no measure for weights but that they are numbers.
      verdict: finite ? null : "not-finite",
      speech: said(text.speech.weights(spread), finite ? "" : text.verdicts["not-finite"]),
      rank: (finite ? 0 : ranks["not-finite"]) + Math.min(1, deviation / 1e6),
    };
  });
}

/** Times or bytes; the largest fills its bar, and `whole` is what a share is of. */
export function costStrips(
  amounts: ReadonlyMap<string, number>,
  kind: "time" | "memory",
  whole: number,
  text: OverlayText,
): ReadonlyMap<string, Strip> {
  const largest = Math.max(0, ...amounts.values());
  return mapped(amounts, (amount) => {
    const value = kind === "time" ? timeText(amount) : bytesText(amount);
    const share = percent(whole > 0 ? amount / whole : 0);
    const part = largest > 0 ? amount / largest : 0;
    return {
      ...emptyStrip,
      value,
      word: share,
      color: shadeOf("cost", part),
      to: part,
      look: "bar",
      speech: text.speech[kind](value, share),
      rank: amount,
    };
  });
}

/** A word and no number. */
export const wordStrip = (verdict: Verdict | null, word: string): Strip => ({
  ...emptyStrip,
  value: word,
  verdict,
  speech: word,
  rank: verdict === null ? emptyStrip.rank : ranks[verdict],
});

/** `first`: the loss is the first number that is not finite. */
export function lossStrip(loss: number, first: boolean, text: OverlayText): Strip {
  const finite = Number.isFinite(loss);
  const value = overlayNumber(loss);
  return {
    ...emptyStrip,
    mark: finite ? "" : markOf("not-finite"),
    value: `L ${value}`,
    word: finite ? "" : first ? text.first : text.verdicts["not-finite"],
    color: finite ? "var(--accent)" : "var(--sev-error)",
    verdict: finite ? null : "not-finite",
    speech: text.speech.loss(value),
    rank: finite ? 0 : ranks["not-finite"],
  };
}

const mapped = <A, B>(map: ReadonlyMap<string, A>, f: (a: A, id: string) => B): Map<string, B> =>
  new Map([...map].map(([id, a]) => [id, f(a, id)]));
