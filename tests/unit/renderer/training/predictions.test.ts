import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { matrixOf, strengths } from "../../../../renderer/training/dock/confusion/matrix.ts";
import { chosenSamples } from "../../../../renderer/training/dock/predictions/choice.ts";
import {
  confusionOf,
  type Decisions,
  decisionsOf,
  joined,
  pairsOf,
} from "../../../../renderer/training/dock/predictions/results.ts";
import { lookOf } from "../../../../renderer/training/dock/predictions/SamplePicture.tsx";
import { commonRange, meanError } from "../../../../renderer/training/dock/predictions/Scatter.tsx";
import { splitsOf } from "../../../../renderer/training/dock/predictions/sight.ts";
import { type Task, taskOf } from "../../../../renderer/training/dock/predictions/task.ts";
import { type DocumentInput, documentSchema, type GraphDocument } from "../../../../src/graph/document.ts";
import { parseDocument } from "../../../../src/graph/read.ts";
import { tensor } from "../../../../src/shape/dtype.ts";
import { metricValue } from "../../../../src/train/metrics.ts";
import { emptyRun, epochEvent, told } from "./support.ts";

function template(name: string): GraphDocument {
  const read = parseDocument(
    readFileSync(path.resolve(import.meta.dirname, `../../../../graph-templates/${name}.json`), "utf8"),
  );
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return read.value;
}

/** x [2] -> dense, with a loss. */
const small = (units: number, loss: object, more: object = {}): GraphDocument =>
  documentSchema.parse({
    format: "gradloom",
    version: 1,
    nodes: [
      { id: "x", layer: "input", params: { shape: [2] } },
      { id: "y", layer: "dense", params: { units } },
    ],
    edges: [{ id: "e", from: { node: "x" }, to: { node: "y" } }],
    data: { source: { kind: "generator", name: "moons" }, inputs: { x: "x" } },
    objectives: [
      {
        id: "main",
        terms: [{ loss, prediction: { node: "y" }, target: { field: "target" } }],
        optimizer: { kind: "sgd" },
        ...more,
      },
    ],
  } as DocumentInput);

const softmax = (size: number): Task => ({ ...(taskOf(template("iris-softmax")) as Task), size });

describe("how predictions read", () => {
  it("of the templates: classes with their names, and decisions of one score", () => {
    expect(taskOf(template("iris-softmax"))).toMatchObject({
      kind: "classes",
      confidence: "softmax",
      size: 3,
      classes: ["setosa", "versicolor", "virginica"],
      prediction: { of: "output", node: "scores", port: "out", what: "value" },
      target: { of: "target", field: "label" },
      inputDims: [4],
    });
    expect(taskOf(template("lenet"))).toMatchObject({ kind: "classes", size: 10, inputDims: [1, 28, 28] });
    expect(taskOf(template("mlp-xor"))).toMatchObject({ kind: "binary", confidence: "sigmoid", threshold: 0, size: 2 });
  });

  it("of values, and of values that are measured as decisions", () => {
    expect(taskOf(small(1, { kind: "mse" }))).toMatchObject({ kind: "values", confidence: null, size: 1 });
    const measured = {
      metric: { kind: "accuracy", threshold: 0.5 },
      prediction: { node: "y" },
      target: { field: "target" },
    };
    const decided = taskOf(small(1, { kind: "mse" }, { metrics: [measured] }));
    expect(decided).toMatchObject({ kind: "binary", threshold: 0.5, confidence: null });
  });

  it("are none where a sample has no one answer", () => {
    expect(taskOf(small(3, { kind: "cosine" }))).toBeNull();
    expect(taskOf(documentSchema.parse({ format: "gradloom", version: 1 }))).toBeNull();
  });
});

describe("decisions", () => {
  it("take the greatest score; confidence is the softmax of it, however large the scores", () => {
    const scores = tensor("float32", [2, 3], new Float32Array([0, 1, 0, 1000, 0, 0]));
    const { predicted, truth, confidence } = decisionsOf(softmax(3), scores, tensor("int64", [2], [1, 2]));
    expect(predicted).toEqual([1, 0]);
    expect(truth).toEqual([1, 2]);
    expect(confidence[0]).toBeCloseTo(Math.E / (Math.E + 2), 6);
    expect(confidence[1]).toBe(1);
  });

  it("read targets that are one-hot", () => {
    const scores = tensor("float32", [2, 2], new Float32Array([1, 0, 1, 0]));
    const oneHot = tensor("float32", [2, 2], new Float32Array([1, 0, 0, 1]));
    expect(decisionsOf(softmax(2), scores, oneHot).truth).toEqual([0, 1]);
  });

  it("of one score are above the threshold, and as sure as the sigmoid says", () => {
    const task = taskOf(template("mlp-xor")) as Task;
    const { predicted, truth, confidence } = decisionsOf(
      task,
      tensor("float32", [3, 1], new Float32Array([2, -2, 0])),
      tensor("float32", [3, 1], new Float32Array([1, 1, 0])),
    );
    expect(predicted).toEqual([1, 0, 0]);
    expect(truth).toEqual([1, 1, 0]);
    expect(confidence[0]).toBeCloseTo(confidence[1] as number, 6);
    expect(confidence[2]).toBe(0.5);
  });

  it("are counted as the engine counts them: the matrix has the metric's accuracy", () => {
    const decisions: Decisions = { truth: [0, 0, 1, 1, 2, 2, 2], predicted: [0, 1, 1, 1, 2, 0, 2], confidence: [] };
    const matrix = confusionOf(decisions, 3);
    expect(matrix).toEqual([
      [1, 1, 0],
      [0, 2, 0],
      [1, 0, 2],
    ]);
    expect(metricValue({ kind: "confusion-matrix", threshold: 0 }, { matrix: matrix.flat() })).toBeCloseTo(5 / 7, 12);
    expect(joined([decisions, decisions]).truth).toHaveLength(14);
  });
});

