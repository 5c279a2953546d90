import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { useText } from "../app/text.ts";
import { useSettings } from "../stores/settings.ts";
import type { FlowGraph } from "./flow.ts";
import type { Box } from "./guides.ts";
import styles from "./Minimap.module.css";
import { type MapView, mapView, outline } from "./mapView.ts";
import { scene, view } from "./view.ts";
import { moveTime, seen } from "./viewport.ts";

const width = 118;
const height = 58;

/**
 * The whole document small, and the part of it that is seen; a click goes there and a drag moves along. One picture
 * instead of an element for each node, since it is drawn again at every move of a large graph.
 */
export function Minimap({ graph }: { graph: FlowGraph }) {
  const text = useText().canvas.zoom;
  const theme = useSettings((s) => s.theme);
  const picture = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    let frame = 0;
    const draw = (): void => {
      frame = 0;
      const { transform, width: across, height: down } = flow.getState();
      const [x, y, zoom] = transform;
      const window = { x: -x / zoom, y: -y / zoom, width: across / zoom, height: down / zoom };
      if (picture.current) paint(picture.current, graph, window);
    };
    const soon = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    soon();
    const stops = [
      flow.subscribe(
        (now, before) =>
          (now.transform !== before.transform || now.width !== before.width || now.height !== before.height) && soon(),
      ),
      view.subscribe((now, before) => now.moving !== before.moving && soon()),
    ];
    return () => {
      if (frame !== 0) cancelAnimationFrame(frame);
      for (const stop of stops) stop();
    };
  }, [graph, flow, theme]);

  return (
    <canvas
      ref={picture}
      className={styles.map}
      style={{ width, height }}
      role="img"
      aria-label={text.minimap}
      data-minimap=""
      onPointerDown={(e) => {
        e.currentTarget.setPointerCapture(e.pointerId);
        goTo(e, moveTime() / 2);
      }}
      onPointerMove={(e) => {
        if (e.buttons === 1) goTo(e, 0);
      }}
    />
  );
}

const boxes = (graph: FlowGraph) => {
  const { moving } = view.getState();
  return graph.nodes.map((n) => ({
    ...(moving?.get(n.id) ?? n.position),
    width: n.width ?? 0,
    height: n.height ?? 0,
    color: n.type === "layer" || n.type === "loss" ? n.data.view.color : n.type === "frame" ? "frame" : "note",
  }));
};

const shown = (graph: FlowGraph, window: Box): MapView =>
  mapView(outline([...boxes(graph), window]), { width, height });

function goTo(e: React.PointerEvent<HTMLCanvasElement>, duration: number): void {
  const box = e.currentTarget.getBoundingClientRect();
  const { scale, left, top } = shown(scene.graph, seen());
  const zoom = scene.flow?.getZoom() ?? 1;
  const x = (e.clientX - box.left - left) / scale;
  const y = (e.clientY - box.top - top) / scale;
  void scene.flow?.setCenter(x, y, { zoom, duration });
}

function paint(picture: HTMLCanvasElement, graph: FlowGraph, part: Box): void {
  const dots = window.devicePixelRatio;
  if (picture.width !== width * dots) {
    picture.width = width * dots;
    picture.height = height * dots;
  }
  const pen = picture.getContext("2d");
  if (!pen) return;
  const colors = getComputedStyle(picture);
  const color = (name: string): string => colors.getPropertyValue(name);
  const { scale, left, top } = shown(graph, part);
  pen.setTransform(dots, 0, 0, dots, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.fillStyle = color("--bg-sunken");
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = color("--bg-canvas");
  pen.fillRect(left + part.x * scale, top + part.y * scale, part.width * scale, part.height * scale);
  for (const box of boxes(graph)) {
    const [x, y, w, h] = [
      left + box.x * scale,
      top + box.y * scale,
      Math.max(1.5, box.width * scale),
      Math.max(1.5, box.height * scale),
    ];
    if (box.color === "frame" || box.color === "note") {
      pen.strokeStyle = color("--line-strong");
      pen.strokeRect(x, y, w, h);
    } else {
      pen.fillStyle = color(`--cat-${box.color}`);
      pen.fillRect(x, y, w, h);
    }
  }
  pen.strokeStyle = color("--line-control");
  pen.lineWidth = 1;
  pen.strokeRect(left + part.x * scale, top + part.y * scale, part.width * scale, part.height * scale);
}
