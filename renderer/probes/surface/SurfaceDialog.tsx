import { closeDialog } from "../../app/dialogs.ts";
import { useText } from "../../app/text.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import styles from "./DecisionSurface.module.css";
import { DecisionSurface } from "./DecisionSurface.tsx";

/** The decision surface, large. */
export function SurfaceDialog() {
  const text = useText().probes.surface;
  return (
    <Dialog title={text.title} onClose={closeDialog} width="52rem">
      <div className={styles.large}>
        <DecisionSurface />
      </div>
    </Dialog>
  );
}
