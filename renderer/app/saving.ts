import type { Result } from "../../src/core/result.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import { serializeDocument } from "../../src/graph/read.ts";
import { decodeDocument, encodeDocument } from "../../src/train/document-file.ts";
import { documentKind, host } from "../bridge/host.ts";
import { remember } from "../bridge/recent.ts";
import { settings } from "../stores/settings.ts";
import { activeTab, hasNewWeights, isDirty, type Place, type Tab, workspace } from "../stores/workspace.ts";
import { toast } from "../ui/Toast.tsx";
import { ask, openDialog } from "./dialogs.ts";
import { currentText } from "./text.ts";

const active = (): Tab | null => activeTab(workspace.getState());

/** One saving after the other: the next one must know how the one before left the file. */
let last: Promise<unknown> = Promise.resolve();
function inTurn(job: (tab: Tab) => Promise<boolean>): Promise<boolean> {
  const run = async (): Promise<boolean> => {
    const tab = active();
    return tab !== null && job(tab);
  };
  const done = last.then(run, run);
  last = done.catch(() => {});
  return done;
}

/** Saves the active document into its file, or asks for one. False when it was called off. */
export const save = (): Promise<boolean> =>
  inTurn((tab) => (tab.place ? saveInto(tab, tab.place) : saveElsewhere(tab)));

/** Saves the active document into another file, which is then its own. */
export const saveDocumentAs = (): Promise<boolean> => inTurn(saveElsewhere);

/** Saves the active document into another file and goes on with its own. */
export const saveCopy = (): Promise<boolean> =>
  inTurn(async (tab) => {
    const name = currentText().files.copyOf(fileName(tab.edited.document, ""));
    const copy = await askWhere(tab, `${name}.gradloom`);
    if (copy?.place) toast({ kind: "ok", text: currentText().files.copied(copy.file) });
    return copy !== null;
  });

/** Whether a file holds the text of the document only. */
const isText = (name: string): boolean => /\.json$/i.test(name);

/** The content of a tab as a file of that name. */
function contentOf({ edited, weights }: Tab, name: string): Result<Uint8Array> {
  if (isText(name)) return { ok: true, value: new TextEncoder().encode(serializeDocument(edited.document)) };
  return encodeDocument(edited.document, settings.getState().saveWeights ? weights : null);
}

/** The content of a tab where something is wrong with the window: with its weights if at all possible. */
export function bytesOfTab(tab: Tab): Uint8Array {
  try {
    const content = contentOf(tab, "");
    if (content.ok) return content.value;
  } catch {
    // What made the window fail may stand in the document; its text can be written in any case.
  }
  return new TextEncoder().encode(JSON.stringify(tab.edited.document, null, 2));
}

