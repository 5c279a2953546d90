import type { Result } from "../../src/core/result.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import { type DocumentInput, documentFormat, documentSchema, documentVersion } from "../../src/graph/document.ts";
import { parseDocument, serializeDocument } from "../../src/graph/read.ts";
import { templateTexts } from "../../src/i18n/texts.ts";
import { documentKind, type FileHandle, host, type OpenedFile } from "../bridge/host.ts";
import { forget, type RecentDocument, remember } from "../bridge/recent.ts";
import type { Template } from "../bridge/templates.ts";
import { settings } from "../stores/settings.ts";
import { activeTab, type Tab, workspace } from "../stores/workspace.ts";
import { toast } from "../ui/Toast.tsx";
import { ask, openDialog } from "./dialogs.ts";
import { currentText } from "./text.ts";

/** The file behind a tab, and its state when it was last read or written. */
interface Place {
  readonly handle: FileHandle;
  readonly stamp: string | null;
}

/** Files behind tabs, where the host let us keep the way to them. */
const places = new Map<string, Place>();

/** The content of a tab as a file. */
export const bytesOfTab = (tab: Tab): Uint8Array => new TextEncoder().encode(serializeDocument(tab.edited.document));

/** The document of a file. */
export const readBytes = (bytes: Uint8Array, file?: string): Result<GraphDocument> =>
  parseDocument(new TextDecoder().decode(bytes), file);

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
export function openFile({ name, bytes, handle, stamp }: OpenedFile): boolean {
  const read = readBytes(bytes, name);
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
  if (handle) places.set(id, { handle, stamp });
  void remember({ name: read.value.name, file: name, bytes, handle });
  return true;
}

export async function openFiles(): Promise<void> {
  for (const file of await host.files.choose()) openFile(file);
}

/** Opens a recent document: the file as it is now where it may be read, else as it was. */
export async function openRecent(recent: RecentDocument): Promise<void> {
  const file = recent.handle && (await host.files.readAgain(recent.handle));
  const opened = openFile(file ?? { name: recent.file, bytes: recent.bytes, handle: null, stamp: null });
  if (!opened) await forget(recent.id);
}

/** Opens a document that its window left unsaved; it stays unsaved until the user saves it. */
export function openLost(bytes: Uint8Array, file: string | null): boolean {
  const read = readBytes(bytes);
  if (!read.ok) return false;
  workspace.getState().open(read.value, file, true);
  return true;
}

/** Saves the active document into its file, or asks for one. False when it was called off. */
export async function save(): Promise<boolean> {
  const tab = activeTab(workspace.getState());
  if (!tab) return false;
  const place = places.get(tab.id);
  return place ? saveInto(tab, place) : saveDocumentAs();
}

/** Writes a tab into its file. Where another program has changed the file, or it cannot be written, the user decides. */
async function saveInto(tab: Tab, { handle, stamp }: Place): Promise<boolean> {
  const bytes = bytesOfTab(tab);
  const written = await host.files.saveTo(handle, bytes, stamp);
  if (written.kind === "written") {
    places.set(tab.id, { handle, stamp: written.stamp });
    finishSaving(tab, handle.name, bytes, handle);
    return true;
  }
  const { shell, files } = currentText();
  const changed = written.kind === "changed";
  const answer = await ask({
    title: changed ? files.changedTitle(handle.name) : files.failedTitle(handle.name),
    text: changed ? files.changedText : files.cannotSave(handle.name, written.reason),
    buttons: [
      { id: "cancel", label: shell.cancel },
      ...(changed ? [{ id: "overwrite", label: files.overwrite, danger: true }] : []),
      { id: "saveAs", label: files.saveAs },
    ],
  });
  if (answer === "overwrite") return saveInto(tab, { handle, stamp: null });
  return answer === "saveAs" && saveDocumentAs();
}

export async function saveDocumentAs(): Promise<boolean> {
  const tab = activeTab(workspace.getState());
  if (!tab) return false;
  const bytes = bytesOfTab(tab);
  const name = tab.file ?? fileName(tab.edited.document);
  const saved = await host.files.saveAs(name, bytes, documentKind);
  if (saved.kind === "cancelled") return false;
  const { files, shell } = currentText();
  if (saved.kind === "failed") {
    toast({ kind: "error", text: files.cannotSave(name, saved.reason) });
    return false;
  }
  if (saved.kind === "written") {
    places.set(tab.id, { handle: saved.handle, stamp: saved.stamp });
    finishSaving(tab, saved.handle.name, bytes, saved.handle);
  } else {
    finishSaving(tab, saved.name, bytes, null);
    toast({ kind: "ok", text: shell.downloaded(saved.name) });
  }
  return true;
}

function finishSaving(tab: Tab, file: string, bytes: Uint8Array, handle: FileHandle | null): void {
  // Only if nothing was changed or closed while the file was written is the tab as saved.
  if (activeTab(workspace.getState())?.edited.document === tab.edited.document) workspace.getState().markSaved(file);
  void remember({ name: tab.edited.document.name, file, bytes, handle });
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
  places.delete(id);
  return true;
}
