import { apply, batch, graphOf } from "../../src/graph/change.ts";
import type { DocumentNode } from "../../src/graph/document.ts";
import type { Size } from "../../src/graph/edit/arrange.ts";
import { addNode } from "../../src/graph/edit/nodes.ts";
import { connectInOrder } from "../../src/graph/edit/wires.ts";
import { layerTexts } from "../../src/i18n/texts.ts";
import type { LayerId } from "../../src/layers/registry.gen.ts";
import { canvas, type Point } from "../canvas/controller.ts";
import { freePlace } from "../canvas/room.ts";
import { settings } from "../stores/settings.ts";
import { commit, type Editing, editing, selectItems } from "./editing.ts";

/** Room for the shape label of the wire between a node and the one added after it. */
const gap = 72;
const expectedSize: Size = { width: 128, height: 62 };
const recentLimit = 8;

/**
 * Adds a layer to the shown graph and selects it: right of the selected node and wired from it, else in the middle of
 * what is seen. One step. Nothing happens while no document is shown.
 */
export function addLayer(layer: LayerId, at?: Point): void {
  const now = editing();
  if (!now) return;
  const before = at ? undefined : now.nodes.at(-1);
  const position = at ?? placeFor(now, before);
  const added = addNode(now.document, now.scope, layer, now.layers, position);
  const after = apply(now.document, added.change).document;
  const wires = before ? connectInOrder(after, now.scope, [before.id, added.node.id], now.layers) : batch([]);
  commit(batch([added.change, wires]), "addNode", { layer: layerTexts[settings.getState().locale][layer].name });
  selectItems([added.node.id]);
  const { recentLayers, set } = settings.getState();
  set({ recentLayers: [layer, ...recentLayers.filter((id) => id !== layer)].slice(0, recentLimit) });
}

function placeFor(now: Editing, before: DocumentNode | undefined): Point {
  const sizes = canvas()?.sizes() ?? new Map<string, Size>();
  const others = graphOf(now.document, now.scope).nodes.map((n) => ({
    ...n.position,
    ...(sizes.get(n.id) ?? expectedSize),
  }));
  const middle = canvas()?.center() ?? { x: 0, y: 0 };
  const wanted = before
    ? { x: before.position.x + (sizes.get(before.id) ?? expectedSize).width + gap, y: before.position.y }
    : { x: Math.round(middle.x - expectedSize.width / 2), y: Math.round(middle.y - expectedSize.height / 2) };
  return freePlace({ ...wanted, ...expectedSize }, others);
}