/** Writes a tab into its file. Where another program has changed the file, or it cannot be written, the user decides. */
async function saveInto(tab: Tab, { handle, stamp }: Place): Promise<boolean> {
  const omits = isText(handle.name) && tab.weights !== null && settings.getState().saveWeights && hasNewWeights(tab);
  const go = omits ? await askAboutText(handle.name) : "save";
  if (go !== "save") return go === "saveAs" && saveElsewhere(tab, fileName(tab.edited.document));
  const content = contentOf(tab, handle.name);
  if (!content.ok) return cannotEncode(handle.name, content.issues);
  const written = await host.files.saveTo(handle, content.value, stamp);
  if (written.kind === "written") {
    const place = { handle, stamp: written.stamp };
    finish(tab, { file: handle.name, bytes: content.value, place }, omits);
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
  return answer === "saveAs" && saveElsewhere(tab);
}

/** A text has no place for weights: saves it without them, or the document elsewhere. */
function askAboutText(name: string): Promise<string | null> {
  const { shell, files } = currentText();
  return ask({
    title: files.noWeightsTitle(name),
    text: files.noWeightsText,
    buttons: [
      { id: "cancel", label: shell.cancel },
      { id: "save", label: files.withoutWeights },
      { id: "saveAs", label: files.saveAs },
    ],
  });
}

async function saveElsewhere(tab: Tab, name = tab.file ?? fileName(tab.edited.document)): Promise<boolean> {
  const kept = await askWhere(tab, name);
  if (kept) finish(tab, kept);
  return kept !== null;
}

/** A file as it was written; without a place it went into the downloads. */
interface Kept {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly place: Place | null;
}

/** Asks where to save and saves there; null when that was called off or went wrong. */
async function askWhere(tab: Tab, name: string): Promise<Kept | null> {
  const content = contentOf(tab, name);
  if (!content.ok) return cannotEncode(name, content.issues) || null;
  const bytes = content.value;
  const saved = await host.files.saveAs(name, bytes, documentKind);
  const { files, shell } = currentText();
  if (saved.kind === "failed") toast({ kind: "error", text: files.cannotSave(name, saved.reason) });
  if (saved.kind === "failed" || saved.kind === "cancelled") return null;
  if (saved.kind === "downloaded") {
    toast({ kind: "ok", text: shell.downloaded(saved.name) });
    return { file: saved.name, bytes, place: null };
  }
  const { handle, stamp } = saved;
  if (isText(handle.name) === isText(name)) return { file: handle.name, bytes, place: { handle, stamp } };
  // Only the name that the user gave says which kind of file it is.
  const other = contentOf(tab, handle.name);
  const written = other.ok ? await host.files.saveTo(handle, other.value, stamp) : null;
  if (other.ok && written?.kind === "written") {
    return { file: handle.name, bytes: other.value, place: { handle, stamp: written.stamp } };
  }
  toast({ kind: "error", text: files.failedTitle(handle.name) });
  return null;
}

function cannotEncode(name: string, issues: Extract<Result<never>, { ok: false }>["issues"]): false {
  const { files } = currentText();
  openDialog({ kind: "issues", title: files.failedTitle(name), text: files.failedText, issues });
  return false;
}

/**
 * Marks a tab with what was written; what was changed meanwhile stays unsaved. Weights that a text has no place for count
 * as saved only where the user said so.
 */
function finish(tab: Tab, { file, bytes, place }: Kept, omitted = false): void {
  const { document } = tab.edited;
  const left = isText(file) && tab.weights !== null;
  const written = !left && settings.getState().saveWeights;
  const savedWeights = written || omitted ? tab.weights : tab.savedWeights;
  workspace.getState().markSaved(tab.id, { file, place, saved: document, savedWeights });
  if (left && !omitted) toast({ text: currentText().files.savedWithoutWeights(file) });
  void remember({ document, file, bytes, handle: place?.handle ?? null });
}

/** Whether the active document has a file that it differs from. */
export function canRevert(): boolean {
  const tab = active();
  return tab !== null && tab.file !== null && isDirty(tab);
}

/** Goes back to the document as it is in its file. That is one step, which can be undone; weights cannot. */
export async function revert(): Promise<void> {
  const tab = active();
  if (!tab || !canRevert()) return;
  const { shell, files } = currentText();
  const file = tab.place && (await host.files.readAgain(tab.place.handle));
  const read = file && decodeDocument(file.bytes, file.name);
  if (read && !read.ok) {
    openDialog({
      kind: "issues",
      title: files.cannotRevert(tab.file ?? ""),
      text: shell.cannotOpenText,
      issues: read.issues,
    });
    return;
  }
  if (hasNewWeights(tab)) {
    const buttons = [
      { id: "cancel", label: shell.cancel },
      { id: "revert", label: files.revert },
    ];
    const answer = await ask({ title: files.revertTitle(tab.file ?? ""), text: files.revertText, buttons });
    if (answer !== "revert") return;
  }
  if (active()?.id !== tab.id) return;
  const document = read ? read.value.document : tab.saved;
  const weights = read ? read.value.weights : tab.savedWeights;
  const place = file && tab.place ? { handle: tab.place.handle, stamp: file.stamp } : tab.place;
  const { edit, setWeights, markSaved } = workspace.getState();
  edit({ kind: "replace-document", document }, { key: "revert" });
  setWeights(tab.id, weights);
  markSaved(tab.id, { file: tab.file, place, saved: document, savedWeights: weights });
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
