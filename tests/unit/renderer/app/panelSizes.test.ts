import { beforeEach, describe, expect, it, vi } from "vitest";
import { panelSize, rememberPanelSize } from "../../../../renderer/app/panelSizes.ts";

const small = { width: 1366, height: 768 };
const large = { width: 1920, height: 1080 };

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});

describe("panel sizes", () => {
  it("suit the window until the user chooses one", () => {
    expect(panelSize("left", small, 16)).toBe(12.75);
    expect(panelSize("left", large, 16)).toBe(14.5);
    rememberPanelSize("left", 17);
    expect(panelSize("left", small, 16)).toBe(17);
    expect(panelSize("right", small, 16)).toBe(19);
  });

  it("leave room for the canvas when the interface is large", () => {
    // At twice the size the window is 42.7 rem wide.
    expect(panelSize("right", small, 32)).toBeCloseTo(15.37, 2);
    expect(panelSize("left", small, 32)).toBeCloseTo(10.245, 2);
  });

  it("ignore what is out of range or damaged", () => {
    rememberPanelSize("left", 500);
    expect(panelSize("left", small, 16)).toBe(12.75);
    localStorage.setItem("gradloom.panels", "{broken");
    expect(panelSize("left", small, 16)).toBe(12.75);
    localStorage.setItem("gradloom.panels", '{"left":"wide"}');
    expect(panelSize("left", small, 16)).toBe(12.75);
  });
});
