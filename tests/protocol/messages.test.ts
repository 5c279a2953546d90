import { describe, expect, it } from "vitest";
import { issue } from "../../src/core/issue.ts";
import { type CommandInput, protocolVersion, readCommand, readEvents } from "../../src/protocol/index.ts";
import { tensor } from "../../src/shape/dtype.ts";

const settings = { folder: "/r", baseFolder: "/" };

const output = { of: "output", node: "a", port: "out", what: "gradient" } as const;
const look: Pick<Extract<CommandInput, { kind: "difference" }>, "at" | "samples"> = {
  at: { kind: "run" },
  samples: { kind: "indices", split: "train", indices: [4] },
};

/** Every command in its shortest form. */
const commands: readonly CommandInput[] = [
  { kind: "hello", id: 1, protocol: protocolVersion },
  { kind: "ping", id: 2 },
  { kind: "start", id: 3, document: {}, settings },
  { kind: "pause", id: 4 },
  { kind: "resume", id: 5 },
  { kind: "step", id: 6 },
  { kind: "stop", id: 7 },
  { kind: "set-learning-rate", id: 8, value: 0.1 },
  { kind: "evaluate", id: 9 },
  { kind: "run-model", id: 10, model: { path: "a.onnx" }, inputs: [{ x: tensor("int64", [2], [1, 2]) }] },
  { kind: "shutdown", id: 11 },
  { kind: "watch", id: 12, statistics: true, pins: [{ ref: { of: "loss" }, most: 1 }] },
  { kind: "inspect", id: 13, at: { kind: "run" }, samples: { kind: "next" }, tensors: [output] },
  {
    kind: "inspect",
    id: 14,
    at: { kind: "document", document: {}, tensors: { "a.weight": tensor("float32", [1], [1]) } },
    samples: { kind: "inputs", inputs: { x: tensor("float32", [1], [1]) } },
    mode: "inference",
    tensors: [
      { of: "parameter", node: "a", parameter: "weight", what: "update" },
      { of: "target", field: "y" },
    ],
  },
  {
    kind: "linearize",
    id: 15,
    ...look,
    node: "a",
    row: { port: "out", index: 0 },
    column: { of: "parameter", parameter: "weight", index: 3 },
  },
  { kind: "difference", id: 16, ...look, node: "a", parameter: "weight", index: 0 },
  { kind: "profile", id: 17, at: { kind: "run" } },
  { kind: "landscape", id: 18, ...look, size: 3, range: 1, along: "gradient" },
  { kind: "cancel", id: 19 },
  { kind: "weights", id: 20, at: { kind: "run" } },
];
const runModel = commands[9] as Extract<CommandInput, { kind: "run-model" }>;
const score = { loss: Number.NaN, metrics: { accuracy: 0.5, r2: null } };
const provider = { asked: "auto", used: "cpu", reason: "cuda: none", operators: null };
const evaluation = { split: "test", samples: 3, ...score };
const best = { step: 1, epoch: 1, value: 0.5 };
const steps = {
  kind: "steps",
  step: 1,
  epoch: 1,
  loss: [0.5, Number.NaN],
  learningRate: [1, 1],
  metrics: {},
  samplesPerSecond: 1,
};

const ref = { ...output, objective: null };
const one = tensor("float32", [1], [1]);

/** Every event. */
const events: readonly { readonly kind: string }[] = [
  {
    kind: "ready",
    pid: 1,
    protocol: 1,
    versions: { node: "20" },
    providers: [{ name: "cpu", bundled: true }],
    threads: 2,
  } as object,
  { kind: "reply", id: 1, issues: [issue("run.no-checkpoint", {})], value: null },
  { kind: "reply", id: 1, issues: [], value: { kind: "evaluation", evaluation } },
  {
    kind: "reply",
    id: 1,
    issues: [],
    value: { kind: "outputs", outputs: [{ y: tensor("float32", [1], [1]) }], provider, seconds: 1 },
  },
  ...[
    { kind: "tensors", tensors: [one], step: 3, samples: { split: "train", indices: [1] } },
    { kind: "linear", row: { inputs: [one, null], parameters: { weight: one } }, column: { out: one } },
    {
      kind: "difference",
      analytic: 1,
      shown: 1.5,
      numeric: Number.NaN,
      loss: 2,
      double: true,
      steps: [{ h: 1, up: 2, down: 1, slope: 0.5 }],
    },
    {
      kind: "profile",
      nodes: [{ node: null, pass: "loss", microseconds: 1.5, operators: 2 }],
      total: 9,
      provider: { ...provider, operators: { cpu: 2 } },
    },
    { kind: "landscape", places: [-1, 0, 1], loss: new Float32Array(9) },
    { kind: "weights", tensors: { "a.weight": one }, standardise: { x: { mean: [0], std: [1] } }, step: 0, epoch: 0 },
  ].map((value) => ({ kind: "reply", id: 1, issues: [], value })),
  {
    kind: "layout",
    rows: [
      { place: { of: "output", node: "a", port: "out" }, what: "gradient", elements: 4 },
      { place: { of: "parameter", node: "a", parameter: "weight" }, what: "update", elements: 4 },
    ],
  },
  { kind: "statistics", step: 1, epoch: 0, values: new Float32Array(16), loss: Number.NaN, failing: true },
  {
    kind: "pins",
    step: 1,
    pins: [
      { ref, tensor: one },
      { ref, tensor: null },
    ],
  },
  { kind: "state", state: "running", step: 1, epoch: 0 },
  {
    kind: "plan",
    name: "a",
    folder: "/r",
    seed: 0,
    steps: 1,
    epochs: 1,
    stepsPerEpoch: 1,
    batch: 1,
    accumulate: 1,
    parameters: 1,
    samples: { train: 1, validation: 0, test: 0 },
    provider,
    threads: 1,
  },
  { kind: "resumed", step: 1, epoch: 0 },
  steps,
  { ...steps, others: { b: [1, 2] } },
  { kind: "epoch", epoch: 1, step: 1, train: score, validation: null, learningRate: 0.1, seconds: 1, best: true },
  {
    kind: "epoch",
    epoch: 1,
    step: 1,
    train: score,
    validation: {
      ...score,
      confusion: [
        [1, 0],
        [0, 1],
      ],
    },
    learningRate: 0,
    seconds: 1,
    best: false,
  },
  { kind: "checkpoint", step: 1, path: "/r/c" },
  { kind: "issue", issue: issue("engine.gave-up", { restarts: 3 }) },
  { kind: "done", reason: "finished", test: evaluation, steps: 1, epochs: 1, seconds: 1, provider, best, folder: "/r" },
  { kind: "heartbeat", callMilliseconds: 1 },
] as { kind: string }[];

