import { currentText } from "../app/text.ts";
import { lostDocuments, onJournalTrouble } from "../bridge/journal.ts";
import { workspace } from "../stores/workspace.ts";
import { toast } from "../ui/Toast.tsx";

/**
 * Says that a window left documents unsaved where the start page, which offers them, is not what is shown: the program was
 * started with a file. Says too when unsaved work cannot be kept.
 */
export async function offerRecovery(): Promise<void> {
  onJournalTrouble(() => toast({ kind: "error", text: currentText().files.notKept }));
  const lost = await lostDocuments();
  if (lost.length === 0 || workspace.getState().active === null) return;
  const { shell, files } = currentText();
  const action = { label: files.showLost, run: () => workspace.getState().activate(null) };
  toast({ text: shell.recoverTitle, action });
}
