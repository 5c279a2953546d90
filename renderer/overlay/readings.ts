import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { UiText } from "../../src/i18n/ui.ts";
import { currentText } from "../app/text.ts";
import { announce } from "../canvas/view.ts";
import { settings } from "../stores/settings.ts";
import { type OverlayKind, runOf, training } from "../stores/training.ts";
import { activeTab, workspace } from "../stores/workspace.ts";
import { watch } from "../training/watching.ts";
import { guiltyPath, type LitPath, litPath, sameLit } from "./guilt.ts";
import { type LegendView, nothingPainted, type OverlayPicture, overlayPicture } from "./picture.ts";
import { profiles } from "./profile.ts";
import type { Strip } from "./strips.ts";

interface Readings {
  readonly picture: OverlayPicture;
  /** Verdict of each node in words, for readers of the screen; the same map while none changes. */
  readonly spoken: ReadonlyMap<string, string>;
  /** The guilty path while it is lit. */
  readonly lit: LitPath | null;
}

/**
 * What the overlay shows now. Strips and bands are painted from here without drawing nodes or wires anew: they keep
 * their identity while they say the same.
 */
export const readings = createStore<Readings>(() => ({ picture: nothingPainted, spoken: new Map(), lit: null }));
export const useReadings = <T>(select: (r: Readings) => T): T => useStore(readings, select);

/** Overlays made of statistics. */
const measured: ReadonlySet<OverlayKind> = new Set(["activations", "gradients", "weights", "updates"]);

/** Keeps the readings as the stores say, at most once a frame; gives a function that ends this. */
export function trackReadings(): () => void {
  let frame = 0;
  let before: readonly unknown[] = [];
  const read = (): void => {
    frame = 0;
    const { overlay, cursor, connection } = training.getState();
    const tab = activeTab(workspace.getState());
    const run = tab && runOf(training.getState(), tab.id);
    const { locale } = settings.getState();
    const { view: profile } = profiles.getState();
    const { lit } = guiltyPath.getState();
    const connected = connection === "ready";
    const of = [overlay, cursor, connected, locale, profile, lit, lit ? tab?.selection : null];
    const ofTab = [tab?.edited.document, tab?.checked, tab?.path];
    const ofRun = [run?.document, run?.rows, run?.frames, run?.phase, run?.issues];
    const now = [...of, ...ofTab, ...ofRun];
    if (now.every((v, i) => v === before[i]) && now.length === before.length) return;
    before = now;
    watch("overlay", { statistics: measured.has(overlay) ? true : "seldom" });
    const text = currentText();
    const picture = tab
      ? overlayPicture({ overlay, tab, run, cursor, connected, profile }, text.overlay)
      : nothingPainted;
    const path = lit && tab ? litPath(tab, picture, text.overlay) : null;
    readings.setState(({ picture: held, spoken, lit: before }) => ({
      picture: { ...picture, strips: kept(held.strips, picture.strips), bands: kept(held.bands, picture.bands) },
      spoken: keptWords(spoken, wordsOf(picture.strips, text)),
      lit: sameLit(before, path) ? before : path,
    }));
    announceVerdicts(picture.legend, text.overlay);
  };
  const soon = (): void => {
    if (frame === 0) frame = requestAnimationFrame(read);
  };
  read();
  const stops = [training, workspace, settings, profiles, guiltyPath].map((store) => store.subscribe(soon));
  return () => {
    if (frame !== 0) cancelAnimationFrame(frame);
    for (const stop of stops) stop();
    clearTimeout(waiting);
    watch("overlay", null);
  };
}

/** Milliseconds between two announcements. */
const quiet = 5000;
let announced = { said: "", at: Number.NEGATIVE_INFINITY };
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Says how many nodes have which verdict when that has changed: once, politely, and not with every value. */
function announceVerdicts(legend: LegendView | null, text: UiText["overlay"]): void {
  clearTimeout(waiting);
  const said = summaryOf(legend, text);
  if (said === null || said === announced.said) return;
  const wait = announced.at + quiet - performance.now();
  waiting = setTimeout(
    () => {
      announced = { said, at: performance.now() };
      announce(said);
    },
    Math.max(0, wait),
  );
}

/** The legend's counts as a sentence; null where nothing is judged. */
function summaryOf(legend: LegendView | null, { kinds, legend: words, verdicts }: UiText["overlay"]): string | null {
  if (!legend || legend.counts.length === 0) return null;
  const [only] = legend.counts;
  const well = legend.counts.length === 1 && only?.verdict === "healthy";
  const counted = well ? [words.allHealthy(only.n)] : legend.counts.map((c) => words.count(c.n, verdicts[c.verdict]));
  return `${kinds[legend.overlay]}: ${counted.join(", ")}`;
}

/** The new map, with the old objects where they are equal. */
function kept<T extends object>(old: ReadonlyMap<string, T>, next: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map(
    [...next].map(([id, value]) => {
      const before = old.get(id);
      return [id, before && same(before, value) ? before : value];
    }),
  );
}

const same = (a: object, b: object): boolean => {
  const [x, y] = [a as { readonly [k: string]: unknown }, b as { readonly [k: string]: unknown }];
  return Object.keys(y).every((k) => Object.is(x[k], y[k]));
};

function wordsOf(strips: ReadonlyMap<string, Strip>, { overlay }: UiText): Map<string, string> {
  const words = new Map<string, string>();
  for (const [id, { verdict, status }] of strips) {
    const word = [verdict ? overlay.verdicts[verdict] : "", overlay.status[status]].filter(Boolean).join(", ");
    if (word !== "") words.set(id, word);
  }
  return words;
}

const keptWords = (old: ReadonlyMap<string, string>, next: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  old.size === next.size && [...next].every(([id, word]) => old.get(id) === word) ? old : next;
