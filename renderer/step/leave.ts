import { currentText } from "../app/text.ts";
import { runOf, training } from "../stores/training.ts";
import { toggle } from "../training/control.ts";
import { toast } from "../ui/Toast.tsx";
import { stepping } from "./session.ts";

/** Ends the walk. A training that was paused for it stays paused, and can be resumed from what is said. */
export function leave(): void {
  const { session, leave: end } = stepping.getState();
  if (!session) return;
  end();
  const run = runOf(training.getState(), session.tab);
  const text = currentText().walk;
  if (session.paused && run?.phase === "paused")
    toast({ text: text.leftPaused, action: { label: text.resume, run: () => void toggle() } });
}
