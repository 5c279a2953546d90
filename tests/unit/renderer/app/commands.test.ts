import { describe, expect, it } from "vitest";
import { commandGroups, groupOf } from "../../../../renderer/app/command.ts";
import { commands } from "../../../../renderer/app/commands/index.ts";
import { bind } from "../../../../renderer/app/rebind.ts";
import { uiText } from "../../../../src/i18n/ui.ts";

describe("the table of commands", () => {
  it("has each title once, and a command for each title", () => {
    expect(commands.map((c) => c.id).sort()).toEqual(Object.keys(uiText.en.commands).sort());
  });

  it("has its commands in groups that are menus", () => {
    for (const c of commands) expect(commandGroups).toContain(groupOf(c.id));
  });

  it("binds a key twice only where the two are never possible at once", () => {
    const byKey = new Map<string, string[]>();
    for (const c of commands) for (const k of c.keys ?? []) byKey.set(k, [...(byKey.get(k) ?? []), c.id]);
    const shared = [...byKey].filter(([, ids]) => ids.length > 1);
    // Both leave a block only when nothing is selected, which the others need.
    expect(Object.fromEntries(shared)).toEqual({
      Escape: ["select.none", "structure.leave"],
      Backspace: ["edit.delete", "structure.leave"],
    });
  });

  it("writes keys in one way", () => {
    const key =
      /^(Mod\+)?(Alt\+)?(Shift\+)?([A-Z0-9]|F\d+|Enter|Space|Tab|Escape|Delete|Backspace|Arrow(Up|Down)|Page(Up|Down)|[.?[\]+=-])$/;
    for (const c of commands) for (const k of c.keys ?? []) expect(k, c.id).toMatch(key);
  });
});

describe("bind", () => {
  it("replaces the keys of a command and takes the key from the one that had it", () => {
    const { shortcuts, from } = bind(commands, {}, "view.fit", "L");
    expect(from).toBe("arrange.auto");
    expect(shortcuts).toEqual({ "view.fit": ["L"], "arrange.auto": [] });
  });

  it("removes keys, and knows what was bound before", () => {
    const first = bind(commands, {}, "view.fit", "L").shortcuts;
    const { shortcuts, from } = bind(commands, first, "arrange.auto", "F");
    expect(from).toBeNull();
    expect(shortcuts).toEqual({ "view.fit": ["L"], "arrange.auto": ["F"] });
    expect(bind(commands, shortcuts, "view.fit", null).shortcuts["view.fit"]).toEqual([]);
  });

  it("leaves a key with two commands that share it by default", () => {
    expect(bind(commands, {}, "structure.leave", "Escape").from).toBeNull();
  });
});
