import type { CanvasController } from "./controller.ts";
import { focusNode } from "./gestures/keyboard.ts";
import { lastPointer } from "./gestures/pointer.ts";
import { outline } from "./mapView.ts";
import { openQuickAdd } from "./quickAdd.ts";
import { scene, setView } from "./view.ts";
import { boxesOf, boxOf, fitBox, lightUp, moveTime, seen, toCanvas, zoomRange } from "./viewport.ts";

const middle = () => {
  const window = seen();
  return { x: window.x + window.width / 2, y: window.y + window.height / 2 };
};

/** What the rest of the window may ask of the canvas. */
export const controller: CanvasController = {
  fit(nodes) {
    const boxes = boxesOf(nodes && nodes.length > 0 ? nodes : null);
    if (boxes.length > 0) fitBox(outline(boxes), moveTime());
  },
  flyTo(id) {
    const box = boxOf(id);
    if (!box || !scene.flow) return;
    const zoom = Math.max(0.8, Math.min(1.2, scene.flow.getZoom()));
    void scene.flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom, duration: moveTime() });
    setView({ focus: id });
    lightUp(id);
  },
  zoomTo(zoom) {
    const { x, y } = middle();
    void scene.flow?.setCenter(x, y, { zoom, duration: moveTime() / 2 });
  },
  zoomBy(factor) {
    const zoom = Math.min(zoomRange.max, Math.max(zoomRange.min, (scene.flow?.getZoom() ?? 1) * factor));
    const { x, y } = middle();
    void scene.flow?.setCenter(x, y, { zoom, duration: moveTime() / 2 });
  },
  get zoom() {
    return scene.flow?.getZoom() ?? 1;
  },
  toCanvas,
  center: middle,
  pointer: lastPointer,
  sizes: () => scene.graph.sizes,
  openQuickAdd: (at) => openQuickAdd(at ?? null, lastPointer()),
  openFind: () => setView({ finding: true }),
  focusNode,
};
