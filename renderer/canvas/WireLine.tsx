import { ViewportPortal } from "@xyflow/react";
import { useSettings } from "../stores/settings.ts";
import { useView } from "./view.ts";
import styles from "./WireLine.module.css";
import { wireShape } from "./wirePath.ts";
import { portEnd } from "./wirePoints.ts";

/** Wires in the hand, or just refused: from their ends that stay to the port that is aimed at, or to the pointer. */
export function WireLine() {
  const wiring = useView((s) => s.wiring);
  const refused = useView((s) => s.refused);
  const style = useSettings((s) => (s.wireStyle === "hidden" ? "curved" : s.wireStyle));
  const shown = wiring ?? (refused && { ...refused, pointer: null });
  if (!shown) return null;
  const { target, pointer, verdict, wires } = shown;
  const loose = pointer && { ...pointer, top: pointer.y - 14, bottom: pointer.y + 14 };
  const end = (target && portEnd(target.node, target.handle, target.side)) ?? loose;
  if (!end) return null;
  const state = !target ? "loose" : verdict?.refusal ? "bad" : "good";
  const paths = wires.flatMap((wire) => {
    const fixed =
      wire.seeks === "in"
        ? portEnd(wire.from.node, wire.from.port, "out")
        : inletEnd(wire.to.node, wire.to.port, wire.to.slot);
    if (!fixed) return [];
    return [wire.seeks === "in" ? wireShape(fixed, end, [], style).d : wireShape(end, fixed, [], style).d];
  });
  return (
    <ViewportPortal>
      <svg className={styles.layer} aria-hidden="true">
        {paths.map((d) => (
          <path key={d} d={d} className={styles.line} data-state={state} />
        ))}
        <circle cx={end.x} cy={end.y} r="5" className={styles.end} data-state={state} />
      </svg>
    </ViewportPortal>
  );
}

const inletEnd = (node: string, port: string, slot: number) =>
  portEnd(node, port, "in") ?? portEnd(node, `${port}#${slot}`, "in");
