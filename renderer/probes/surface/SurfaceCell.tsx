import { Images, Map as MapIcon, Maximize2 } from "lucide-react";
import { openDialog } from "../../app/dialogs.ts";
import { useText } from "../../app/text.ts";
import { Cell } from "../../training/dock/Cell.tsx";
import { IconButton } from "../../ui/Button.tsx";
import { probes } from "../probes.ts";
import styles from "./DecisionSurface.module.css";
import { DecisionSurface } from "./DecisionSurface.tsx";

/** The part of the dock that shows what a network says of the plane. */
export function SurfaceCell() {
  const text = useText().probes.surface;
  return (
    <Cell
      title={text.title}
      aside={
        <>
          <IconButton label={text.enlarge} icon={Maximize2} onClick={() => openDialog({ kind: "surface" })} />
          <IconButton label={text.samples} icon={Images} onClick={() => probes.setState({ onPlane: false })} />
        </>
      }
    >
      <div className={styles.cell}>
        <DecisionSurface />
      </div>
    </Cell>
  );
}

/** Leads from single samples back to the plane. */
export function PlaneButton() {
  const text = useText().probes.surface;
  return <IconButton label={text.plane} icon={MapIcon} onClick={() => probes.setState({ onPlane: true })} />;
}
