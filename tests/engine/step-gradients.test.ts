import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chainThrough } from "../../renderer/step/chain.ts";
import { judge } from "../../renderer/step/check.ts";
import { type NodeLook, planNode } from "../../renderer/step/nodeLook.ts";
import { parameterNames, picksOf } from "../../renderer/step/picks.ts";
import { checkDocument } from "../../src/compile/check.ts";
import type { Json } from "../../src/core/issue.ts";
import { rng } from "../../src/core/rng.ts";
import { elementOf } from "../../src/explain/place.ts";
import { sharesFrom, sharesOf } from "../../src/explain/shares.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import { readDocument } from "../../src/graph/read.ts";
import type { CommandInput } from "../../src/protocol/index.ts";
import { TestEngine } from "../support/engine.ts";
import { readTemplate } from "../support/template.ts";

type Inspect = Extract<CommandInput, { kind: "inspect" }>;

/** Layers whose gradient is shown and checked, drawn from all that have parameters. */
const layersDrawn = 10;

const lenet = readTemplate("lenet");
type Nodes = readonly (readonly [id: string, layer: string, params?: { readonly [name: string]: Json }])[];

/** Another network on the pictures of LeNet, of layers that no template has. */
function onMnist(
  name: string,
  nodes: Nodes,
  wires: readonly (readonly [from: string, to: string, port?: string])[],
): GraphDocument {
  const result = readDocument({
    ...lenet,
    name,
    nodes: [
      ...lenet.nodes.filter((n) => n.layer === "input"),
      ...nodes.map(([id, layer, params = {}], i) => ({ id, layer, params, position: { x: 200 * i, y: 100 } })),
    ],
    edges: wires.map(([from, to, port = "in"], i) => {
      const index = wires.slice(0, i).filter((w) => w[1] === to && (w[2] ?? "in") === port).length;
      return { id: `e${i}`, from: { node: from }, to: { node: to, port, index } };
    }),
    notes: [],
    training: { ...lenet.training, batch: 16 },
  });
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.value;
}

const convolutional = (bias: boolean): GraphDocument =>
  onMnist(
    "normalised",
    [
      ["conv1", "conv2d", { filters: 6, kernel: 3, stride: 2, bias }],
      ["batch", "batch-norm"],
      ["gelu", "gelu"],
      ["up", "conv-transpose2d", { filters: 4, kernel: 2, stride: 2 }],
      ["group", "group-norm", { groups: 2 }],
      ["prelu", "prelu", { slopes: "per-channel" }],
      ["pool", "average-pool2d", { kernel: 4 }],
      ["conv2", "conv2d", { filters: 8, kernel: 3 }],
      ["tanh", "tanh"],
      ["flat", "flatten"],
      ["digits", "dense", { units: 10 }],
    ],
    [
      ["image", "conv1"],
      ["conv1", "batch"],
      ["batch", "gelu"],
      ["gelu", "up"],
      ["up", "group"],
      ["group", "prelu"],
      ["prelu", "pool"],
      ["pool", "conv2"],
      ["conv2", "tanh"],
      ["tanh", "flat"],
      ["flat", "digits"],
    ],
  );

const attention = onMnist(
  "attention",
  [
    ["rows", "reshape", { target: [28, 28] }],
    ["places", "positional-encoding", { kind: "learned", maxLength: 28 }],
    ["query", "dense", { units: 12 }],
    ["key", "dense", { units: 12, bias: false }],
    ["value", "dense", { units: 28 }],
    ["scores", "matmul", { transposeB: true }],
    ["scaled", "scale", { factor: 0.2887 }],
    ["weights", "softmax"],
    ["mix", "matmul"],
    ["residual", "add"],
    ["layer", "layer-norm"],
    ["rms", "rms-norm"],
    ["mean", "reduce-mean", { axes: [1] }],
    ["digits", "dense", { units: 10 }],
  ],
  [
    ["image", "rows"],
    ["rows", "places"],
    ["places", "query"],
    ["places", "key"],
    ["places", "value"],
    ["query", "scores", "a"],
    ["key", "scores", "b"],
    ["scores", "scaled"],
    ["scaled", "weights"],
    ["weights", "mix", "a"],
    ["value", "mix", "b"],
    ["mix", "residual"],
    ["places", "residual"],
    ["residual", "layer"],
    ["layer", "rms"],
    ["rms", "mean"],
    ["mean", "digits"],
  ],
);

