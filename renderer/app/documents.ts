import type { GraphDocument } from "../../src/graph/document.ts";
import { type DocumentInput, documentFormat, documentSchema, documentVersion } from "../../src/graph/document.ts";
import { parseDocument, serializeDocument } from "../../src/graph/read.ts";
import { templateTexts } from "../../src/i18n/texts.ts";
import { chooseFiles, type FileHandle, type OpenedFile, readAgain, saveAs, saveTo } from "../bridge/files.ts";
import { forget, type RecentDocument, remember } from "../bridge/recent.ts";
import type { Template } from "../bridge/templates.ts";
import { settings } from "../stores/settings.ts";
import { activeTab, type Tab, workspace } from "../stores/workspace.ts";
import { toast } from "../ui/Toast.tsx";
import { ask, openDialog } from "./dialogs.ts";
import { currentText } from "./text.ts";

/** Files behind tabs, where the browser let us keep the way to them. */
const handles = new Map<string, FileHandle>();

export const isDirty = (tab: Tab): boolean => tab.saved !== tab.edited.document;

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

/** Opens a file in a tab of its own, or says what is wrong with it. */
export function openFile({ name, text, handle }: OpenedFile): boolean {
  const read = parseDocument(text, name);
  if (!read.ok) {
    const words = currentText().shell;
    openDialog({
      kind: "issues",
      title: words.cannotOpen(name),
      text: words.cannotOpenText,
      issues: read.issues,
    });
    return false;
  }
  const id = workspace.getState().open(read.value, name);
  if (handle) handles.set(id, handle);
  void remember({ name: read.value.name, file: name, text, handle });
  return true;
}

export async function openFiles(): Promise<void> {
  for (const file of await chooseFiles()) openFile(file);
}

/** Opens a recent document: the file as it is now where it may be read, else its text as it was. */
export async function openRecent(recent: RecentDocument): Promise<void> {
  const file = recent.handle && (await readAgain(recent.handle));
  const opened = openFile(file ?? { name: recent.file, text: recent.text, handle: null });
  if (!opened) await forget(recent.id);
}

/** Opens a document that its window left unsaved; it stays unsaved until the user saves it. */
export function openLost(text: string, file: string | null): boolean {
  const read = parseDocument(text);
  if (!read.ok) return false;
  workspace.getState().open(read.value, file, true);
  return true;
}

/** Saves the active document into its file, or asks for one. False when it was called off. */
export async function save(): Promise<boolean> {
  const tab = activeTab(workspace.getState());
  if (!tab) return false;
  const handle = handles.get(tab.id);
  const text = serializeDocument(tab.edited.document);
  if (!handle) return saveDocumentAs();
  if (!(await saveTo(handle, text))) return saveDocumentAs();
  finishSaving(tab, handle.name, text, handle);
  return true;
}

export async function saveDocumentAs(): Promise<boolean> {
  const tab = activeTab(workspace.getState());
  if (!tab) return false;
  const text = serializeDocument(tab.edited.document);
  const saved = await saveAs(tab.file ?? fileName(tab.edited.document), text);
  if (saved.kind === "cancelled") return false;
  if (saved.kind === "written") {
    handles.set(tab.id, saved.handle);
    finishSaving(tab, saved.handle.name, text, saved.handle);
  } else {
    finishSaving(tab, saved.name, text, null);
    toast({ kind: "ok", text: currentText().shell.downloaded(saved.name) });
  }
  return true;
}

function finishSaving(tab: Tab, file: string, text: string, handle: FileHandle | null): void {
  // Only if nothing was changed or closed while the file was written is the tab as saved.
  if (activeTab(workspace.getState())?.edited.document === tab.edited.document) workspace.getState().markSaved(file);
  void remember({ name: tab.edited.document.name, file, text, handle });
}

/** A file name from a document's: without what some system forbids in one. */
export function fileName(document: Pick<GraphDocument, "name">, extension = ".gradloom"): string {
  const stem = [...document.name]
    .map((c) => (c < " " || '<>:"/\\|?*'.includes(c) ? " " : c))
    .join("")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/\.+$/, "");
  return `${stem || "network"}${extension}`;
}

/** Closes a tab; one with unsaved changes asks first. False when it stays. */
export async function closeTab(id: string): Promise<boolean> {
  const { tabs, activate, close } = workspace.getState();
  const tab = tabs.find((t) => t.id === id);
  if (!tab) return true;
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
  handles.delete(id);
  return true;
}
