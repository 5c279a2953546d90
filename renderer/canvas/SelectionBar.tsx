import { NodeToolbar, Position } from "@xyflow/react";
import { useMemo } from "react";
import type { CommandId } from "../app/command.ts";
import { commandById, isEnabled, runCommand, shownKey } from "../app/commands/index.ts";
import { useText } from "../app/text.ts";
import { useTab } from "../stores/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import styles from "./SelectionBar.module.css";
import { useView } from "./view.ts";

const forNodes: readonly CommandId[] = [
  "structure.enter",
  "edit.bypass",
  "edit.mute",
  "edit.freeze",
  "edit.duplicate",
  "structure.frame",
  "structure.block",
  "edit.delete",
];

/** A few commands 8 px above what is selected. Gone during every gesture. */
export function SelectionBar() {
  const selection = useTab((t) => t.selection.nodes);
  const graph = useTab((t) => t.edited.document);
  const busy = useView(
    (s) => s.moving !== null || s.wiring !== null || s.stroke !== null || s.quickAdd !== null || s.renaming !== null,
  );
  const ids = useMemo(() => [...selection].filter((id) => !id.startsWith("loss:")), [selection]);
  const text = useText();
  // Drawn anew with the document: what is possible depends on it.
  const commands = useMemo(
    () => (ids.length > 0 && graph ? forNodes.map(commandById).filter(isEnabled) : []),
    [ids, graph],
  );
  if (ids.length === 0 || busy) return null;
  return (
    <NodeToolbar
      nodeId={ids}
      isVisible={true}
      position={Position.Top}
      offset={8}
      align="center"
      className="nopan nodrag"
    >
      <div className={styles.bar} role="toolbar" aria-label={text.canvas.toolbar.label}>
        {commands.map((c) => {
          const Icon = c.icon;
          return (
            Icon && (
              <IconButton
                key={c.id}
                label={text.commands[c.id]}
                keys={shownKey(c)}
                icon={Icon}
                pressed={c.checked?.()}
                onClick={() => runCommand(c.id)}
              />
            )
          );
        })}
      </div>
    </NodeToolbar>
  );
}
