import { flushSync } from "react-dom";
import type { Locale } from "../../src/i18n/locale.ts";
import { layerTexts } from "../../src/i18n/texts.ts";
import { type LayerId, layers } from "../../src/layers/registry.gen.ts";
import { commit, editing, selectItems } from "../app/editing.ts";
import { currentText } from "../app/text.ts";
import { settings } from "../stores/settings.ts";
import { workspace } from "../stores/workspace.ts";
import { layerTerms, search, type Terms, withSounds } from "../ui/search.ts";
import { addItem, type Item, type Spot, typeInto } from "./addItem.ts";
import { accepts, gives } from "./compatibility.ts";
import type { Point } from "./controller.ts";
import { kindOfLayer } from "./nodeView.ts";
import { paramsFrom, readTyped, type Typed } from "./typedParams.ts";
import { announce, type HeldWire, type QuickAdd, scene, setView, view } from "./view.ts";
import { boxOf, bringIntoView, inElement, seen, toCanvas, toElement } from "./viewport.ts";

/** A line of the list. */
export interface Offer {
  readonly key: string;
  readonly item: Item;
  readonly title: string;
  readonly hint: string;
  readonly terms: Terms;
  /** What is added before it, in a row: `conv2d 16 5, relu` names two layers. */
  readonly before?: readonly Offer[];
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
  const all = ranked([...layerOffers(locale), ...blockOffers()]);
  const open = all.filter((o) => o.item.kind !== "layer" || fits(o.item.layer));
  const typed = readTyped(query);
  const last = typed.at(-1);
  if (!last) return open;
  const before: Offer[] = [];
  for (const t of typed.slice(0, -1)) {
    const [best] = matching(before.length === 0 ? open : all, t);
    if (!best) return [];
    before.push(best);
  }
  if (before.length === 0) return matching(open, last);
  return matching(all, last).map((o) => ({ ...o, before }));
}

/** Offers that a name fits: with the values behind it as their parameters, or as part of the name (`Block 1`). */
function matching(offers: readonly Offer[], { name, values }: Typed): readonly Offer[] {
  const found = search(name, offers, (o) => o.terms);
  if (values.length === 0) return found;
  const set = found.flatMap((o) => withParams(o, values) ?? []);
  const keys = new Set(set.map((o) => o.key));
  const whole = search([name, ...values].join(" "), offers, (o) => o.terms);
  return [...set, ...whole.filter((o) => !keys.has(o.key))];
}

/** A layer with parameters; null for what has no place for these values. */
function withParams(offer: Offer, values: readonly string[]): Offer | null {
  const { item } = offer;
  const layer = item.kind === "layer" ? editing()?.layers.get(item.layer) : null;
  const params = layer && paramsFrom(layer.params, values);
  if (item.kind !== "layer" || !params) return null;
  return { ...offer, item: { ...item, params }, hint: paramsHint(item.layer as LayerId, params) };
}

/** `Filters 16 · Kernel size 5` */
function paramsHint(layer: LayerId, params: NonNullable<ReturnType<typeof paramsFrom>>): string {
  const texts = layerTexts[settings.getState().locale][layer].params;
  const word = (value: unknown): string => (Array.isArray(value) ? value.join("×") : String(value));
  return Object.entries(params)
    .map(([name, value]) => `${texts[name]?.label ?? name} ${word(value)}`)
    .join(" · ");
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

/** What was used last comes first, and of what fits a query equally well too. */
function ranked(offers: readonly Offer[]): readonly Offer[] {
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
  setView({ quickAdd: null });
  const gesture = `quick-add ${++chosen}`;
  let spot: Spot = quickAdd;
  let last: string | null = null;
  const row = [...(offer.before ?? []), offer];
  const name = row.map((o) => o.title).join(", ");
  for (const next of row) {
    last = addOne(next, name, spot, gesture);
    if (last === null) break;
    spot = after(last, spot);
  }
  workspace.getState().endGesture();
  if (last === null) return;
  const node = last;
  // The node is drawn after this returns.
  requestAnimationFrame(() => {
    bringIntoView(node);
    setView({ focus: node });
    if (keepOpen) openQuickAdd(null, null);
    else focusElement(node);
  });
}

let chosen = 0;

/** Adds one item and selects it; its id, or null when it cannot be added. */
function addOne(offer: Offer, name: string, spot: Spot, gesture: string): string | null {
  const window = seen();
  const middle = { x: window.x + window.width / 2, y: window.y + window.height / 2 };
  const added = addItem(offer.item, spot, middle);
  if (!added) return null;
  // The next of a row is placed by what is drawn.
  flushSync(() => {
    commit(added.change, spot.into === null ? "addNode" : "insertOnWire", { layer: name }, gesture);
    selectItems([added.node]);
  });
  if (offer.item.kind === "layer") remember(offer.item.layer);
  announce(currentText().canvas.speech.added(offer.title));
  return added.node;
}

/** Where the next of a row goes: on from the one before, into the rest of the wire where that went into one. */
function after(node: string, { into }: Spot): Spot {
  const rest = into === null ? null : (editing()?.graph.edges.find((e) => e.from.node === node)?.id ?? null);
  return { place: null, wire: null, into: rest };
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
