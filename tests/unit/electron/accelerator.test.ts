import { describe, expect, it } from "vitest";
import { acceleratorOf, isChord } from "../../../electron/accelerator.ts";
import { commands } from "../../../renderer/app/commands/index.ts";

describe("acceleratorOf", () => {
  it("writes keys as Electron does", () => {
    const written = [
      "Mod+Shift+Z",
      "Mod+=",
      "Mod++",
      "+",
      "Space",
      "F2",
      "Alt+ArrowUp",
      "Mod+Alt+0",
      "?",
      "Delete",
      ".",
    ];
    expect(written.map(acceleratorOf)).toEqual([
      "CommandOrControl+Shift+Z",
      "CommandOrControl+=",
      "CommandOrControl+Plus",
      "Plus",
      "Space",
      "F2",
      "Alt+Up",
      "CommandOrControl+Alt+0",
      "?",
      "Delete",
      ".",
    ]);
  });

  it("knows no word for what is no key", () => {
    expect(["", "Mod", "Mod+", "Hyper+X", "Mod+Unknown", "ß"].map(acceleratorOf)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it("has a word for every key of the table of commands", () => {
    const keys = commands.flatMap((c) => c.keys ?? []);
    expect(keys.length).toBeGreaterThan(60);
    expect(keys.filter((k) => acceleratorOf(k) === null)).toEqual([]);
  });

  it("leaves keys that are also letters to the page", () => {
    expect(["CommandOrControl+S", "F5", "Shift+F6", "Alt+P"].filter(isChord)).toHaveLength(4);
    expect(["Space", "N", "Shift+A", "Delete", "?", "Plus"].filter(isChord)).toEqual([]);
  });
});
