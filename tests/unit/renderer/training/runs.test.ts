import { describe, expect, it } from "vitest";
import { differences } from "../../../../renderer/training/dock/changes.ts";
import { findingsOf } from "../../../../renderer/training/dock/Diagnosis.tsx";
import { changedRates } from "../../../../renderer/training/dock/liveRate.ts";
import { logCopy, logText, severityOf } from "../../../../renderer/training/dock/logText.ts";
import { runName, timeText } from "../../../../renderer/training/dock/runNames.ts";
import type { LogLine } from "../../../../renderer/training/run.ts";
import { issue } from "../../../../src/core/issue.ts";
import { type DocumentInput, documentSchema, type GraphDocument } from "../../../../src/graph/document.ts";
import { uiText } from "../../../../src/i18n/ui.ts";
import { emptyRun, epochEvent, stepsEvent, told } from "./support.ts";

const base: DocumentInput = {
  format: "gradloom",
  version: 1,
  nodes: [
    { id: "x", layer: "input", params: { shape: [2] } },
    { id: "h", layer: "dense", params: { units: 8 } },
    { id: "a", layer: "relu" },
  ],
  edges: [
    { id: "1", from: { node: "x" }, to: { node: "h" } },
    { id: "2", from: { node: "h" }, to: { node: "a" } },
  ],
  objectives: [
    {
      id: "main",
      terms: [{ loss: { kind: "mse" }, prediction: { node: "a" }, target: { field: "y" } }],
      optimizer: { kind: "sgd", learningRate: 0.1 },
    },
  ],
};
const parsed = (d: DocumentInput): GraphDocument => documentSchema.parse(d);
const said = (d: DocumentInput) => differences(parsed(base), parsed(d)).map(({ what, from, to }) => [what, from, to]);
const [objective] = base.objectives ?? [];

describe("what was changed between two runs", () => {
  it("is nothing for equal documents, wherever their nodes stand", () => {
    expect(said(base)).toEqual([]);
    expect(said({ ...base, nodes: base.nodes?.map((n) => ({ ...n, position: { x: 5, y: 9 } })) })).toEqual([]);
  });

  it("names settings with both values", () => {
    const optimizer = { kind: "adam", learningRate: 0.01 } as const;
    expect(said({ ...base, training: { batch: 64, epochs: 3 }, seed: 4 })).toEqual([
      ["batch", "32", "64"],
      ["epochs", "10", "3"],
      ["seed", "0", "4"],
    ]);
    expect(said({ ...base, objectives: [{ ...objective, optimizer } as never] })).toEqual([
      ["rate", "0.1", "0.01"],
      ["optimizer", "sgd", "adam"],
    ]);
  });

  it("names parameters, layers, nodes and wires", () => {
    const nodes = base.nodes ?? [];
    const changed = nodes.map((n) => (n.id === "h" ? { ...n, params: { units: 16 } } : n));
    expect(said({ ...base, nodes: changed })).toEqual([["h.units", "8", "16"]]);
    const replaced = nodes.map((n) => (n.id === "a" ? { ...n, layer: "tanh" } : n));
    expect(said({ ...base, nodes: replaced })).toEqual([["a", "relu", "tanh"]]);
    expect(said({ ...base, nodes: [...nodes, { id: "b", layer: "relu" }] })).toEqual([["added", null, "b"]]);
    expect(said({ ...base, edges: base.edges?.slice(1) })).toEqual([["wires", null, null]]);
    const frozen = nodes.map((n) => (n.id === "h" ? { ...n, frozen: true } : n));
    expect(said({ ...base, nodes: frozen })).toEqual([["h", null, null]]);
  });

  it("finds rates that are edited while a run goes on", () => {
    const now = parsed({
      ...base,
      objectives: [{ ...objective, optimizer: { kind: "sgd", learningRate: 0.5 } } as never],
    });
    expect([...changedRates(parsed(base), now)]).toEqual([["main", 0.5]]);
    expect(changedRates(now, now).size).toBe(0);
  });
});

describe("the log", () => {
  const run = told(emptyRun({ steps: 20, stepsPerEpoch: 10 }), [
    stepsEvent(1, new Array(10).fill(0.5), { accuracy: 0.5 }),
    epochEvent(1, 10, 0.25, { accuracy: 0.75 }),
    { kind: "checkpoint", step: 10, path: "/x" },
    { kind: "issue", issue: issue("engine.not-finite", { objective: "main", step: 11, tensor: "loss" } as never) },
    { kind: "engine", state: "gave-up" },
  ]);
  const lines = (locale: "en" | "zh"): string[] => run.log.map((l) => logText(l, uiText[locale], locale));

  it("tells in words what happened, in both languages", () => {
    expect(lines("en")).toContain("10 parameters, 40 training samples, 20 steps, on CPU, 1 thread.");
    expect(lines("en")).toContain(
      "Epoch 1. training: loss 1.00, accuracy 75.0 %; validation: loss 0.250, accuracy 75.0 %",
    );
    expect(lines("en")).toContain("Saved at step 10.");
    expect(lines("zh")).toContain("第 1 轮。训练集：损失 1.00，准确率 75.0 %；验证集：损失 0.250，准确率 75.0 %");
  });

  it("knows what is grave, and can be copied whole", () => {
    expect(run.log.map(severityOf).slice(-2)).toEqual(["error", "error"]);
    const copy = logCopy(run.log, uiText.en, "en").split("\n");
    expect(copy).toHaveLength(run.log.length);
    expect(copy[0]).toMatch(/^\d\d:\d\d:\d\d\t0\t10 parameters/);
  });

  it("has a text for every kind of line", () => {
    const kinds: readonly LogLine["what"][] = [
      { kind: "phase", phase: "paused" },
      { kind: "resumed", step: 5 },
      { kind: "engine", state: "crashed" },
      { kind: "engine", state: "restarting" },
      { kind: "engine", state: "started" },
      { kind: "learning-rate", value: 0.002 },
    ];
    for (const locale of ["en", "zh"] as const) {
      for (const what of kinds)
        expect(logText({ time: 0, step: 1, what }, uiText[locale], locale).length).toBeGreaterThan(2);
    }
  });
});

describe("runs", () => {
  it("are called as the user says, else by their number, else by their time", () => {
    const numbered = (n: string): string => `Run ${n}`;
    const began = new Date(2026, 0, 1, 14, 3, 7).getTime();
    const run = { ...emptyRun({ steps: 1, stepsPerEpoch: 1 }), key: "a", began };
    const plan = run.plan && { ...run.plan, folder: "/runs/lenet-on-mnist-12" };
    expect(runName({ ...run, plan }, {}, numbered)).toBe("Run 12");
    expect(runName({ ...run, plan: null }, {}, numbered)).toBe("Run 14:03:07");
    expect(runName({ ...run, plan }, { a: "wide" }, numbered)).toBe("wide");
    expect(timeText(began)).toBe("14:03:07");
  });
});

describe("findings", () => {
  it("are those up to the step that is looked at", () => {
    const rising = Array.from({ length: 200 }, (_, i) => 0.1 * 1.1 ** i);
    const run = told(emptyRun({ steps: 400, stepsPerEpoch: 400 }), [
      stepsEvent(1, new Array(100).fill(0.1)),
      stepsEvent(101, rising),
    ]);
    expect(findingsOf(run, null).map((i) => i.code)).toContain("diagnose.diverging");
    expect(findingsOf(run, 50).map((i) => i.code)).not.toContain("diagnose.diverging");
    // Asked again, nothing is computed.
    expect(findingsOf(run, 50)).toBe(findingsOf(run, 50));
  });
});
