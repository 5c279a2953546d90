import { describe, expect, it, vi } from "vitest";
import { nativeMenu } from "../../../../renderer/app/nativeMenu.ts";

describe("nativeMenu", () => {
  const undo = vi.fn();
  const open = vi.fn();
  const bar = [
    {
      label: "File",
      entries: [
        { id: "edit.undo", label: "Undo", keys: "Mod+Z", onSelect: undo },
        "separator" as const,
        { label: "Recent", entries: [{ label: "net.gradloom", onSelect: open }] },
        { heading: "Theme" },
        { id: "view.minimap", label: "Map", checked: true, disabled: true, onSelect: () => {} },
      ],
    },
  ];

  it("sends names, keys and states, and keeps what the lines do", () => {
    const { menus, actions } = nativeMenu(bar, (_id, is) => is);
    expect(menus).toEqual([
      {
        kind: "menu",
        id: "file",
        label: "File",
        lines: [
          { kind: "command", id: "edit.undo", label: "Undo", keys: "Mod+Z", enabled: true, checked: null },
          { kind: "separator" },
          {
            kind: "menu",
            id: "file/2",
            label: "Recent",
            lines: [
              { kind: "command", id: "file/2/0", label: "net.gradloom", keys: null, enabled: true, checked: null },
            ],
          },
          { kind: "command", id: "file/3", label: "Theme", keys: null, enabled: false, checked: null },
          { kind: "command", id: "view.minimap", label: "Map", keys: null, enabled: false, checked: true },
        ],
      },
    ]);
    actions.get("edit.undo")?.();
    actions.get("file/2/0")?.();
    expect(undo).toHaveBeenCalledTimes(1);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it("lets the window say what is possible", () => {
    const { menus } = nativeMenu(bar, (id) => id === "view.minimap");
    const lines = menus[0]?.kind === "menu" ? menus[0].lines : [];
    expect(lines.map((l) => l.kind === "command" && l.enabled)).toEqual([false, false, false, false, true]);
  });
});
