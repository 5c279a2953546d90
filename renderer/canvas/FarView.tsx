import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { readings } from "../overlay/readings.ts";
import { useSettings } from "../stores/settings.ts";
import type { Selection } from "../stores/workspace.ts";
import styles from "./FarView.module.css";
import { draw, drawSelection, drawValues, picture, placesOf } from "./farPicture.ts";
import type { FlowGraph } from "./flow.ts";
import { view } from "./view.ts";

/**
 * A large graph seen from far away, as one picture: thousands of elements could not be moved sixty times a second.
 * Nearer, where there is something to read, the nodes are elements again.
 */
export function FarView({ graph, selection }: { graph: FlowGraph; selection: Selection }) {
  const flow = useStoreApi();
  const element = useRef<HTMLCanvasElement>(null);
  const style = useSettings((s) => s.wireStyle);
  const theme = useSettings((s) => s.theme);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    const canvas = element.current;
    const pen = canvas?.getContext("2d", { alpha: false });
    if (!canvas || !pen) return;
    const tokens = getComputedStyle(canvas);
    const inks = new Map<string, string>();
    const ink = (token: string): string => {
      const known = inks.get(token) ?? tokens.getPropertyValue(token);
      inks.set(token, known);
      return known;
    };
    /** Mixtures of tokens as colours that a picture can be painted in. */
    const mixed = new Map<string, string>();
    const color = (css: string): string => {
      const known = mixed.get(css);
      if (known !== undefined) return known;
      canvas.style.color = css;
      const made = getComputedStyle(canvas).color;
      mixed.set(css, made);
      return made;
    };
    const paintOf = (id: string): string | null => {
      const strip = readings.getState().picture.strips.get(id);
      return strip && strip.look !== "empty" ? color(strip.color) : null;
    };
    /** What stands still during a drag is traced once. */
    let still = {
      ids: "",
      places: placesOf(graph, null),
      picture: picture(graph, placesOf(graph, null), style, () => true),
    };
    let frame = 0;
    const paint = (): void => {
      frame = 0;
      const { transform, width, height } = flow.getState();
      const [x, y, zoom] = transform;
      const dots = window.devicePixelRatio;
      if (canvas.width !== Math.round(width * dots) || canvas.height !== Math.round(height * dots)) {
        canvas.width = Math.round(width * dots);
        canvas.height = Math.round(height * dots);
      }
      const { moving } = view.getState();
      const ids = moving ? [...moving.keys()].join() : "";
      if (ids !== still.ids) {
        const places = placesOf(graph, null);
        still = { ids, places, picture: picture(graph, places, style, (id) => !moving?.has(id)) };
      }
      pen.setTransform(dots, 0, 0, dots, 0, 0);
      pen.fillStyle = ink("--bg-canvas");
      pen.fillRect(0, 0, width, height);
      pen.setTransform(zoom * dots, 0, 0, zoom * dots, x * dots, y * dots);
      draw(pen, still.picture, zoom, ink);
      const places = moving ? placesOf(graph, moving) : still.places;
      drawValues(pen, graph, places, paintOf);
      if (moving)
        draw(
          pen,
          picture(graph, places, style, (id) => moving.has(id)),
          zoom,
          ink,
        );
      drawSelection(pen, graph, places, selection, style, zoom, ink);
    };
    const soon = (): void => {
      if (frame === 0) frame = requestAnimationFrame(paint);
    };
    paint();
    const stops = [
      flow.subscribe(
        (now, before) =>
          (now.transform !== before.transform || now.width !== before.width || now.height !== before.height) && soon(),
      ),
      view.subscribe((now, before) => now.moving !== before.moving && soon()),
      readings.subscribe((now, before) => now.picture.strips !== before.picture.strips && soon()),
    ];
    return () => {
      if (frame !== 0) cancelAnimationFrame(frame);
      for (const stop of stops) stop();
    };
  }, [graph, selection, style, theme, flow]);

  return <canvas ref={element} className={styles.far} data-far="" />;
}
