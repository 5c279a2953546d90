import type { Fix, Json } from "../../src/core/issue.ts";
import { pathSeparator } from "../../src/graph/blocks.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import { messageOf } from "../../src/i18n/issue.ts";
import type { Locale } from "../../src/i18n/locale.ts";
import { layerTexts } from "../../src/i18n/texts.ts";
import type { LayerId } from "../../src/layers/registry.gen.ts";
import type { Refusal } from "./compatibility.ts";
import { type CanvasText, kindOfLayer } from "./nodeView.ts";

/** Why a wire is refused, as a sentence. */
export function refusalText(refusal: Refusal, text: CanvasText, locale: Locale): string {
  if (refusal.kind === "issues") {
    const [issue] = refusal.issues;
    return issue ? messageOf(issue, locale) : text.wire.notFitting;
  }
  const { wire } = text;
  const words = {
    "same-node": wire.sameNode,
    cycle: wire.cycle,
    doubled: wire.doubled,
    "not-a-port": wire.notAPort,
    "from-data": wire.mustBeOutput,
  };
  return words[refusal.fault];
}

/** A fix as a short button, a verb with its object: `Insert Flatten`, `Set kernel size to 3`. */
export function fixLabel(fix: Fix, document: GraphDocument, text: CanvasText, locale: Locale): string {
  switch (fix.kind) {
    case "insert-layer":
      return text.fix.insert(kindOfLayer(fix.layer, text));
    case "set-param":
      return paramLabel(fix, layerOf(document, fix.node), text, locale);
    case "replace-layer":
      return replaceLabel(fix, document, text);
    case "remove-edge":
      return text.fix.removeWire;
    case "remove-node":
      return text.fix.removeNode(kindOfLayer(layerOf(document, fix.node) ?? fix.node, text));
    case "remove-objective-term":
      return text.fix.removeTerm;
    case "set-document":
      return documentLabel(fix, text);
  }
}

function paramLabel(
  { param, value }: Extract<Fix, { kind: "set-param" }>,
  layer: string | null,
  text: CanvasText,
  locale: Locale,
): string {
  const known = layer !== null && Object.hasOwn(layerTexts[locale], layer);
  const words = known ? layerTexts[locale][layer as LayerId].params[param] : undefined;
  const label = words?.label ?? param;
  const name = text.fix.paramName(label);
  const shown = valueText(value, words?.options);
  return shown === null ? text.fix.change(name) : text.fix.set(name, shown);
}

/** One kind of layer by its name, of several their number. */
function replaceLabel(
  { nodes, layer }: Extract<Fix, { kind: "replace-layer" }>,
  document: GraphDocument,
  text: CanvasText,
): string {
  const kinds = new Set(nodes.map((id) => layerOf(document, id)));
  const [only] = kinds;
  const to = kindOfLayer(layer, text);
  return kinds.size === 1 && only
    ? text.fix.replace(kindOfLayer(only, text), to, nodes.length)
    : text.fix.replaceAll(to, nodes.length);
}

function documentLabel({ path, value }: Extract<Fix, { kind: "set-document" }>, text: CanvasText): string {
  if (path[0] === "data" && path[1] === "inputs") return text.fix.bind(String(value));
  const key = String(path.filter((p) => typeof p === "string").at(-1) ?? "");
  if (key === "learningRate") return text.fix.learningRate(String(value));
  if (key === "normalise" && typeof path[2] === "string") return text.fix.normalise(path[2]);
  if (key === "clip") return text.fix.clip;
  if (key === "earlyStopping") return text.fix.earlyStopping;
  const shown = valueText(value);
  return shown === null ? text.fix.change(key) : text.fix.set(key, shown);
}

/** Layer of a node by its path through blocks; the last part is unique enough for a word. */
function layerOf(document: GraphDocument, path: string): string | null {
  const id = path.split(pathSeparator).at(-1);
  const all = [document, ...document.blocks].flatMap((g) => g.nodes);
  return all.find((n) => n.id === id)?.layer ?? null;
}

/** A short value as text, a choice by its name; null for one that says nothing on a button. */
function valueText(value: Json, options?: { readonly [option: string]: string }): string | null {
  if (typeof value === "string") return options?.[value] ?? value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const plain = Array.isArray(value) && value.every((v) => typeof v === "number" || typeof v === "string");
  return plain && value.length <= 4 ? value.join(" × ") : null;
}
