/** What of a keyboard event decides which shortcut it is. */
export type KeyPress = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

/** Modifiers in the order in which a shortcut names them. */
const modifiers = ["Mod", "Ctrl", "Alt", "Shift"] as const;

/** True where Cmd is what Ctrl is elsewhere. */
export const onMac = (): boolean => /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

/**
 * The shortcut that a key press is, such as `Mod+Shift+Z`, `F2`, `Space`, `.`; null for a modifier alone.
 * Letters and digits go by what is printed on the key (`code` only where Shift or Alt change `key`), so that AZERTY works
 * and Alt+C on a Mac, which types `ç`, is still Alt+C.
 */
export function shortcutOf(e: KeyPress, mac = onMac()): string | null {
  const key = keyName(e);
  if (key === null) return null;
  const mod = mac ? e.metaKey : e.ctrlKey;
  const ctrl = mac && e.ctrlKey;
  // A sign that needs Shift (`?`, `+`) says so itself.
  const shift = e.shiftKey && (key.length > 1 || /^[A-Z0-9]$/.test(key));
  const parts = [mod && "Mod", ctrl && "Ctrl", e.altKey && "Alt", shift && "Shift", key];
  return parts.filter(Boolean).join("+");
}

function keyName(e: KeyPress): string | null {
  if (["Control", "Shift", "Alt", "Meta", "AltGraph", "Dead", "Process", "Unidentified"].includes(e.key)) return null;
  if (e.key === " " || e.code === "Space") return "Space";
  if (e.altKey || e.shiftKey) {
    const printed = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(e.code);
    // With Shift, a digit key types a sign: `Shift+7` and `/` are the same press on a German keyboard; the sign wins.
    if (printed?.[1]) return /^[a-z]$/i.test(e.key) ? e.key.toUpperCase() : printed[1];
    if (printed?.[2] && e.altKey) return printed[2];
  }
  return e.key.length === 1 ? e.key.toUpperCase() : e.key;
}

/** The parts of a shortcut as they are shown: `Ctrl`, `Shift`, `Z`, on a Mac `⇧`, `⌘`, `Z`. */
export function shortcutParts(shortcut: string, mac = onMac()): readonly string[] {
  const parts = splitShortcut(shortcut);
  const names = mac ? macNames : otherNames;
  const shown = parts.map((p) => names[p] ?? p);
  return shown;
}

/** `Ctrl Shift Z`, on a Mac `⇧⌘Z`. */
export const shortcutLabel = (shortcut: string, mac = onMac()): string =>
  shortcutParts(shortcut, mac).join(mac ? "" : " ");

/** The same for `aria-keyshortcuts`: `Control+Shift+Z`. */
export const ariaShortcut = (shortcut: string, mac = onMac()): string =>
  splitShortcut(shortcut)
    .map((p) => (p === "Mod" ? (mac ? "Meta" : "Control") : p === "Ctrl" ? "Control" : p))
    .join("+");

/** `Mod++` is Mod and the plus key. */
function splitShortcut(shortcut: string): string[] {
  const parts = shortcut.split("+");
  if (shortcut.endsWith("+")) parts.splice(-2, 2, "+");
  const rank = (p: string): number => {
    const at = (modifiers as readonly string[]).indexOf(p);
    return at < 0 ? modifiers.length : at;
  };
  return parts.sort((a, b) => rank(a) - rank(b));
}

const arrows = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };
const otherNames: { readonly [part: string]: string } = { Mod: "Ctrl", Escape: "Esc", Delete: "Del", ...arrows };
const macNames: { readonly [part: string]: string } = {
  Mod: "⌘",
  Ctrl: "⌃",
  Alt: "⌥",
  Shift: "⇧",
  Escape: "esc",
  Delete: "⌦",
  Backspace: "⌫",
  Enter: "↩",
  ...arrows,
};

/** Shortcuts that browsers keep for themselves; in a window of our own (Electron) they arrive. */
const browserKeys = [
  "Mod+N",
  "Mod+T",
  "Mod+W",
  "Mod+Tab",
  "Mod+Shift+Tab",
  "Mod+Shift+N",
  "Mod+Shift+T",
  "Mod+Shift+W",
];

/** True for keys that never reach a page in a browser tab. */
export const takenByBrowser = (shortcut: string): boolean =>
  browserKeys.includes(shortcut) && !/Electron/.test(globalThis.navigator?.userAgent ?? "");
