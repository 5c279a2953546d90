import { type DocumentInput, documentFormat, documentSchema, documentVersion } from "../../src/graph/document.ts";
import { readDocument } from "../../src/graph/read.ts";
import { templateTexts } from "../../src/i18n/texts.ts";
import { decodeDocument } from "../../src/train/document-file.ts";
import { type FileHandle, host, type OpenedFile } from "../bridge/host.ts";
import type { LostDocument } from "../bridge/journal.ts";
import { forget, type RecentDocument, remember } from "../bridge/recent.ts";
import type { Template } from "../bridge/templates.ts";
import { settings } from "../stores/settings.ts";
import { isDirty, type Tab, workspace } from "../stores/workspace.ts";
import { mayCloseTab } from "../training/control.ts";
import { toast } from "../ui/Toast.tsx";
import { ask, openDialog } from "./dialogs.ts";
import { save } from "./saving.ts";
import { currentText } from "./text.ts";

export function newDocument(): void {
  const used = new Set(workspace.getState().tabs.map((t) => t.edited.document.name));
  const name = currentText().shell.untitled;
  let k = 1;
  while (used.has(numbered(name, k))) k++;
  const input: DocumentInput = { format: documentFormat, version: documentVersion, name: numbered(name, k) };
  workspace.getState().open(documentSchema.parse(input), null);
}

const numbered = (name: string, k: number): string => (k === 1 ? name : `${name} ${k}`);

export function openTemplate(template: Template): void {
  const { title } = templateTexts[settings.getState().locale][template.name];
  workspace.getState().open({ ...template.document, name: title }, null);
}

/** Opens a file in a tab of its own, or shows the tab it is open in; says what is wrong with it. */
export async function openFile(file: OpenedFile): Promise<boolean> {
  const { name, bytes, handle, stamp } = file;
  const open = handle && (await tabOf(handle));
  if (open) {
    workspace.getState().activate(open.id);
    return true;
  }
  const { shell, files } = currentText();
  const read = decodeDocument(bytes, name);
  if (!read.ok) {
    openDialog({ kind: "issues", title: shell.cannotOpen(name), text: shell.cannotOpenText, issues: read.issues });
    return false;
  }
  const { document, weights, issues } = read.value;
  workspace.getState().open(document, name, { weights, place: handle && { handle, stamp } });
  if (issues.length > 0)
    openDialog({ kind: "issues", title: files.openedPartly(name), text: files.openedPartlyText, issues });
  void remember({ document, file: name, bytes, handle });
  return true;
}

/** The tab that a file is open in. */
async function tabOf(handle: FileHandle): Promise<Tab | null> {
  for (const tab of workspace.getState().tabs) {
    if (tab.place && (await host.files.isSame(tab.place.handle, handle))) return tab;
  }
  return null;
}

export async function openAll(files: readonly OpenedFile[]): Promise<void> {
  for (const file of files) await openFile(file);
}

export const openFiles = async (): Promise<void> => openAll(await host.files.choose());

/** Opens a recent document: the file as it is now where it may be read, else as it was. */
export async function openRecent(recent: RecentDocument): Promise<void> {
  const { id, file: name, bytes, handle } = recent;
  const now = handle && (await host.files.readAgain(handle));
  const file = now ?? (bytes && { name, bytes, handle: null, stamp: null });
  if (!file) toast({ kind: "error", text: currentText().files.gone(name) });
  if (!file || !(await openFile(file))) await forget(id);
}

/** Opens a document that its window left unsaved; it stays unsaved until the user saves it. */
export function openLost({ document, file, place, weights }: LostDocument): boolean {
  const read = readDocument(document);
  if (read.ok) workspace.getState().open(read.value, file, { weights, place, unsaved: true });
  return read.ok;
}

/** Closes a tab; one with unsaved changes asks first. False when it stays. */
export async function closeTab(id: string): Promise<boolean> {
  const { tabs, activate, close } = workspace.getState();
  const tab = tabs.find((t) => t.id === id);
  if (!tab) return true;
  if (!(await mayCloseTab(id))) return false;
  if (isDirty(tab)) {
    activate(id);
    const text = currentText().shell;
    const answer = await ask({
      title: text.saveChanges(tab.edited.document.name),
      text: text.saveChangesText,
      buttons: [
        { id: "cancel", label: text.cancel },
        { id: "discard", label: text.discard, danger: true },
        { id: "save", label: text.save },
      ],
    });
    if (answer === null || answer === "cancel" || (answer === "save" && !(await save()))) return false;
  }
  close(id);
  return true;
}
