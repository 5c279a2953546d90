import type { EdgeProps } from "@xyflow/react";
import { memo, useMemo } from "react";
import { Band } from "../overlay/Band.tsx";
import { useReadings } from "../overlay/readings.ts";
import { useSettings } from "../stores/settings.ts";
import { useTraining } from "../stores/training.ts";
import type { WireEdge } from "./flow.ts";
import { textWidth } from "./textWidth.ts";
import { useView } from "./view.ts";
import styles from "./Wire.module.css";
import { wireShape } from "./wirePath.ts";

/** A wire with the shape that runs through it. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { id, source, target, sourceX, sourceY, targetX, targetY, data, selected } = props;
  const style = useSettings((s) => s.wireStyle);
  // One question for all, since every wire asks it at every step of a gesture.
  const state = useView((s) => wireState(s, id));
  const [hovered, strong, receiving] = [state.includes("h"), state.includes("s"), state.includes("r")];
  // Arrows wherever values are shown, and where their direction was asked for.
  const laid = useTraining((s) =>
    s.overlay === "gradients" ? "thread" : s.overlay !== "shapes" || s.backward ? "arrow" : null,
  );
  const aside = useReadings((r) => r.lit !== null && !(r.lit.path.has(source) && r.lit.path.has(target)));
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
  if (!data || state === "gone") return null;
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
      data-aside={aside || undefined}
    >
      <path className={styles.hit} d={shape.d} />
      <path className={styles.line} d={shape.d} />
      {laid !== null && <Band origin={data.origin} shape={shape} />}
      {(roomy || hovered) && !hidden && (
        <text
          className={styles.label}
          x={shape.label.x}
          y={shape.label.y - (laid === "thread" ? threadLabel : plainLabel)}
        >
          {data.label}
        </text>
      )}
      {reroutes.map((p, i) => (
        <g
          // biome-ignore lint/suspicious/noArrayIndexKey: a point is known by its place on the wire
          key={i}
          data-reroute={i}
          data-picked={state.endsWith(`p${i}`) || undefined}
          className={styles.reroute}
          transform={`translate(${p.x} ${p.y})`}
        >
          <circle r="10" />
          <circle r="4" />
        </g>
      ))}
      {hovered && data.kind === "wire" && <Plus x={shape.label.x} y={shape.label.y} />}
    </g>
  );
});

/** Labels stand above the widest thread there may be, so that none moves when values arrive. */
const threadLabel = 10;
const plainLabel = 6;

type ViewState = Parameters<Parameters<typeof useView>[0]>[0];

/** What a gesture makes of a wire: letters for hovered, strong, receiving and its picked point; `gone` while it is in the hand. */
function wireState(s: ViewState, id: string): string {
  if (s.wiring?.wires.some((w) => w.edge === id)) return "gone";
  const picked = s.picked?.edge === id ? `p${s.picked.at}` : "";
  return `${s.hovered === id ? "h" : ""}${s.path.has(id) ? "s" : ""}${s.dropEdge === id ? "r" : ""}${picked}`;
}

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
