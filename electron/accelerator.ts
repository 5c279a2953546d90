const modifiers: { readonly [part: string]: string } = {
  Mod: "CommandOrControl",
  Ctrl: "Control",
  Alt: "Alt",
  Shift: "Shift",
};

const named: { readonly [key: string]: string } = {
  "+": "Plus",
  ArrowUp: "Up",
  ArrowDown: "Down",
  ArrowLeft: "Left",
  ArrowRight: "Right",
  Escape: "Escape",
  Enter: "Enter",
  Space: "Space",
  Tab: "Tab",
  Delete: "Delete",
  Backspace: "Backspace",
  Insert: "Insert",
  Home: "Home",
  End: "End",
  PageUp: "PageUp",
  PageDown: "PageDown",
};

/** A shortcut of the window's table (`Mod+Shift+Z`) as Electron writes it; null where Electron has no word for it. */
export function acceleratorOf(shortcut: string): string | null {
  const plus = shortcut === "+" || shortcut.endsWith("++");
  const parts = (plus ? shortcut.slice(0, -1) : shortcut).split("+").filter((p) => p !== "");
  const key = plus ? "+" : parts.pop();
  const held = parts.map((p) => modifiers[p]);
  if (key === undefined || held.includes(undefined)) return null;
  const written = named[key] ?? (/^(?:[A-Z0-9]|F(?:[1-9]|1\d|2[0-4])|[-=.,/;'[\]\\`?])$/.test(key) ? key : null);
  return written && [...held, written].join("+");
}

/** Whether a key of a menu may be the system's business: one without a modifier is also a letter to type. */
export const isChord = (accelerator: string): boolean =>
  /^(?:.+\+)?F\d+$/.test(accelerator) || /^(?:CommandOrControl|Control|Alt)\+/.test(accelerator);
