import { settings } from "../stores/settings.ts";
import type { Point } from "./controller.ts";
import type { WireEdge } from "./flow.ts";
import { portsOn } from "./marks.ts";
import { scene } from "./view.ts";
import { type WireEnd, wireShape } from "./wirePath.ts";

/** Where a port of the canvas stands, with how far its node reaches; null when it is not there. */
export function portEnd(node: string, handle: string, side: "in" | "out"): WireEnd | null {
  const drawn = scene.graph.nodes.find((n) => n.id === node);
  const port = drawn && portsOn(drawn, scene.graph.views.get(node), side).find((p) => p.handle === handle);
  if (!drawn || !port) return null;
  const { x, y } = drawn.position;
  const [width, height] = [drawn.width ?? 0, drawn.height ?? 0];
  return { x: side === "in" ? x : x + width, y: y + port.y, top: y, bottom: y + height };
}

/** Points along a wire as it is drawn. */
export function wirePoints(e: WireEdge): readonly Point[] {
  const from = portEnd(e.source, e.sourceHandle ?? "", "out");
  const to = portEnd(e.target, e.targetHandle ?? "", "in");
  if (!from || !to || !e.data) return [];
  return wireShape(from, to, e.data.reroutes, settings.getState().wireStyle).points;
}