describe("commands", () => {
  it.each(commands)("reads $kind, and refuses an unknown key and a missing number", (command) => {
    expect(readCommand(command)).toMatchObject({ ok: true, value: command });
    for (const bad of [
      { ...command, surprise: 1 },
      { ...command, id: undefined },
      { ...command, id: -1 },
    ]) {
      expect(readCommand(bad)).toMatchObject({ ok: false, issues: [{ code: "engine.protocol" }] });
    }
  });

  it("fills in defaults", () => {
    expect(readCommand(commands[2])).toMatchObject({
      value: {
        settings: { provider: "auto", threads: null, resume: "never", checkpointSeconds: 5, callSteps: null },
        overrides: {},
      },
    });
  });

  it("refuses what is no command", () => {
    for (const bad of [null, undefined, 1, "stop", [], {}, { kind: "no-such", id: 1 }, { kind: ["stop"], id: 1 }]) {
      expect(readCommand(bad)).toMatchObject({ ok: false, issues: [{ code: "engine.protocol" }] });
    }
  });

  it("refuses another version of the protocol", () => {
    expect(readCommand({ kind: "hello", id: 1, protocol: protocolVersion + 1 }).ok).toBe(false);
  });

  it.each([
    ["type", { dtype: "float16", dims: [1], data: new Uint16Array(1) }],
    ["array of another type", { dtype: "float32", dims: [1], data: new Float64Array(1) }],
    ["length", { dtype: "float32", dims: [2], data: new Float32Array(1) }],
    ["dimension", { dtype: "float32", dims: [-1], data: new Float32Array(1) }],
    ["fraction", { dtype: "float32", dims: [1.5], data: new Float32Array(1) }],
    ["list for data", { dtype: "float32", dims: [1], data: [1] }],
    ["nothing", null],
  ])("refuses a tensor with a wrong %s", (_what, x) => {
    expect(readCommand({ ...runModel, inputs: [{ x }] }).ok).toBe(false);
  });

  it("refuses settings out of range", () => {
    const start = commands[2] as Extract<CommandInput, { kind: "start" }>;
    for (const bad of [
      { threads: 0 },
      { provider: "tpu" },
      { folder: "" },
      { checkpointSeconds: Number.NaN },
      { resume: true },
    ]) {
      expect(readCommand({ ...start, settings: { ...settings, ...bad } }).ok).toBe(false);
    }
    for (const bad of [{ epochs: 0 }, { seed: -1 }, { learningRate: Number.POSITIVE_INFINITY }, { batch: 1.5 }]) {
      expect(readCommand({ ...start, overrides: bad }).ok).toBe(false);
    }
  });
});

describe("events", () => {
  it.each(events)("reads $kind as it was sent, and refuses an unknown key", (event) => {
    // What crosses the border is a structured clone.
    expect(readEvents(structuredClone([event]))).toEqual({ ok: true, value: [event] });
    expect(readEvents([{ ...event, surprise: 1 }])).toMatchObject({ ok: false, issues: [{ code: "engine.protocol" }] });
  });

  it("refuses what is no message", () => {
    const bad = [
      null,
      {},
      [null],
      [1],
      [{}],
      [{ kind: "bang" }],
      [{ ...steps, loss: ["1"] }],
      [{ kind: "issue", issue: {} }],
    ];
    for (const message of bad) expect(readEvents(message).ok).toBe(false);
  });
});
