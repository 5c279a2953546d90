import { ChevronDown, Pause, Play, RotateCcw, Square, StepForward } from "lucide-react";
import type { CommandId } from "../../app/command.ts";
import { commandById, commandEntries, isEnabled, runCommand, shownKey } from "../../app/commands/index.ts";
import { useText } from "../../app/text.ts";
import { useTraining } from "../../stores/training.ts";
import { useTab } from "../../stores/workspace.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { Tooltip } from "../../ui/Tooltip.tsx";
import { actionOf } from "../control.ts";
import type { Run } from "../run.ts";
import styles from "./RunBar.module.css";

/** The one primary button of the window, which trains, pauses and resumes, and what else a run can be told. */
export function RunButtons({ run }: { run: Run | null }) {
  const text = useText();
  const tab = useTab((t) => t);
  // Whether a command can be given depends on it.
  useTraining((s) => s.connection);
  const action = actionOf(run, tab);
  const label = text.dock.actions[action];
  return (
    <span className={styles.buttons}>
      <span className={styles.split}>
        <Tooltip label={label} keys={shownKey(commandById("run.toggle"))}>
          <Button
            kind="primary"
            icon={action === "pause" ? Pause : Play}
            className={styles.primary}
            disabled={!isEnabled(commandById("run.toggle"))}
            data-action={action}
            onClick={() => runCommand("run.toggle")}
          >
            {label}
          </Button>
        </Tooltip>
        <Menu
          trigger={
            <Button kind="primary" className={styles.more} aria-label={text.dock.more}>
              <ChevronDown size="0.75rem" aria-hidden="true" />
            </Button>
          }
          entries={() => commandEntries("run.continue", "run.anew", null, "run.rate", null, "run.reset")}
        />
      </span>
      <Order id="run.step" icon={StepForward} />
      <Order id="run.stop" icon={Square} />
      <Order id="run.reset" icon={RotateCcw} />
    </span>
  );
}

function Order({ id, icon }: { id: CommandId; icon: typeof Play }) {
  const text = useText().commands;
  const command = commandById(id);
  return (
    <IconButton
      label={text[id]}
      icon={icon}
      size="md"
      data-command={id}
      keys={shownKey(command)}
      disabled={!isEnabled(command)}
      onClick={() => runCommand(id)}
    />
  );
}
