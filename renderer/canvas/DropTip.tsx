import type { DragEvent } from "react";
import { layerTexts } from "../../src/i18n/texts.ts";
import type { LayerId } from "../../src/layers/registry.gen.ts";
import { commit, editing, selectItems } from "../app/editing.ts";
import { useText } from "../app/text.ts";
import { settings } from "../stores/settings.ts";
import { shownGraph, useTab } from "../stores/workspace.ts";
import { addItem, type Item } from "./addItem.ts";
import type { Point } from "./controller.ts";
import { layerFitsInto } from "./gestures/dragging.ts";
import { kindOfLayer } from "./nodeView.ts";
import { scene, setView, useView, view } from "./view.ts";
import { toCanvas, toElement } from "./viewport.ts";
import tip from "./WireTip.module.css";
import { nearest } from "./wirePath.ts";
import { wirePoints } from "./wirePoints.ts";

/** Type of a layer that is dragged from the palette: its data is the layer's id. */
export const layerDrag = "application/x-gradloom-layer";

/** Type of a block that is dragged from there: its data is the item as JSON. */
export const blockDrag = "application/x-gradloom-block";

/** Says between which nodes a dragged one would go. */
export function DropTip() {
  const edge = useView((s) => s.dropEdge);
  const moving = useView((s) => s.moving);
  const text = useText().canvas;
  const graph = useTab(shownGraph);
  const wire = edge === null ? undefined : graph.edges.find((e) => e.id === edge);
  const [first] = moving ?? [];
  const node = first && graph.nodes.find((n) => n.id === first[0]);
  if (!wire || !first || !node) return null;
  const size = scene.graph.sizes.get(node.id);
  const at = toElement({ x: first[1].x + (size?.width ?? 0) / 2, y: first[1].y + (size?.height ?? 0) });
  return (
    <div className={tip.tip} data-kind="insert" style={{ left: at.x, top: at.y + 16 }} role="status">
      {text.wire.insertBetween(kindOfLayer(node.layer, text), wire.from.node, wire.to.node)}
    </div>
  );
}

const carries = (e: DragEvent, type: string): boolean => e.dataTransfer.types.includes(type);

/** Wire under a point of the window that takes a new node; what is dragged is only known when it is dropped. */
function wireAt(e: DragEvent): string | null {
  const p = toCanvas({ x: e.clientX, y: e.clientY });
  const within = 16 / (scene.flow?.getZoom() ?? 1);
  const near = scene.graph.edges.find((w) => w.data?.kind === "wire" && nearest(wirePoints(w), p).distance < within);
  return e.altKey ? null : (near?.id ?? null);
}

export function onDragOver(e: DragEvent): void {
  const layer = carries(e, layerDrag);
  if (!layer && !carries(e, blockDrag)) return;
  e.preventDefault();
  e.dataTransfer.dropEffect = "copy";
  const dropEdge = layer ? wireAt(e) : null;
  if (view.getState().dropEdge !== dropEdge) setView({ dropEdge });
}

export const onDragLeave = (): void => setView({ dropEdge: null });

/** What is dragged from the palette is put where it was dropped; a layer also into the wire there. */
export function onDrop(e: DragEvent): void {
  const [layer, block] = [e.dataTransfer.getData(layerDrag), e.dataTransfer.getData(blockDrag)];
  if (layer === "" && block === "") return;
  e.preventDefault();
  e.stopPropagation();
  const wire = wireAt(e);
  setView({ dropEdge: null });
  const at = toCanvas({ x: e.clientX, y: e.clientY });
  const place = { x: at.x - 40, y: at.y };
  if (layer === "") dropBlock(block, place);
  else dropLayer(layer, place, wire);
  scene.element?.focus({ preventScroll: true });
}

function dropLayer(layer: string, place: Point, wire: string | null): void {
  const now = editing();
  if (!now?.layers.get(layer)) return;
  const into = wire !== null && layerFitsInto(now, layer, wire) ? wire : null;
  const added = addItem({ kind: "layer", layer }, { place, wire: null, into, alone: true }, place);
  if (!added) return;
  const name = layerTexts[settings.getState().locale][layer as LayerId].name;
  commit(added.change, into === null ? "addNode" : "insertOnWire", { layer: name });
  selectItems([added.node]);
}

function dropBlock(text: string, place: Point): void {
  const { item, name } = JSON.parse(text) as { item: Item; name: string };
  const added = addItem(item, { place, wire: null, into: null, alone: true }, place);
  if (!added) return;
  commit(added.change, "insertBlock", { name });
  selectItems([added.node]);
}
