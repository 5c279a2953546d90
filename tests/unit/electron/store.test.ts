import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { documentsIn } from "../../../electron/arguments.ts";
import { Grants } from "../../../electron/grants.ts";
import { Store } from "../../../electron/store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "gradloom-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("Store", () => {
  it("remembers what was set, for the next start", async () => {
    const store = new Store(folder);
    store.set({ locale: "zh" });
    store.set({ files: ["/a.gradloom"] });
    await store.written();
    expect(new Store(folder).value).toMatchObject({ locale: "zh", files: ["/a.gradloom"], appearance: "system" });
  });

  it.each([
    ["cut short", '{"locale": "z'],
    ["of another form", '{"locale": "fr"}'],
    ["not an object", "[1, 2]"],
    ["empty", ""],
    ["binary", "\0\x01\x02"],
  ])("starts as at first with a file that is %s, and keeps it aside", (_what, text) => {
    writeFileSync(path.join(folder, "app.json"), text);
    expect(new Store(folder).value.locale).toBeNull();
    expect(readFileSync(path.join(folder, "app.json.bad"), "utf8")).toBe(text);
  });

  it("starts with a folder in the place of its file", async () => {
    mkdirSync(path.join(folder, "app.json"));
    const store = new Store(folder);
    store.set({ locale: "en" });
    await store.written();
    expect(new Store(folder).value.locale).toBe("en");
  });
});

describe("Grants", () => {
  it("knows files that were given, after a restart too, and no others", async () => {
    const store = new Store(folder);
    const handle = new Grants(store).grant("/home of/网络.gradloom");
    await store.written();
    expect(handle.name).toBe("网络.gradloom");
    const later = new Grants(new Store(folder));
    expect(later.pathOf(handle.id)).toBe("/home of/网络.gradloom");
    expect(later.pathOf("/home of/网络.gradloom")).toBeNull();
    expect(later.pathOf("0".repeat(32))).toBeNull();
  });
});

describe("documentsIn", () => {
  it("finds documents that are there, by whole paths, and nothing else", () => {
    writeFileSync(path.join(folder, "a.gradloom"), "");
    writeFileSync(path.join(folder, "b.JSON"), "");
    writeFileSync(path.join(folder, "c.txt"), "");
    mkdirSync(path.join(folder, "d.gradloom"));
    const argv = ["gradloom", "--switch", "a.gradloom", "b.JSON", "c.txt", "d.gradloom", "gone.gradloom", "--x.json"];
    expect(documentsIn(argv, folder)).toEqual(["a.gradloom", "b.JSON"].map((f) => path.join(folder, f)));
  });
});
