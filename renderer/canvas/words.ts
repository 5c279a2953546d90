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

/** A fix as a short button: a verb with its object. */
export function fixLabel(fix: Fix, document: GraphDocument, text: CanvasText, locale: Locale): string {
  switch (fix.kind) {
    case "insert-layer":
      return text.fix.insert(kindOfLayer(fix.layer, text));
    case "set-param": {
      const layer = layerOf(document, fix.node);
      const known = layer !== null && Object.hasOwn(layerTexts[locale], layer);
      const label = known ? layerTexts[locale][layer as LayerId].params[fix.param]?.label : undefined;
      return text.fix.set(label ?? fix.param, valueText(fix.value));
    }
    case "remove-edge":
      return text.fix.removeWire;
    case "remove-node":
      return text.fix.removeNode(kindOfLayer(layerOf(document, fix.node) ?? fix.node, text));
    case "remove-objective-term":
      return text.fix.removeTerm;
    case "set-document":
      return text.fix.document;
  }
}

/** Layer of a node by its path through blocks; the last part is unique enough for a word. */
function layerOf(document: GraphDocument, path: string): string | null {
  const id = path.split(pathSeparator).at(-1);
  const all = [document, ...document.blocks].flatMap((g) => g.nodes);
  return all.find((n) => n.id === id)?.layer ?? null;
}

const valueText = (v: Json): string =>
  Array.isArray(v) ? v.map((x) => String(x)).join("×") : typeof v === "string" ? v : JSON.stringify(v);
