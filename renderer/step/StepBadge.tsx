import { CircleDot } from "lucide-react";
import { useText } from "../app/text.ts";
import { countText } from "../inspector/numbers.ts";
import { useWorkspace } from "../stores/workspace.ts";
import { useRun } from "../training/dock/useRun.ts";
import { isUnderWay } from "../training/run.ts";
import { Button } from "../ui/Button.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import { leave } from "./leave.ts";
import { useSession } from "./session.ts";
import styles from "./step.module.css";

/** Says in the bar on top what is being walked through, and ends it. */
export function StepBadge() {
  const text = useText().walk;
  const session = useSession((s) => s);
  const active = useWorkspace((s) => s.active);
  const run = useRun();
  if (!session || session.tab !== active) return null;
  const what = text.sampleNumber(session.sample + 1);
  const under = isUnderWay(run);
  return (
    <div className={styles.badge}>
      <span className={styles.badgeText} role="status">
        <CircleDot size="0.875rem" aria-hidden="true" />
        {run ? text.badge(what, countText(run.step), under && session.paused) : text.untrained(what)}
      </span>
      <Button size="sm" onClick={leave}>
        {text.leave}
        <Kbd keys="Escape" />
      </Button>
    </div>
  );
}
