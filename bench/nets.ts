import type { Json } from "../src/core/issue.ts";
import { type DocumentInput, documentSchema, type GraphDocument } from "../src/graph/document.ts";
import type { OptimizerSpec } from "../src/graph/objective.ts";
import { lenet } from "./handwritten/lenet.ts";
import { mlpAdam, mlpSgd } from "./handwritten/mlp.ts";
import { residual } from "./handwritten/residual.ts";
import type { HandwrittenStep } from "./handwritten/step.ts";

/** A network that is timed: as a document, as a step written by hand, and in `pytorch/steps.py` under the same id. */
export interface BenchNet {
  readonly id: string;
  readonly title: string;
  readonly document: GraphDocument;
  readonly handwritten: HandwrittenStep;
  /** The template of the app that is watched while it trains, in place of the document. */
  readonly template?: string;
  readonly learningRate: number;
  /** Steps from the same start after which both are compared, and by how much a weight may then differ. */
  readonly check: { readonly steps: number; readonly tolerance: number };
}

type NodeInput = NonNullable<DocumentInput["nodes"]>[number];
type Params = { readonly [name: string]: Json };

const node = (id: string, layer: string, params: Params = {}): NodeInput => ({ id, layer, params: { ...params } });

/** Edges between node ids: [from, to] each; several edges into one node fill its port in this order. */
function edges(pairs: readonly (readonly [string, string])[]): NonNullable<DocumentInput["edges"]> {
  const seen = new Map<string, number>();
  return pairs.map(([from, to], i) => {
    const index = seen.get(to) ?? 0;
    seen.set(to, index + 1);
    return { id: `e${i}`, from: { node: from }, to: { node: to, index } };
  });
}

const chain = (ids: readonly string[]): [string, string][] =>
  ids.slice(1).map((id, i) => [ids[i] as string, id] as [string, string]);

interface Recipe {
  readonly name: string;
  readonly nodes: readonly NodeInput[];
  readonly edges: readonly (readonly [string, string])[];
  readonly batch: number;
  readonly optimizer: Extract<OptimizerSpec["kind"], "sgd" | "adam">;
  /** Shape of a picture as the input node has it. */
  readonly reshape?: readonly number[];
}

/** A document that classifies MNIST digits at its node `logits`. */
function classifier({ name, nodes, edges: pairs, batch, optimizer, reshape }: Recipe): GraphDocument {
  const prediction = { node: "logits" };
  return documentSchema.parse({
    format: "gradloom",
    version: 1,
    name,
    seed: 1,
    nodes: [...nodes],
    edges: edges(pairs),
    data: {
      source: { kind: "builtin", name: "mnist" },
      fields: reshape ? { image: { reshape: [...reshape] } } : {},
      inputs: { input: "image" },
    },
    objectives: [
      {
        id: "train",
        terms: [{ loss: { kind: "cross-entropy" }, prediction, target: { field: "label" } }],
        optimizer: { kind: optimizer },
      },
    ],
    training: { batch },
  } satisfies DocumentInput);
}

const mlp = (optimizer: Recipe["optimizer"]): GraphDocument =>
  classifier({
    name: `MLP ${optimizer}`,
    nodes: [
      node("input", "input", { shape: [784] }),
      node("hidden", "dense", { units: 128 }),
      node("relu", "relu"),
      node("logits", "dense", { units: 10 }),
    ],
    edges: chain(["input", "hidden", "relu", "logits"]),
    batch: 64,
    optimizer,
    reshape: [784],
  });

const lenetNodes = [
  node("input", "input", { shape: [1, 28, 28] }),
  node("conv1", "conv2d", { filters: 6, kernel: 5 }),
  node("relu1", "relu"),
  node("pool1", "max-pool2d"),
  node("conv2", "conv2d", { filters: 16, kernel: 5 }),
  node("relu2", "relu"),
  node("pool2", "max-pool2d"),
  node("flatten", "flatten"),
  node("dense3", "dense", { units: 120 }),
  node("relu3", "relu"),
  node("dense4", "dense", { units: 84 }),
  node("relu4", "relu"),
  node("logits", "dense", { units: 10 }),
];

const normedConv = (name: string, filters: number, kernel: number, stride: number): NodeInput[] => {
  const pads = (kernel - 1) / 2;
  return [
    node(name, "conv2d", { filters, kernel, stride, padding: "explicit", pads, bias: false }),
    node(`${name}-norm`, "batch-norm"),
  ];
};

const residualDocument = classifier({
  name: "Residual",
  nodes: [
    node("input", "input", { shape: [1, 28, 28] }),
    ...normedConv("stem", 16, 3, 1),
    node("relu-stem", "relu"),
    ...normedConv("a1", 16, 3, 1),
    node("relu-a", "relu"),
    ...normedConv("a2", 16, 3, 1),
    node("sum-a", "add"),
    node("relu-sum-a", "relu"),
    ...normedConv("b1", 32, 3, 2),
    node("relu-b", "relu"),
    ...normedConv("b2", 32, 3, 1),
    ...normedConv("skip", 32, 1, 2),
    node("sum-b", "add"),
    node("relu-sum-b", "relu"),
    node("average", "global-average-pool"),
    node("flatten", "flatten"),
    node("logits", "dense", { units: 10 }),
  ],
  edges: [
    ...chain(["input", "stem", "stem-norm", "relu-stem", "a1", "a1-norm", "relu-a", "a2", "a2-norm", "sum-a"]),
    ["relu-stem", "sum-a"],
    ...chain(["sum-a", "relu-sum-a", "b1", "b1-norm", "relu-b", "b2", "b2-norm", "sum-b"]),
    ...chain(["relu-sum-a", "skip", "skip-norm", "sum-b"]),
    ...chain(["sum-b", "relu-sum-b", "average", "flatten", "logits"]),
  ],
  batch: 32,
  optimizer: "sgd",
});

/*
 * Tolerances are parts of the largest element of a tensor. float32 keeps 1.2e-7 of a number; sums over hundreds of
 * terms in another order differ by some 1e-6. Shifts of a batch normalisation start at 0 and are moved by sums over
 * 25,088 gradients that nearly cancel: four of the seven digits are lost.
 * Adam's first steps divide a gradient by its own size, so that an element whose gradient is nearly 0 (and so all
 * rounding error) moves by up to the learning rate: 1e-3 per step against weights of some 1e-1.
 */
export const benchNets: readonly BenchNet[] = [
  {
    id: "mlp-sgd",
    title: "MLP 784-128-10, SGD, batch 64",
    document: mlp("sgd"),
    handwritten: mlpSgd,
    learningRate: 0.1,
    check: { steps: 5, tolerance: 1e-5 },
  },
  {
    id: "mlp-adam",
    title: "MLP 784-128-10, Adam, batch 64",
    document: mlp("adam"),
    handwritten: mlpAdam,
    learningRate: 0.001,
    check: { steps: 5, tolerance: 1e-3 },
  },
  {
    id: "lenet",
    title: "LeNet, SGD, batch 64",
    document: classifier({
      name: "LeNet",
      nodes: lenetNodes,
      edges: chain(lenetNodes.map((n) => n.id)),
      batch: 64,
      optimizer: "sgd",
    }),
    handwritten: lenet,
    template: "lenet",
    learningRate: 0.01,
    check: { steps: 5, tolerance: 1e-5 },
  },
  {
    id: "residual",
    title: "Residual net with batch norm, SGD, batch 32",
    document: residualDocument,
    handwritten: residual,
    template: "resnet-small",
    learningRate: 0.01,
    check: { steps: 5, tolerance: 3e-3 },
  },
];
