import { afterEach, describe, expect, it } from "vitest";
import { type EngineClient, setEngine } from "../../../../renderer/bridge/engine.ts";
import { training } from "../../../../renderer/stores/training.ts";
import type { Tab } from "../../../../renderer/stores/workspace.ts";
import { look } from "../../../../renderer/training/looking.ts";
import { pinnedAt, pinnedNow, withMoment } from "../../../../renderer/training/pinned.ts";
import { newRun } from "../../../../renderer/training/run.ts";
import { networkOf, sightOf, upTo } from "../../../../renderer/training/sight.ts";
import { merged, refKey, watch } from "../../../../renderer/training/watching.ts";
import { checkDocument } from "../../../../src/compile/check.ts";
import { ok } from "../../../../src/core/result.ts";
import { type DocumentInput, documentSchema, type GraphDocument } from "../../../../src/graph/document.ts";
import type {
  ReplyValue,
  SupervisorEvent,
  TensorRefInput,
  WindowCommandInput,
} from "../../../../src/protocol/index.ts";
import { tensor } from "../../../../src/shape/dtype.ts";

const output = (node: string, what: "value" | "gradient" = "value"): TensorRefInput => ({
  of: "output",
  node,
  port: "out",
  what,
});
const weight = (node: string): TensorRefInput => ({ of: "parameter", node, parameter: "weight", what: "value" });

const noObjective: TensorRefInput = { of: "output", node: "a", port: "out", what: "value", objective: null };

/** x -> a -> b, and x -> c, which has no shape yet. */
const parts: DocumentInput = {
  format: "gradloom",
  version: 1,
  nodes: [
    { id: "x", layer: "input", params: { shape: [3] } },
    { id: "a", layer: "dense", params: { units: 2 } },
    { id: "b", layer: "relu" },
    { id: "c", layer: "conv2d", params: { filters: 2, kernel: 3 } },
  ],
  edges: [
    { id: "1", from: { node: "x" }, to: { node: "a" } },
    { id: "2", from: { node: "a" }, to: { node: "b" } },
    { id: "3", from: { node: "x" }, to: { node: "c" } },
  ],
};
const parsed = (d: DocumentInput): GraphDocument => documentSchema.parse(d);
const tabOf = (document: GraphDocument): Tab =>
  ({ id: "t", edited: { document }, checked: checkDocument(document), weights: null }) as unknown as Tab;

