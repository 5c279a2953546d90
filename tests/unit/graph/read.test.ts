import { describe, expect, it } from "vitest";
import type { Issue } from "../../../src/core/issue.ts";
import { migrate, parseDocument, readDocument, serializeDocument } from "../../../src/graph/read.ts";

const minimal = { format: "gradloom", version: 1 };
const node = (id: string) => ({ id, layer: "relu" });

const issuesOf = (value: unknown): readonly Issue[] => {
  const result = readDocument(value);
  return result.ok ? [] : result.issues;
};

describe("reading", () => {
  it("fills in defaults", () => {
    const result = readDocument(minimal);
    expect(result.ok && result.value).toMatchObject({
      seed: 0,
      nodes: [],
      training: { batch: 32, schedule: { kind: "constant" } },
    });
  });

  it("writes what it read, byte by byte, whatever the order of keys", () => {
    const one = readDocument({ ...minimal, name: "a", nodes: [node("x")] });
    const two = readDocument({ nodes: [{ layer: "relu", id: "x" }], name: "a", version: 1, format: "gradloom" });
    if (!one.ok || !two.ok) throw new Error("not read");
    const text = serializeDocument(one.value);
    expect(serializeDocument(two.value)).toBe(text);
    const again = parseDocument(text);
    expect(again.ok && serializeDocument(again.value)).toBe(text);
  });

  it("reads a file with a byte order mark", () => {
    expect(parseDocument(`\uFEFF${JSON.stringify(minimal)}`).ok).toBe(true);
  });
});

describe("malformed documents", () => {
  it.each([
    ["not an object", 3, "document.wrong-type", ""],
    ["an array", [], "document.wrong-type", ""],
    ["another format", { format: "keras", version: 1 }, "document.wrong-format", "format"],
    ["no version", { format: "gradloom" }, "document.bad-value", "version"],
    ["a newer version", { format: "gradloom", version: 99 }, "document.newer-version", "version"],
    ["an unknown key", { ...minimal, nodez: [] }, "document.unknown-key", "nodez"],
    ["nodes of the wrong kind", { ...minimal, nodes: {} }, "document.wrong-type", "nodes"],
    ["a node without a layer", { ...minimal, nodes: [{ id: "a" }] }, "document.missing", "nodes[0].layer"],
    ["an id with a space", { ...minimal, nodes: [node("a b")] }, "document.bad-value", "nodes[0].id"],
    ["a doubled id", { ...minimal, nodes: [node("a"), node("a")] }, "document.duplicate-id", "nodes[1].id"],
    ["a seed below 0", { ...minimal, seed: -1 }, "document.bad-value", "seed"],
    ["a batch of text", { ...minimal, training: { batch: "64" } }, "document.wrong-type", "training.batch"],
    [
      "an unknown loss",
      {
        ...minimal,
        objectives: [
          { id: "o", optimizer: { kind: "sgd" }, terms: [{ loss: { kind: "nope" }, prediction: { node: "a" } }] },
        ],
      },
      "document.bad-value",
      "objectives[0].terms[0].loss.kind",
    ],
    [
      "an unknown optimizer",
      { ...minimal, objectives: [{ id: "o", terms: [], optimizer: { kind: "x" } }] },
      "document.bad-value",
      "objectives[0].optimizer.kind",
    ],
    [
      "an unknown data source",
      { ...minimal, data: { source: { kind: "web" } } },
      "document.bad-value",
      "data.source.kind",
    ],
  ])("%s", (_, value, code, path) => {
    expect(issuesOf(value)).toContainEqual(expect.objectContaining({ code, path }));
  });

  it("collects all faults, not only the first", () => {
    const faults = issuesOf({ ...minimal, seed: "x", nodes: [{ id: "a" }], extra: 1 });
    expect(faults.map((i) => i.code).sort()).toEqual([
      "document.missing",
      "document.unknown-key",
      "document.wrong-type",
    ]);
  });

  it("says the line at which JSON ends or breaks", () => {
    const broken = parseDocument('{\n  "format": "gradloom",\n  "version": \n}', "net.json");
    expect(!broken.ok && broken.issues[0]).toMatchObject({ code: "document.not-json", file: "net.json", line: 4 });
    const cut = parseDocument('{\n "format": "gra', "net.json");
    expect(!cut.ok && cut.issues[0]).toMatchObject({ code: "document.not-json", line: 2 });
  });
});

describe("migration", () => {
  it("takes one step after the other and raises the version", () => {
    const steps = {
      1: (d: object) => ({ ...d, title: "named in 2" }),
      2: ({ title, ...rest }: { title?: string }) => ({ ...rest, name: title ?? "" }),
    };
    expect(migrate({ version: 1 }, 1, 3, steps)).toEqual({ version: 3, name: "named in 2" });
    expect(migrate({ version: 2, title: "t" }, 2, 3, steps)).toEqual({ version: 3, name: "t" });
    expect(() => migrate({ version: 1 }, 1, 3, {})).toThrow("no migration from version 1");
  });
});
