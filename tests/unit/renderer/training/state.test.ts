import { beforeEach, describe, expect, it, vi } from "vitest";

const kept = new Map<string, string>();
beforeEach(() => {
  kept.clear();
  vi.resetModules();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});

const load = async () => (await import("../../../../renderer/training/dock/state.ts")).dock;

describe("what the user chose about the dock", () => {
  it("is there again after a restart, the samples that were looked at are not", async () => {
    const { set } = (await load()).getState();
    set({ smoothing: 0.5, log: false, side: "log", names: { a: "wide" }, samples: { kind: "wrong" } });
    vi.resetModules();
    expect((await load()).getState()).toMatchObject({
      smoothing: 0.5,
      log: false,
      side: "log",
      names: { a: "wide" },
      samples: { kind: "first" },
    });
  });

  it("falls back to the defaults where the storage is damaged", async () => {
    const damaged = [
      "{broken",
      "3",
      JSON.stringify({ smoothing: 7, log: "yes", part: "nothing", side: 3, names: { a: 1 } }),
    ];
    for (const text of damaged) {
      kept.set("gradloom.dock", text);
      vi.resetModules();
      expect((await load()).getState()).toMatchObject({
        smoothing: 0.8,
        log: true,
        part: "curves",
        side: "problems",
        names: {},
      });
    }
  });
});
