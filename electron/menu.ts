import { Menu, type MenuItemConstructorOptions } from "electron";
import type { MenuLine } from "../src/protocol/desktop.ts";
import { acceleratorOf, isChord } from "./accelerator.ts";
import type { DesktopText } from "./texts.ts";

/** Called with the id of the line that was chosen. */
type Choose = (id: string, byKey: boolean) => void;

const onMac = process.platform === "darwin";

/**
 * The menu bar of the system, made of what the page says. Everywhere but on a Mac the keys are shown and left to the page,
 * which knows whether somebody is typing; a Mac gives keys to the menu first.
 */
export function menuBar(menus: readonly MenuLine[], text: DesktopText, choose: Choose): Menu {
  const bar = menus.map((line) => itemOf(line, choose));
  return Menu.buildFromTemplate(onMac ? [appMenu(text, choose), ...bar, windowMenu(text)] : bar);
}

/**
 * Brings the menu bar up to date where only what is possible or ticked has changed: false where it has to be made anew. A
 * bar that is made anew is drawn anew, and closes under the hand of whoever has it open.
 */
export function patchMenu(bar: Menu, before: readonly MenuLine[], after: readonly MenuLine[]): boolean {
  if (shapeOf(before) !== shapeOf(after)) return false;
  for (const line of flat(after)) {
    if (line.kind !== "command") continue;
    const item = bar.getMenuItemById(line.id);
    if (!item) return false;
    item.enabled = line.enabled;
    if (line.checked !== null) item.checked = line.checked;
  }
  return true;
}

const flat = (lines: readonly MenuLine[]): readonly MenuLine[] =>
  lines.flatMap((line) => (line.kind === "menu" ? flat(line.lines) : [line]));

/** What of a menu cannot be changed while it is there. */
const shapeOf = (lines: readonly MenuLine[]): string =>
  JSON.stringify(lines, (key, value: unknown) =>
    key === "enabled" || (key === "checked" && value !== null) ? 0 : value,
  );

function itemOf(line: MenuLine, choose: Choose): MenuItemConstructorOptions {
  if (line.kind === "separator") return { type: "separator" };
  // In a label `&` names the letter that opens a line.
  const label = line.label.replace(/&/g, "&&");
  if (line.kind === "menu") return { id: line.id, label, submenu: line.lines.map((l) => itemOf(l, choose)) };
  const accelerator = line.keys === null ? null : acceleratorOf(line.keys);
  const { id, enabled, checked } = line;
  return {
    id,
    label,
    enabled,
    ...(checked === null ? {} : { type: "checkbox", checked }),
    ...(accelerator !== null && (!onMac || isChord(accelerator)) ? { accelerator, registerAccelerator: onMac } : {}),
    click: (item, _window, event) => {
      // The page says what is on, and the system has turned the tick over already.
      if (checked !== null) item.checked = !item.checked;
      // A click by the program has no event.
      choose(id, (event as typeof event | undefined)?.triggeredByAccelerator ?? false);
    },
  };
}

function appMenu(text: DesktopText, choose: Choose): MenuItemConstructorOptions {
  return {
    role: "appMenu",
    label: "Gradloom",
    submenu: [
      { label: text.about, click: () => choose("help.about", false) },
      { type: "separator" },
      { role: "services", label: text.services },
      { type: "separator" },
      { role: "hide", label: text.hide },
      { role: "hideOthers", label: text.hideOthers },
      { role: "unhide", label: text.showAll },
      { type: "separator" },
      { role: "quit", label: text.quit },
    ],
  };
}

const windowMenu = (text: DesktopText): MenuItemConstructorOptions => ({
  role: "windowMenu",
  label: text.window,
  submenu: [
    { role: "minimize", label: text.minimize },
    { role: "zoom", label: text.zoom },
    { type: "separator" },
    { role: "front", label: text.front },
  ],
});
