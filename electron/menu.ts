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
      // The page says what is on: the system has turned the tick over already.
      if (checked !== null) item.checked = checked;
      choose(id, event.triggeredByAccelerator ?? false);
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
