import type { Locale } from "../../src/i18n/locale.ts";
import { layerTexts } from "../../src/i18n/texts.ts";
import { type LayerId, layers } from "../../src/layers/registry.gen.ts";
import { commit, editing, selectItems } from "../app/editing.ts";
import { currentText } from "../app/text.ts";
import { settings } from "../stores/settings.ts";
import { layerTerms, search, type Terms, withSounds } from "../ui/search.ts";
import { addItem, type Item, typeInto } from "./addItem.ts";
import { accepts, gives } from "./compatibility.ts";
import type { Point } from "./controller.ts";
import { kindOfLayer } from "./nodeView.ts";
import { announce, type HeldWire, type QuickAdd, scene, setView, view } from "./view.ts";
import { boxOf, bringIntoView, inElement, seen, toCanvas, toElement } from "./viewport.ts";

/** A line of the list. */
export interface Offer {
  readonly key: string;
  readonly item: Item;
  readonly title: string;
  readonly hint: string;
  readonly terms: Terms;
}

/** Opens the list where a wire was let go on empty canvas: the node is put there and wired. */
export function openQuickAddFor(wire: HeldWire, screen: Point): void {
  setView({ quickAdd: { at: inElement(screen), place: toCanvas(screen), wire, into: null } });
}

/** Opens the list for a node that goes into a wire. */
export function openQuickAddInto(edge: string, screen: Point): void {
  setView({ quickAdd: { at: inElement(screen), place: null, wire: null, into: edge } });
}

/** Opens the list at a point of the canvas, or beside the selected node, or at the pointer. */
export function openQuickAdd(place: Point | null, pointer: Point | null): void {
  const selected = editing()?.nodes ?? [];
  const [node] = selected;
  const box = node && selected.length === 1 ? boxOf(node.id) : null;
  const window = seen();
  const middle = { x: window.x + window.width / 2, y: window.y + window.height / 3 };
  const beside = box && { x: box.x + box.width + 24, y: box.y };
  const inside =
    beside &&
    beside.x < window.x + window.width &&
    beside.y < window.y + window.height &&
    beside.x > window.x &&
    beside.y > window.y;
  const anchor = place ?? (inside ? beside : null) ?? pointer ?? middle;
  setView({
    quickAdd: { at: toElement(anchor), place: place ?? (box ? null : (pointer ?? null)), wire: null, into: null },
  });
}

/** Everything that can be added here, the best of what fits the query first. */
export function offersFor(quick: QuickAdd, query: string, locale: Locale): readonly Offer[] {
  const now = editing();
  if (!now) return [];
  const type = typeInto(now, quick.wire, quick.into);
  const backwards = quick.wire?.seeks === "out";
  const wired = quick.wire !== null || quick.into !== null;
  const fits = (id: string): boolean => {
    const layer = now.layers.get(id);
    if (!layer || !wired) return true;
    return backwards ? gives(layer) : accepts(layer, type) && (quick.into === null || gives(layer));
  };
  const offers = [
    ...layerOffers(locale).filter((o) => o.item.kind !== "layer" || fits(o.item.layer)),
    ...blockOffers(),
  ];
  return search(query, ranked(offers, query), (o) => o.terms);
}

const layerOffers = (locale: Locale): Offer[] =>
  (Object.keys(layers) as LayerId[]).map((layer) => ({
    key: layer,
    item: { kind: "layer", layer },
    title: layerTexts[locale][layer].name,
    hint: kindHint(layer, layerTexts[locale][layer].name),
    terms: [kindOfLayer(layer, currentText().canvas), ...layerTerms(layer, locale)],
  }));

/** The word on the node, where it is another than the name. */
const kindHint = (layer: LayerId, name: string): string => {
  const kind = kindOfLayer(layer, currentText().canvas);
  return name.startsWith(kind) ? "" : kind;
};

function blockOffers(): Offer[] {
  const now = editing();
  const text = currentText().canvas.quickAdd;
  const path = new Set(now?.tab.path ?? []);
  const own = (now?.document.blocks ?? []).filter((b) => b.id !== now?.scope && !path.has(b.id));
  return [
    ...own.map(
      (b): Offer => ({
        key: `block:${b.id}`,
        item: { kind: "block", block: b.id },
        title: b.name,
        hint: text.block,
        terms: withSounds(b.name),
      }),
    ),
    ...settings.getState().library.map(
      (b): Offer => ({
        key: `library:${b.id}`,
        item: { kind: "library", clip: b.clip },
        title: b.name,
        hint: text.library,
        terms: withSounds(b.name),
      }),
    ),
  ];
}

/** Without a query, what was used last comes first. */
function ranked(offers: readonly Offer[], query: string): readonly Offer[] {
  if (query.trim() !== "") return offers;
  const { recentLayers, favourites } = settings.getState();
  const wanted = [...recentLayers, ...favourites, ...usual];
  const rank = (o: Offer): number => {
    const at = wanted.indexOf(o.key);
    return at < 0 ? wanted.length : at;
  };
  return [...offers].sort((a, b) => rank(a) - rank(b));
}

/** What a first network is made of. */
const usual = ["input", "dense", "relu", "conv2d", "max-pool2d", "flatten", "dropout", "batch-norm"];

const recentLimit = 8;

/** Adds what was chosen as one step and selects it, so that the next one goes on from it. */
export function choose(offer: Offer, keepOpen: boolean): void {
  const { quickAdd } = view.getState();
  if (!quickAdd) return;
  const window = seen();
  const middle = { x: window.x + window.width / 2, y: window.y + window.height / 2 };
  const added = addItem(offer.item, quickAdd, middle);
  setView({ quickAdd: null });
  if (!added) return;
  commit(added.change, quickAdd.into === null ? "addNode" : "insertOnWire", { layer: offer.title });
  if (offer.item.kind === "layer") remember(offer.item.layer);
  selectItems([added.node]);
  announce(currentText().canvas.speech.added(offer.title));
  // The node is drawn after this returns.
  requestAnimationFrame(() => {
    bringIntoView(added.node);
    setView({ focus: added.node });
    if (keepOpen) openQuickAdd(null, null);
    else focusElement(added.node);
  });
}

function remember(layer: string): void {
  const { recentLayers, set } = settings.getState();
  set({ recentLayers: [layer, ...recentLayers.filter((l) => l !== layer)].slice(0, recentLimit) });
}

/** Gives the keyboard to a node that is drawn; nothing when it is not. */
export function focusElement(id: string): boolean {
  const element = scene.element?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  element?.focus({ preventScroll: true });
  return !!element;
}
