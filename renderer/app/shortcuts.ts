import { settings } from "../stores/settings.ts";
import { isDirty, workspace } from "../stores/workspace.ts";
import { wantWires } from "./clipboard.ts";
import type { Command } from "./command.ts";
import { commands, isEnabled, keysOf } from "./commands/index.ts";
import { shortcutOf } from "./keys.ts";

/** A press of Space no longer than this is a tap; longer, it is held to drag the canvas (ms). */
const tapTime = 300;

/** Shortcuts that the browser answers with an event of its own, which carries the clipboard. */
const clipboardCommands = new Set(["edit.copy", "edit.cut", "edit.paste"]);

/** Keys that mean something to the control that has the focus. */
const controlKeys = new Set(["Space", "Enter", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]);

let table: ReadonlyMap<string, readonly Command[]> | null = null;

/** Commands by key, as bound now. */
function bindings(): ReadonlyMap<string, readonly Command[]> {
  if (table) return table;
  const made = new Map<string, Command[]>();
  for (const command of commands) {
    for (const key of keysOf(command)) made.set(key, [...(made.get(key) ?? []), command]);
  }
  table = made;
  return made;
}

/** What has the focus decides which shortcuts count. */
export type Place = "canvas" | "control" | "field" | "overlay";

export function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof Element)) return "canvas";
  if (target.closest("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]")) return "overlay";
  if (target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]"))
    return "field";
  return target.closest("button, a[href], [role=tab], [role=switch], [role=treeitem], [role=separator], summary")
    ? "control"
    : "canvas";
}

/** The command that a key press asks for at this place; null when it is none, or not possible now. */
export function commandFor(key: string, place: Place): Command | null {
  if (place === "overlay" || (place === "control" && controlKeys.has(key))) return null;
  const candidates = bindings().get(key) ?? [];
  const here = place === "field" ? candidates.filter((c) => c.inFields) : candidates;
  return here.find(isEnabled) ?? null;
}

/** Listens for shortcuts in the whole window. What a component answered itself (`preventDefault`) is left alone. */
export function listenToShortcuts(): () => void {
  let space: { readonly time: number; dragged: boolean } | null = null;
  const run = (command: Command, e: KeyboardEvent): void => {
    e.preventDefault();
    void command.run();
  };
  const onKeyDown = (e: KeyboardEvent): void => {
    if (e.defaultPrevented || e.isComposing || e.keyCode === 229) return;
    const key = shortcutOf(e);
    const command = key && commandFor(key, placeOf(e.target));
    if (!key || !command || clipboardCommands.has(command.id)) return;
    if (command.id === "edit.pasteWithWires") {
      wantWires();
      return;
    }
    if (key === "Space") {
      // Decided when it is let go: held, it moves the canvas.
      e.preventDefault();
      if (!e.repeat) space = { time: e.timeStamp, dragged: false };
      return;
    }
    run(command, e);
  };
  const onKeyUp = (e: KeyboardEvent): void => {
    if (e.code !== "Space" || !space) return;
    const tapped = !space.dragged && e.timeStamp - space.time < tapTime;
    space = null;
    const command = tapped ? commandFor("Space", placeOf(e.target)) : null;
    if (command && !e.defaultPrevented) run(command, e);
  };
  const onPointerDown = (): void => {
    if (space) space.dragged = true;
  };
  const forget = settings.subscribe((now, before) => {
    if (now.shortcuts !== before.shortcuts) table = null;
  });
  window.addEventListener("keydown", onKeyDown);
  window.addEventListener("keyup", onKeyUp);
  window.addEventListener("pointerdown", onPointerDown, true);
  return () => {
    forget();
    window.removeEventListener("keydown", onKeyDown);
    window.removeEventListener("keyup", onKeyUp);
    window.removeEventListener("pointerdown", onPointerDown, true);
  };
}

/** Asks before the page goes away with unsaved changes, as browsers allow: in their own words. */
export function guardUnload(): () => void {
  const onBeforeUnload = (e: BeforeUnloadEvent): void => {
    if (workspace.getState().tabs.some(isDirty)) e.preventDefault();
  };
  window.addEventListener("beforeunload", onBeforeUnload);
  return () => window.removeEventListener("beforeunload", onBeforeUnload);
}