describe("chosen samples", () => {
  const decisions: Decisions = {
    truth: [0, 1, 2, 1, 0],
    predicted: [0, 2, 2, 0, 1],
    confidence: [0.9, 0.4, 0.8, 0.7, Number.NaN],
  };
  it("are the first, or some at random, the same for the same draw", () => {
    expect(chosenSamples({ kind: "first" }, 3, 24, null)).toEqual([0, 1, 2]);
    const draw = chosenSamples({ kind: "random", draw: 1 }, 1000, 24, null);
    expect(new Set(draw).size).toBe(24);
    expect(draw).toEqual(chosenSamples({ kind: "random", draw: 1 }, 1000, 24, null));
    expect(draw).not.toEqual(chosenSamples({ kind: "random", draw: 2 }, 1000, 24, null));
  });

  it("are wrong ones, the surest first, or those of a class or of a cell", () => {
    expect(chosenSamples({ kind: "wrong" }, 5, 24, decisions)).toEqual([3, 1, 4]);
    expect(chosenSamples({ kind: "class", of: 1 }, 5, 24, decisions)).toEqual([1, 3]);
    expect(chosenSamples({ kind: "cell", truth: 1, predicted: 0 }, 5, 24, decisions)).toEqual([3]);
    expect(chosenSamples({ kind: "wrong" }, 5, 2, decisions)).toEqual([3, 1]);
    expect(chosenSamples({ kind: "wrong" }, 5, 24, null)).toEqual([]);
  });
});

describe("the confusion matrix that is shown", () => {
  const kept = {
    ...epochEvent(1, 10, 0.5),
    validation: {
      loss: 1,
      metrics: {},
      confusion: [
        [3, 1],
        [0, 4],
      ],
    },
  };
  const run = told(emptyRun({ steps: 20, stepsPerEpoch: 10 }), [kept, epochEvent(2, 10, 0.4)]);
  const sweep = { decisions: { truth: [0, 1], predicted: [0, 0], confidence: [1, 1] } };

  it("is that of now where predictions are known", () => {
    expect(matrixOf(run, null, sweep, 2)).toEqual({
      counts: [
        [1, 0],
        [1, 0],
      ],
      from: null,
    });
  });

  it("at an earlier step is the one that its epoch kept, and none where none was", () => {
    expect(matrixOf(run, 12, sweep, 2)).toEqual({
      counts: [
        [3, 1],
        [0, 4],
      ],
      from: { epoch: 1, split: "validation" },
    });
    expect(matrixOf(run, 20, sweep, 2)).toBeNull();
    expect(matrixOf(run, 5, sweep, 2)).toBeNull();
  });

  it("paints a single error so that it is seen", () => {
    const [row] = strengths([
      [99, 1],
      [0, 0],
    ]);
    expect(row?.[1]).toBeCloseTo(0.1, 12);
    expect(strengths([[0, 0]])[0]).toEqual([0, 0]);
  });
});

describe("numbers and pictures", () => {
  it("pairs predicted with true numbers on one range", () => {
    const pairs = pairsOf(
      tensor("float32", [3, 1], new Float32Array([1, 2, 90])),
      tensor("float32", [3, 1], new Float32Array([1, 3, 2])),
    );
    expect(pairs).toEqual({ truth: [1, 3, 2], predicted: [1, 2, 90] });
    expect(meanError(pairs)).toBeCloseTo(89 / 3, 6);
    const { from, to } = commonRange(pairs);
    // What is far off lies at the edge and does not shrink the rest.
    expect(from).toBeLessThanOrEqual(1);
    expect(to).toBeLessThan(6);
  });

  it("picture a sample by its sizes", () => {
    expect(lookOf([1, 28, 28], "float32")).toBe("picture");
    expect(lookOf([3, 32, 32], "float32")).toBe("picture");
    expect(lookOf([2], "float32")).toBe("point");
    expect(lookOf([4], "float32")).toBe("bars");
    expect(lookOf([784], "float32")).toBe("picture");
    expect(lookOf([16], "int64")).toBe("tokens");
    expect(lookOf([], undefined)).toBe("none");
  });

  it("take the parts of the data that there are, validation first", () => {
    expect(splitsOf(emptyRun({ steps: 1, stepsPerEpoch: 1 }))).toEqual(["validation", "train"]);
    expect(splitsOf({ plan: null })).toEqual([]);
  });
});
