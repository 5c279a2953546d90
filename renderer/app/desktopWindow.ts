import type { Issue } from "../../src/core/issue.ts";
import type { DesktopApi, DesktopEvent, EditAction, WindowState } from "../../src/protocol/desktop.ts";
import { onFileTrouble } from "../bridge/host.ts";
import { writeJournal } from "../bridge/journal.ts";
import { recents } from "../bridge/recent.ts";
import { settings } from "../stores/settings.ts";
import { training } from "../stores/training.ts";
import { activeTab, isDirty, type Tab, workspace } from "../stores/workspace.ts";
import { commands } from "./commands/index.ts";
import { dialogs, openDialog } from "./dialogs.ts";
import { closeTab, openAll } from "./documents.ts";
import { menuBar } from "./MainMenu.tsx";
import { type NativeMenu, nativeMenu } from "./nativeMenu.ts";
import { placeOf } from "./shortcuts.ts";
import { currentText } from "./text.ts";

/** The menu follows what happens within this time (ms): a drag changes the document with every frame. */
const menuDelay = 120;

/** What the commands of editing do to a text field that has the focus. */
const inField: { readonly [command: string]: EditAction } = {
  "edit.undo": "undo",
  "edit.redo": "redo",
  "edit.cut": "cut",
  "edit.copy": "copy",
  "edit.paste": "paste",
  "edit.delete": "delete",
  "select.all": "selectAll",
};

/** Still possible while a dialog waits. */
const always = new Set(["file.quit", "view.fullScreen", "view.language"]);

const place = () => placeOf(document.activeElement);
const fieldHasFocus = (): boolean =>
  document.activeElement?.matches("input, textarea, [contenteditable=true]") ?? false;

/** Keeps the app around the window up to date, and does what it asks for. Gives a function that ends this. */
export function followDesktop(desktop: DesktopApi): () => void {
  let menu: NativeMenu = { menus: [], actions: new Map() };
  let sentMenu = "";
  let sentState = "";
  let timer: ReturnType<typeof setTimeout> | null = null;

  const update = (): void => {
    timer = null;
    menu = nativeMenu(menuBar(), isPossible);
    const text = JSON.stringify(menu.menus);
    if (text !== sentMenu) void desktop.window.setMenu(menu.menus);
    sentMenu = text;
    const state = windowState();
    if (JSON.stringify(state) !== sentState) void desktop.window.setState(state);
    sentState = JSON.stringify(state);
  };
  const soon = (): void => {
    timer ??= setTimeout(update, menuDelay);
  };
  const run = (id: string, byKey: boolean): void => {
    const action = inField[id];
    if (fieldHasFocus() && action) {
      void desktop.window.edit(action);
      return;
    }
    // A key that a Mac's menu took from somebody who types.
    const command = commands.find((c) => c.id === id);
    if (byKey && command && place() === "field" && !command.inFields) return;
    // What was possible when the menu was drawn may no longer be.
    if (isPossible(id, true)) menu.actions.get(id)?.();
  };

  onFileTrouble((issues) => showTrouble(currentText().desktop.notOpened, issues));
  const ends = [
    desktop.window.on((event) => onEvent(desktop, event, run)),
    workspace.subscribe(soon),
    settings.subscribe(soon),
    recents.subscribe(soon),
    dialogs.subscribe(soon),
    training.subscribe(soon),
  ];
  // What has the focus decides what can be copied; the canvas is there only after it was drawn.
  document.addEventListener("focusin", soon);
  document.addEventListener("focusout", soon);
  update();
  return () => {
    for (const end of ends) end();
    document.removeEventListener("focusin", soon);
    document.removeEventListener("focusout", soon);
    if (timer !== null) clearTimeout(timer);
  };
}

function isPossible(id: string, is: boolean): boolean {
  if (fieldHasFocus() && id in inField) return true;
  return is && (dialogs.getState().open === null || always.has(id));
}

function windowState(): WindowState {
  const { locale, theme } = settings.getState();
  const { tabs } = workspace.getState();
  const active = activeTab(workspace.getState());
  return {
    locale,
    appearance: theme === "light" || theme === "dark" ? theme : "system",
    edited: tabs.some(isDirty),
    file: active && fileHandleOf(active),
  };
}

/** The app's name for the file behind a tab; null where there is none. */
function fileHandleOf({ place }: Tab): string | null {
  const handle = place?.handle;
  return handle && "id" in handle && typeof handle.id === "string" ? handle.id : null;
}

function onEvent(desktop: DesktopApi, event: DesktopEvent, run: (id: string, byKey: boolean) => void): void {
  switch (event.kind) {
    case "command":
      run(event.id, event.byKey);
      return;
    case "open":
      void openAll(event.files);
      return;
    case "cannot-open":
      showTrouble(currentText().shell.cannotOpen(event.name), event.result.ok ? [] : event.result.issues);
      return;
    case "close":
      void desktop.window.heardClose();
      void askToClose().then((close) => desktop.window.answerClose(close));
      return;
  }
}

/** Asks about every document that has unsaved changes. False when the window stays. */
async function askToClose(): Promise<boolean> {
  for (const tab of workspace.getState().tabs.filter(isDirty)) {
    if (!(await closeTab(tab.id))) return false;
  }
  await writeJournal();
  return true;
}

function showTrouble(title: string, issues: readonly Issue[]): void {
  openDialog({ kind: "issues", title, text: currentText().shell.cannotOpenText, issues });
}
