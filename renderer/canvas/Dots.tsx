import { ViewportPortal } from "@xyflow/react";
import styles from "./Dots.module.css";
import type { Box } from "./guides.ts";

const grid = 20;

/** The grid under a part of the canvas. It lies among the nodes and moves with them, so that a pan draws nothing anew. */
export function Dots({ part }: { part: Box }) {
  const left = Math.floor(part.x / grid) * grid;
  const top = Math.floor(part.y / grid) * grid;
  const style = { left, top, width: part.width + grid, height: part.height + grid };
  return (
    <ViewportPortal>
      <div className={styles.dots} style={style} />
    </ViewportPortal>
  );
}