const documents = [
  ...["perceptron", "mlp-xor", "iris-softmax", "resnet-small"].map(readTemplate),
  lenet,
  convolutional(false),
  attention,
];
const all = documents.flatMap((document) =>
  [...checkDocument(document).graph.nodes.values()].flatMap((n) =>
    n.parameters.some((p) => p.kind === "parameter") ? [{ document, node: n.node.id }] : [],
  ),
);
const random = rng(2024, "layers of step-through");
const drawn = Array.from({ length: layersDrawn }, () => all.splice(random.below(all.length), 1)[0]).flatMap((one) =>
  one ? [{ ...one, name: `${one.document.name}: ${one.node}` }] : [],
);

let engine: TestEngine;
beforeAll(() => {
  engine = new TestEngine();
});
afterAll(() => engine.close());

/** What step-through shows of a node for the whole frozen batch. */
async function shown(document: GraphDocument, node: string): Promise<NodeLook> {
  const { graph } = checkDocument(document);
  const chain = chainThrough(graph, document, node, { next: {}, before: {} });
  const plan = planNode(graph, document, chain, node);
  if (!plan) throw new Error(`${node} cannot be looked at`);
  const at: Inspect["at"] = { kind: "document", document };
  const { value, issues } = await engine.send({
    kind: "inspect",
    at,
    samples: { kind: "next" },
    tensors: [...plan.refs],
  });
  if (value?.kind !== "tensors") throw new Error(issues.map((i) => i.code).join());
  return plan.make(value.tensors) as NodeLook;
}

/** Parameters whose gradient single precision puts on the other side of a corner. */
const sides: string[] = [];

describe("gradients that step-through shows", () => {
  it("are of ten layers", () => expect(drawn).toHaveLength(layersDrawn));

  it.each(drawn)("$name: equals the differences of the loss, and the sum of its shares", async ({ document, node }) => {
    const look = await shown(document, node);
    const at: Inspect["at"] = { kind: "document", document };
    for (const parameter of parameterNames(look)) {
      const own = look.parameters[parameter];
      if (!own) continue;
      const by = picksOf(look, 0, parameter, {}).parameter;
      if (!by) throw new Error(`nothing to look at in ${parameter}`);
      const gradient = elementOf(own.gradient, by.index);
      const common = { at, samples: { kind: "next" }, node } as const;
      const { value: difference } = await engine.send({ kind: "difference", ...common, parameter, index: by.index });
      if (difference?.kind !== "difference") throw new Error("no differences");
      // The gradient of training, from two models: they may add up in another order.
      expect(difference.shown, parameter).toBeCloseTo(gradient, 6);
      // A thousandth, as is promised; in double precision, as nearly everything here is, far less is left.
      const checked = judge(difference);
      expect(checked.error, `${parameter} ${by.index}: ${checked.analytic} and ${checked.numeric}`).toBeLessThan(
        difference.double ? 1e-4 : 1e-3,
      );
      expect(["agrees", "side"]).toContain(checked.verdict);
      // What single precision makes of a unit at its corner moves a gradient by a little of the parameter's largest.
      const most = Math.max(...Array.from(own.gradient.data as Float32Array, Math.abs));
      expect(Math.abs(gradient - checked.numeric), parameter).toBeLessThanOrEqual(1e-3 * most);
      if (checked.verdict === "side") sides.push(`${node}.${parameter}`);
      let shares = sharesOf(look.form, look.numbers, look.outputs, by);
      if (!shares) {
        const column = { of: "parameter", parameter, index: by.index } as const;
        const { value: linear } = await engine.send({ kind: "linearize", ...common, column });
        if (linear?.kind !== "linear") throw new Error("no column");
        shares = sharesFrom(
          look.checked.outputPorts.map((p) => linear.column?.[p.name] ?? null),
          look.outputs,
        );
      }
      const total = shares.reduce((sum, s) => sum + s.value, 0);
      // The engine adds up to 5 10^4 float32 products in another order: some times 6e-8 of all they amount to.
      const amount = shares.reduce((sum, s) => sum + Math.abs(s.value), 0);
      expect(Math.abs(total - gradient), parameter).toBeLessThanOrEqual(1e-6 * amount);
    }
  });

  it("equal their differences in single precision too, but for few at a corner", () =>
    expect(sides.length, sides.join()).toBeLessThanOrEqual(2));

  it("says so where the loss does not depend on a weight: a bias in front of a batch normalisation", async () => {
    const at: Inspect["at"] = { kind: "document", document: convolutional(true) };
    const weight = { node: "conv1", parameter: "bias", index: 3 };
    const { value } = await engine.send({ kind: "difference", at, samples: { kind: "next" }, ...weight });
    if (value?.kind !== "difference") throw new Error("no differences");
    expect(judge(value).verdict).toBe("flat");
  });
});
