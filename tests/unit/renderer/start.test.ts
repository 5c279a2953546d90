import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { shownTheme } from "../../../renderer/app/appearance.ts";
import { reachable } from "../../../renderer/app/commands/select.ts";
import { fileName } from "../../../renderer/app/saving.ts";
import { thumbOf } from "../../../renderer/start/thumbnail.ts";
import { timeAgo } from "../../../renderer/start/timeAgo.ts";
import { parseDocument } from "../../../src/graph/read.ts";

const lenet = (() => {
  const read = parseDocument(readFileSync("graph-templates/lenet.json", "utf8"));
  if (!read.ok) throw new Error("lenet.json is no document");
  return read.value;
})();

describe("thumbOf", () => {
  it("draws every node and loss, inside the picture", () => {
    const thumb = thumbOf(lenet)!;
    expect(thumb.boxes).toHaveLength(lenet.nodes.length + 1);
    expect(thumb.wires).toHaveLength(lenet.edges.length + 1);
    const { x, y, width, height } = thumb.viewBox;
    for (const b of thumb.boxes) {
      expect(b.x).toBeGreaterThanOrEqual(x);
      expect(b.x + b.width).toBeLessThanOrEqual(x + width);
      expect(b.y + b.height).toBeLessThanOrEqual(y + height);
    }
  });

  it("is nothing for an empty document", () => {
    expect(thumbOf({ ...lenet, nodes: [], edges: [], objectives: [] })).toBeNull();
  });
});

describe("timeAgo", () => {
  const now = Date.UTC(2026, 0, 10);
  it.each([
    [5, "now", "现在"],
    [2 * 60, "2 minutes ago", "2分钟前"],
    [25 * 3600, "yesterday", "昨天"],
    [8 * 24 * 3600, "last week", "上周"],
    [-60, "now", "现在"],
  ])("%d s", (seconds, en, zh) => {
    expect(timeAgo(now - seconds * 1000, now, "en")).toBe(en);
    expect(timeAgo(now - seconds * 1000, now, "zh")).toBe(zh);
  });
});

describe("fileName", () => {
  it("keeps what file systems allow", () => {
    expect(fileName({ name: "LeNet on MNIST" })).toBe("LeNet on MNIST.gradloom");
    expect(fileName({ name: "a/b:c*?" })).toBe("a b c.gradloom");
    expect(fileName({ name: "网络" }, ".svg")).toBe("网络.svg");
    expect(fileName({ name: "..." })).toBe("network.gradloom");
    expect(fileName({ name: "\u0001\n" })).toBe("network.gradloom");
  });
});

describe("reachable", () => {
  it("follows wires one way or the other", () => {
    expect(reachable(lenet, ["relu4"], false).sort()).toEqual(["digits", "relu4"]);
    expect(reachable(lenet, ["relu1"], true).sort()).toEqual(["conv1", "image", "relu1"]);
  });
});

describe("shownTheme", () => {
  it("follows the system only when asked to", () => {
    expect(shownTheme("system", true, false)).toBe("dark");
    expect(shownTheme("system", false, false)).toBe("light");
    expect(shownTheme("system", true, true)).toBe("contrast");
    expect(shownTheme("light", true, true)).toBe("light");
  });
});
