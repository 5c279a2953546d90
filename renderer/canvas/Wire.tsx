import type { EdgeProps } from "@xyflow/react";
import { memo, useMemo } from "react";
import { useSettings } from "../stores/settings.ts";
import type { WireEdge } from "./flow.ts";
import { textWidth } from "./textWidth.ts";
import { useView } from "./view.ts";
import styles from "./Wire.module.css";
import { wireShape } from "./wirePath.ts";

/** A wire with the shape that runs through it. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { id, sourceX, sourceY, targetX, targetY, data, selected } = props;
  const style = useSettings((s) => s.wireStyle);
  const hovered = useView((s) => s.hovered === id);
  const strong = useView((s) => s.path.has(id));
  const gone = useView((s) => s.wiring?.wires.some((w) => w.edge === id) ?? false);
  const receiving = useView((s) => s.dropEdge === id);
  const shifted = useView((s) => s.reroutes?.get(id) ?? null);
  const reroutes = shifted ?? data?.reroutes ?? none;
  const shape = useMemo(() => {
    const from = {
      x: sourceX,
      y: sourceY,
      top: sourceY - (data?.from.above ?? 14),
      bottom: sourceY + (data?.from.below ?? 14),
    };
    const to = {
      x: targetX,
      y: targetY,
      top: targetY - (data?.to.above ?? 14),
      bottom: targetY + (data?.to.below ?? 14),
    };
    return wireShape(from, to, reroutes, style);
  }, [sourceX, sourceY, targetX, targetY, data?.from, data?.to, reroutes, style]);
  if (!data || gone) return null;
  const hidden = style === "hidden" && !selected && !strong && !hovered && !data.faulty;
  const roomy = data.label !== "" && shape.room >= textWidth(data.label, 10.5, true) + 3;
  return (
    <g
      className={styles.wire}
      data-wire={id}
      data-selected={selected || undefined}
      data-faulty={data.faulty || undefined}
      data-strong={strong || undefined}
      data-receiving={receiving || undefined}
      data-hidden={hidden || undefined}
    >
      <path className={styles.hit} d={shape.d} />
      <path className={styles.line} d={shape.d} />
      {(roomy || hovered) && !hidden && (
        <text className={styles.label} x={shape.label.x} y={shape.label.y - 6}>
          {data.label}
        </text>
      )}
      {reroutes.map((p, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a point is known by its place on the wire
        <g key={i} data-reroute={i} className={styles.reroute} transform={`translate(${p.x} ${p.y})`}>
          <circle r="10" />
          <circle r="4" />
        </g>
      ))}
      {hovered && data.kind === "wire" && <Plus x={shape.label.x} y={shape.label.y} />}
    </g>
  );
});

const none: readonly { readonly x: number; readonly y: number }[] = [];

/** Opens the list of layers for this wire; what happens is handled once for the canvas. */
function Plus({ x, y }: { x: number; y: number }) {
  return (
    <g data-plus="" className={styles.plus} transform={`translate(${x} ${y})`}>
      <circle r="12" />
      <circle r="8" />
      <path d="M-3.5 0h7M0-3.5v7" />
    </g>
  );
}