/** An engine that only notes what it is given. */
function noting(reply: (c: WindowCommandInput) => ReplyValue = () => null): WindowCommandInput[] {
  const commands: WindowCommandInput[] = [];
  const client: EngineClient = {
    request: () => Promise.reject(new Error("not asked for")),
    command: (c) => {
      commands.push(c);
      return Promise.resolve(ok(reply(c)));
    },
    onEvents: () => () => undefined,
  };
  setEngine(client);
  return commands;
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

afterEach(() => {
  setEngine(null);
  watch("a", null);
  watch("b", null);
  for (const run of training.getState().runs) training.getState().forget(run.key);
});

describe("watching", () => {
  it("a tensor that several want is told once, with the most samples", () => {
    const command = merged([
      { pins: [{ ref: output("a"), most: 1 }] },
      {
        statistics: true,
        pins: [
          { ref: noObjective, most: 8 },
          { ref: weight("a"), most: 1 },
        ],
      },
    ]);
    expect(command).toMatchObject({ kind: "watch", statistics: true });
    expect(command.pins.map((p) => [refKey(p.ref), p.most])).toEqual([
      [refKey(output("a")), 8],
      [refKey(weight("a")), 1],
    ]);
  });

  it("is sent once for all changes, again to every new process, and not without a run", async () => {
    const commands = noting();
    const { set, add, tell } = training.getState();
    set({ connection: "ready" });
    watch("a", { statistics: true });
    await turn();
    expect(commands).toEqual([]);

    add({ ...newRun("r", null, parsed(parts), 0), phase: "running" });
    watch("b", { pins: [{ ref: output("a"), most: 2 }] });
    await turn();
    expect(commands).toHaveLength(1);
    expect(commands[0]).toMatchObject({ statistics: true, pins: [{ most: 2 }] });

    watch("b", { pins: [{ ref: output("a"), most: 2 }] });
    await turn();
    expect(commands).toHaveLength(1);

    const engineEvent = (state: "crashed" | "started") => ({ kind: "engine", state }) as unknown as SupervisorEvent;
    tell("r", [engineEvent("crashed")]);
    await turn();
    expect(commands).toHaveLength(1);
    tell("r", [engineEvent("started")]);
    await turn();
    expect(commands).toHaveLength(2);

    watch("a", null);
    watch("b", null);
    await turn();
    expect(commands.at(-1)).toEqual({ kind: "watch", statistics: false, pins: [] });
  });
});

describe("looking", () => {
  it("asks once for what several want of the same samples, and gives each its own", async () => {
    const made = (c: WindowCommandInput): ReplyValue => ({
      kind: "tensors",
      tensors: c.kind === "inspect" ? c.tensors.map((r) => tensor("float32", [1], [r.of === "output" ? 1 : 2])) : [],
      step: 7,
      samples: null,
    });
    const commands = noting(made);
    const at = sightOf(tabOf(parsed(parts)), null, [output("a")]).at;
    const common = { at, samples: { kind: "next" }, mode: "training" } as const;
    const [first, second, third] = await Promise.all([
      look({ ...common, tensors: [output("a"), weight("a")] }),
      look({ ...common, tensors: [weight("a")] }),
      look({ ...common, mode: "inference", tensors: [weight("a")] }),
    ]);
    expect(commands.map((c) => c.kind === "inspect" && c.tensors.length)).toEqual([2, 1]);
    expect(first.ok && first.value.tensors.map((t) => t.data[0])).toEqual([1, 2]);
    expect(second.ok && second.value.tensors.map((t) => t.data[0])).toEqual([2]);
    expect(third.ok && third.value.step).toBe(7);
  });
});

describe("what is looked at", () => {
  it("networks that differ in places and notes are one object", () => {
    const document = parsed(parts);
    const moved = {
      ...document,
      nodes: document.nodes.map((n) => ({ ...n, position: { x: 5, y: 9 } })),
      notes: [
        {
          id: "n",
          kind: "note" as const,
          text: "",
          position: { x: 0, y: 0 },
          size: { width: 9, height: 9 },
          colour: null,
        },
      ],
    };
    expect(networkOf(moved)).toBe(networkOf(document));
    expect(networkOf({ ...document, seed: 1 })).not.toBe(networkOf(document));
  });

  it("an unfinished network is looked at as far as it goes", () => {
    const tab = tabOf(parsed(parts));
    expect(tab.checked.issues.some((i) => i.severity === "error")).toBe(true);
    const { at, seen } = sightOf(tab, null, [output("b"), weight("a"), output("c"), output("b", "gradient")]);
    expect(seen).toEqual([true, true, false, false]);
    const document = at.kind === "document" ? (at.document as GraphDocument) : null;
    expect(document?.nodes.map((n) => n.id)).toEqual(["x", "a", "b"]);
    expect(checkDocument(document as GraphDocument).issues.filter((i) => i.severity === "error")).toEqual([]);
  });

  it("weights at hand are those of the nodes that are looked at, and the same ones make the same moment", () => {
    const document = parsed(parts);
    const weights = {
      tensors: new Map([
        ["a.weight", tensor("float32", [2, 3], [1, 2, 3, 4, 5, 6])],
        ["c.weight", tensor("float32", [1], [1])],
      ]),
      standardise: {},
      step: 1,
      epoch: 1,
    };
    const tab = { ...tabOf(document), weights };
    const { at } = sightOf(tab, null, [output("b")]);
    expect(at.kind === "document" && Object.keys(at.tensors ?? {})).toEqual(["a.weight"]);
    expect(sightOf({ ...tab }, null, [output("b")]).at).toBe(at);
  });

  it("shared parameters come with the node that owns them", () => {
    const document = parsed(parts);
    const shared = { ...document, nodes: document.nodes.map((n) => (n.id === "b" ? { ...n, share: "c" } : n)) };
    expect(upTo(shared, ["b"]).nodes.map((n) => n.id)).toEqual(["x", "a", "b", "c"]);
  });

  it("in a run under way its own document counts", () => {
    const document = parsed(parts);
    const run = { ...newRun("r", "t", upTo(document, ["a"]), 0), phase: "paused" as const };
    const sight = sightOf(tabOf(document), run, [output("a"), output("b")]);
    expect(sight).toEqual({ at: { kind: "run" }, seen: [true, false] });
  });
});

describe("pinned tensors", () => {
  const at = (step: number) => ({ step, tensor: tensor("float32", [1], [step]) });

  it("are kept for the time machine, coarser the longer the run, the first and the last always", () => {
    let all: readonly ReturnType<typeof at>[] = [];
    for (let step = 1; step <= 500; step++) all = withMoment(all, at(step)) as typeof all;
    expect(all.length).toBeLessThanOrEqual(60);
    expect(all[0]?.step).toBe(1);
    expect(all.at(-1)?.step).toBe(500);
    expect(withMoment(all, at(100)).every((m) => m.step <= 100)).toBe(true);
  });

  it("are found at the step that the time machine stands at", () => {
    const { add, tell } = training.getState();
    add({ ...newRun("p", null, parsed(parts), 0), phase: "running" });
    const pins = (step: number): SupervisorEvent => ({
      kind: "pins",
      step,
      pins: [
        { ref: { of: "output", node: "a", port: "out", what: "value", objective: null }, tensor: at(step).tensor },
      ],
    });
    for (const step of [10, 20, 30]) tell("p", [pins(step)]);
    const run = training.getState().runs.find((r) => r.key === "p");
    expect(run && [5, 10, 29, 99].map((s) => pinnedAt(run, output("a"), s)?.step ?? null)).toEqual([null, 10, 20, 30]);
    expect(run && pinnedNow(run, output("a"))?.step).toBe(30);
    expect(run && pinnedNow(run, output("b"))).toBeNull();
  });
});
