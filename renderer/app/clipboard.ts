import type { Clip } from "../../src/graph/edit/clipboard.ts";
import { clipText, copy, parseClip, paste } from "../../src/graph/edit/clipboard.ts";
import { canvas } from "../canvas/controller.ts";
import { toast } from "../ui/Toast.tsx";
import { commit, type Editing, editing, selectItems } from "./editing.ts";
import { deleteSelection } from "./remove.ts";
import { currentText } from "./text.ts";

/** Where a duplicate stands beside what it was made from. */
const offset = { x: 40, y: 40 };

/** What was copied last, for browsers that do not let a menu read the clipboard. */
let last: string | null = null;
/** Ctrl+Shift+V was pressed: the paste event that follows is to draw wires from outside again. */
let wiresWanted = false;

export const wantWires = (): void => {
  wiresWanted = true;
};

const chosen = (now: Editing): Clip =>
  copy(now.document, now.scope, new Set([...now.nodes, ...now.notes].map((x) => x.id)));

const size = (clip: Clip): number => clip.nodes.length + clip.notes.length;

/** The selection as text; null when nothing that can be copied is selected. */
function selectionText(): string | null {
  const now = editing();
  if (!now) return null;
  const clip = chosen(now);
  return size(clip) > 0 ? clipText(clip) : null;
}

export async function copySelection(): Promise<boolean> {
  const text = selectionText();
  if (text === null) return false;
  last = text;
  await navigator.clipboard?.writeText(text).catch(() => {});
  return true;
}

export async function cutSelection(): Promise<void> {
  if (await copySelection()) deleteSelection(true, "cut");
}

/** Pastes from a menu, where the browser may ask the user first. */
export async function pasteFromMenu(wires: boolean): Promise<void> {
  const text = await navigator.clipboard?.readText().catch(() => null);
  pasteText(text ?? last ?? "", wires);
}

/** Puts copied nodes where the pointer is, or beside where they came from. */
export function pasteText(text: string, wires: boolean): void {
  const now = editing();
  if (!now) return;
  const clip = parseClip(text);
  if (!clip || size(clip) === 0) {
    toast({ text: currentText().shell.nothingToPaste });
    return;
  }
  insert(now, clip, pasteOffset(now, clip), wires, "paste");
}

export function duplicateSelection(): void {
  const now = editing();
  if (!now) return;
  const clip = chosen(now);
  if (size(clip) > 0) insert(now, clip, offset, false, "duplicate");
}

function insert(
  now: Editing,
  clip: Clip,
  by: { x: number; y: number },
  wires: boolean,
  key: "paste" | "duplicate",
): void {
  const { change, ids } = paste(now.document, now.scope, clip, by, wires);
  commit(change, key, { n: size(clip) });
  selectItems(ids);
  // Into an empty document nobody has looked anywhere yet.
  if (now.graph.nodes.length === 0) requestAnimationFrame(() => canvas()?.fit());
}

/**
 * Centre of what is pasted to the pointer, on whole units. Without a pointer a little beside the original, or where that
 * is not in this graph, to the middle of what is seen.
 */
function pasteOffset(now: Editing, clip: Clip): { x: number; y: number } {
  const original = clip.nodes.some((n) => now.graph.nodes.some((m) => m.id === n.id));
  const at = canvas()?.pointer() ?? (original ? null : canvas()?.center());
  if (!at) return offset;
  const points = [...clip.nodes, ...clip.notes].map((x) => x.position);
  const middle = (values: readonly number[]): number => (Math.min(...values) + Math.max(...values)) / 2;
  return {
    x: Math.round(at.x - middle(points.map((p) => p.x))),
    y: Math.round(at.y - middle(points.map((p) => p.y))),
  };
}

/** True where the event belongs to text: a field, or words that are marked. */
const isText = (target: EventTarget | null): boolean =>
  (target instanceof HTMLElement &&
    target.closest("input, textarea, [contenteditable=true], [role=dialog]") !== null) ||
  document.getSelection()?.isCollapsed === false;

/** Answers the browser's own copy, cut and paste: they need no permission, and other programs see text. */
export function listenToClipboard(): () => void {
  const onCopy = (e: ClipboardEvent): void => {
    if (isText(e.target)) return;
    const text = selectionText();
    if (text === null) return;
    last = text;
    e.clipboardData?.setData("text/plain", text);
    e.preventDefault();
    if (e.type === "cut") deleteSelection(true, "cut");
  };
  const onPaste = (e: ClipboardEvent): void => {
    const wires = wiresWanted;
    wiresWanted = false;
    if (isText(e.target) || !editing()) return;
    e.preventDefault();
    pasteText(e.clipboardData?.getData("text/plain") ?? "", wires);
  };
  document.addEventListener("copy", onCopy);
  document.addEventListener("cut", onCopy);
  document.addEventListener("paste", onPaste);
  return () => {
    document.removeEventListener("copy", onCopy);
    document.removeEventListener("cut", onCopy);
    document.removeEventListener("paste", onPaste);
  };
}
