import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import { ChevronDown } from "lucide-react";
import type { CommandId } from "../app/command.ts";
import { commandById, commandEntries, runCommand, shownKey } from "../app/commands/index.ts";
import { useText } from "../app/text.ts";
import { type OverlayKind, overlayKinds, useTraining } from "../stores/training.ts";
import { Button } from "../ui/Button.tsx";
import { Menu } from "../ui/Menu.tsx";
import { Tooltip } from "../ui/Tooltip.tsx";
import styles from "./Chooser.module.css";

const commandOf: { readonly [O in OverlayKind]: CommandId } = {
  shapes: "view.overlayShapes",
  activations: "view.overlayActivations",
  gradients: "view.overlayGradients",
  weights: "view.overlayWeights",
  updates: "view.overlayUpdates",
  time: "view.overlayTime",
  memory: "view.overlayMemory",
};

/** In the middle of the top bar: what the nodes show. A menu where the bar is too narrow for all names. */
export function OverlayChooser() {
  const text = useText().overlay;
  const overlay = useTraining((s) => s.overlay);
  return (
    <>
      <ToggleGroup
        className={styles.group}
        aria-label={text.chooser}
        value={[overlay]}
        onValueChange={([next]) => next !== undefined && runCommand(commandOf[next as OverlayKind])}
      >
        {overlayKinds.map((kind) => (
          <Tooltip key={kind} label={text.help[kind]} keys={shownKey(commandById(commandOf[kind]))}>
            <Toggle value={kind} className={styles.item} data-overlay={kind}>
              {text.kinds[kind]}
            </Toggle>
          </Tooltip>
        ))}
      </ToggleGroup>
      <span className={styles.compact}>
        <Menu
          trigger={
            <Button aria-label={`${text.chooser}: ${text.kinds[overlay]}`}>
              {text.kinds[overlay]}
              <ChevronDown size="0.75rem" aria-hidden="true" />
            </Button>
          }
          entries={() => commandEntries(...overlayKinds.map((kind) => commandOf[kind]), null, "view.backward")}
        />
      </span>
    </>
  );
}
