import { memo, useLayoutEffect, useRef } from "react";
import type { WireShape } from "../canvas/wirePath.ts";
import { useTraining } from "../stores/training.ts";
import styles from "./Band.module.css";
import { chevronPath } from "./chevrons.ts";
import { drift } from "./drift.ts";
import type { Band as BandView } from "./picture.ts";
import { readings } from "./readings.ts";

/** A thread thinner than this has no room for chevrons. */
const least = 3.2;

/**
 * What an overlay lays over a wire: in that of gradients the thread of the gradient with its chevrons, in others an
 * arrow for the direction. Painted as strips are, without drawing the wire anew.
 */
export const Band = memo(function Band({ origin, shape }: { origin: string | null; shape: WireShape }) {
  const mode = useTraining((s) => (s.overlay === "gradients" ? "thread" : "arrow"));
  const backward = useTraining((s) => s.backward);
  return mode === "thread" ? (
    <Thread origin={origin} shape={shape} backward={backward} />
  ) : (
    <path className={styles.arrow} d={chevronPath(shape.points, { size: 3.2, backward, single: true })} />
  );
});

function Thread({ origin, shape, backward }: { origin: string | null; shape: WireShape; backward: boolean }) {
  const [thread, way] = [useRef<SVGGElement>(null), useRef<SVGPathElement>(null)];
  useLayoutEffect(() => {
    const group = thread.current;
    const arrows = way.current;
    if (!group || !arrows) return;
    let shown: BandView | null | undefined;
    let phase = 0;
    const paintWay = (): void => {
      const size = shown && !shown.dead && shown.width > least ? shown.width * 0.26 : 0;
      arrows.setAttribute("d", size === 0 ? "" : chevronPath(shape.points, { size, backward, phase }));
    };
    const follow = (): void => {
      const next = (origin === null ? null : readings.getState().picture.bands.get(origin)) ?? null;
      if (next === shown) return;
      shown = next;
      group.dataset["thread"] = next === null ? "none" : next.dead ? "dead" : "live";
      group.style.setProperty("--w", `${next?.width ?? 0}px`);
      group.style.setProperty("--v", next?.color ?? "none");
      paintWay();
    };
    follow();
    const stops = [
      readings.subscribe(follow),
      drift((p) => {
        phase = p;
        paintWay();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [origin, shape, backward, thread, way]);
  return (
    <g ref={thread} className={styles.thread}>
      <path className={styles.casing} d={shape.d} />
      <path className={styles.band} d={shape.d} />
      <path ref={way} className={styles.way} />
    </g>
  );
}
