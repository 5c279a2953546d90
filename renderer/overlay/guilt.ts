import { createStore } from "zustand/vanilla";
import { type GradientPicture, type Guilt, guiltOf, type Structure } from "../../src/diagnose/index.ts";
import { pathSeparator } from "../../src/graph/blocks.ts";
import { lossId } from "../canvas/losses.ts";
import { expandedId, type Tab } from "../stores/workspace.ts";
import { times } from "./numbers.ts";
import type { OverlayPicture } from "./picture.ts";
import { isSick, type OverlayText } from "./strips.ts";

/** Whether the guilty path is lit; the user asks for it. */
export const guiltyPath = createStore<{ readonly lit: boolean }>(() => ({ lit: false }));

/** The guilty path on the shown graph: ids of nodes and losses on it, and what those to blame do to the gradient. */
export interface LitPath {
  readonly path: ReadonlySet<string>;
  /** In words: `keeps 1/4 of the gradient`. */
  readonly culprits: ReadonlyMap<string, string>;
}

/** The path to the sick node that is selected, or else to the worst one; null where nothing is sick. */
export function litPath(tab: Tab, { sighting, gradients }: OverlayPicture, text: OverlayText): LitPath | null {
  if (!sighting || !gradients) return null;
  const { structure, checked } = sighting;
  const sick = sickNode(tab, gradients, structure);
  const guilt = sick === null ? null : guiltOf(structure, gradients, sick);
  if (!guilt) return null;
  const prefix = expandedId(tab, "");
  const shown = (id: string): string | null =>
    id.startsWith(prefix) ? (id.slice(prefix.length).split(pathSeparator)[0] as string) : null;
  const nodes = guilt.path.flatMap((id) => shown(id) ?? []);
  const losses =
    tab.path.length > 0
      ? []
      : checked.document.objectives.flatMap((o) =>
          o.terms.flatMap((t, term) =>
            t.prediction.node === guilt.path[0] ? [lossId({ objective: o.id, term })] : [],
          ),
        );
  return { path: new Set([...nodes, ...losses]), culprits: blamed(guilt, shown, text) };
}

function blamed(guilt: Guilt, shown: (id: string) => string | null, text: OverlayText): Map<string, string> {
  const words = new Map<string, string>();
  for (const id of guilt.culprits) {
    const at = shown(id);
    const factor = guilt.factors.get(id) ?? 0;
    if (at !== null && !words.has(at)) words.set(at, factor === 0 ? text.guilt.none : text.guilt.factor(times(factor)));
  }
  return words;
}

function sickNode(tab: Tab, { nodes }: GradientPicture, { distance }: Structure): string | null {
  const sick = [...nodes].filter(([, g]) => isSick(g.verdict)).map(([id]) => id);
  const chosen = [...tab.selection.nodes].map((id) => expandedId(tab, id)).find((id) => sick.includes(id));
  if (chosen !== undefined) return chosen;
  const far = (id: string): number => distance.get(id) ?? -1;
  return sick.reduce<string | null>((worst, id) => (worst === null || far(id) > far(worst) ? id : worst), null);
}

export const sameLit = (a: LitPath | null, b: LitPath | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.path.size === b.path.size &&
    a.culprits.size === b.culprits.size &&
    [...b.path].every((id) => a.path.has(id)) &&
    [...b.culprits].every(([id, word]) => a.culprits.get(id) === word));
