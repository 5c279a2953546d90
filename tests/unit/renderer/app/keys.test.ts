import { describe, expect, it } from "vitest";
import { type KeyPress, shortcutLabel, shortcutOf } from "../../../../renderer/app/keys.ts";

const press = (key: string, code: string, held: string = ""): KeyPress => ({
  key,
  code,
  ctrlKey: held.includes("c"),
  metaKey: held.includes("m"),
  shiftKey: held.includes("s"),
  altKey: held.includes("a"),
});

describe("shortcutOf", () => {
  it.each([
    ["Mod+Z", press("z", "KeyZ", "c")],
    ["Mod+Shift+Z", press("Z", "KeyZ", "cs")],
    ["Shift+A", press("A", "KeyA", "s")],
    ["F", press("f", "KeyF")],
    // Caps Lock changes the letter, not the key.
    ["F", press("F", "KeyF")],
    ["?", press("?", "Slash", "s")],
    ["+", press("+", "Equal", "s")],
    ["Mod++", press("+", "Equal", "cs")],
    [".", press(".", "Period")],
    ["Space", press(" ", "Space")],
    ["F2", press("F2", "F2")],
    ["Shift+Delete", press("Delete", "Delete", "s")],
    ["Alt+1", press("1", "Digit1", "a")],
    // The layout decides: on AZERTY the key at the place of Q types A.
    ["Mod+A", press("a", "KeyQ", "c")],
    ["Alt+C", press("c", "KeyC", "a")],
  ])("%s", (shortcut, event) => {
    expect(shortcutOf(event, false)).toBe(shortcut);
  });

  it("takes Cmd for Mod on a Mac, and the key itself where Alt types another sign", () => {
    expect(shortcutOf(press("z", "KeyZ", "m"), true)).toBe("Mod+Z");
    expect(shortcutOf(press("z", "KeyZ", "c"), true)).toBe("Ctrl+Z");
    expect(shortcutOf(press("ç", "KeyC", "a"), true)).toBe("Alt+C");
  });

  it("is none for a modifier alone", () => {
    for (const key of ["Control", "Shift", "Alt", "Meta", "Dead", "Process"]) {
      expect(shortcutOf(press(key, "", "c"), false)).toBeNull();
    }
  });
});

describe("shortcutLabel", () => {
  it("names keys as they are printed on them", () => {
    expect(shortcutLabel("Mod+Shift+Z", false)).toBe("Ctrl Shift Z");
    expect(shortcutLabel("Mod+Shift+Z", true)).toBe("⌘⇧Z");
    expect(shortcutLabel("Mod++", false)).toBe("Ctrl +");
    expect(shortcutLabel("+", false)).toBe("+");
    expect(shortcutLabel("Alt+ArrowUp", false)).toBe("Alt ↑");
  });
});
