import { expect, it } from "vitest";
import { compileNetwork, initialTensors } from "../../src/compile/index.ts";
import { openData } from "../../src/engine/prepare.ts";
import { readDocument } from "../../src/graph/read.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import { runGraph } from "../support/run.ts";

/** One dense layer on a data set with the given scaling of its only field. */
async function open(source: object, field: string, shape: readonly number[], normalise: unknown) {
  const flat = shape.length > 1 ? [{ id: "flat", layer: "flatten" }] : [];
  const chain = ["x", ...flat.map((n) => n.id), "y"];
  const read = readDocument({
    format: "gradloom",
    version: 1,
    nodes: [{ id: "x", layer: "input", params: { shape } }, ...flat, { id: "y", layer: "dense", params: { units: 3 } }],
    edges: chain.slice(1).map((to, i) => ({ id: `e${i}`, from: { node: chain[i] }, to: { node: to } })),
    data: { source, inputs: { x: field }, fields: { [field]: { normalise } } },
  });
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  const data = await openData(read.value, ".");
  if (!data.ok) throw new Error(JSON.stringify(data.issues));
  return data.value;
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Predictions for the first samples, as they are, of the exported network; and as scaled, of the bare network. */
async function both({ network, dataset }: Opened, raw: Opened, field: string, shape: readonly number[]) {
  const values = initialTensors(network);
  const batch = (from: Opened): Tensor => {
    const size = shape.reduce((a, b) => a * b, 1);
    const out = new Float32Array(4 * size);
    from.dataset.splits.train.gather(field, [0, 1, 2, 3], out, 0);
    return { dtype: "float32", dims: [4, ...shape], data: out };
  };
  const predict = async (standardise: Opened["dataset"]["standardise"], x: Tensor) => {
    const model = compileNetwork(network, { kind: "inference", values, standardise });
    if (!model.ok) throw new Error(JSON.stringify(model.issues));
    const [out] = (await runGraph(model.value.graph, { x })) as [Tensor<"float32">];
    return [...out.data];
  };
  return {
    exported: await predict(dataset.standardise, batch(raw)),
    bare: await predict({}, batch({ network, dataset })),
  };
}

it.each([
  ["tables, from the training part", { kind: "builtin", name: "iris" }, "features", [4], "standard", "none"],
  [
    "tables, given",
    { kind: "builtin", name: "iris" },
    "features",
    [4],
    { mean: [5, 3, 4, 1], std: [1, 2, 3, 4] },
    "none",
  ],
  ["pictures, from the training part", { kind: "builtin", name: "mnist" }, "image", [1, 28, 28], "standard", "unit"],
  ["pictures, given", { kind: "builtin", name: "mnist" }, "image", [1, 28, 28], { mean: 0.1307, std: 0.3081 }, "unit"],
  ["pictures in 0..1 as they are", { kind: "builtin", name: "mnist" }, "image", [1, 28, 28], "unit", "unit"],
])("an exported network takes data as they are: %s", async (_, source, field, shape, normalise, plain) => {
  const scaled = await open(source, field, shape, normalise);
  const raw = await open(source, field, shape, plain);
  const { exported, bare } = await both(scaled, raw, field, shape);
  // The same arithmetic in double and in single precision: sums of up to 784 products differ in the last digits.
  exported.forEach((v, i) => {
    expect(v).toBeCloseTo(bare[i] as number, 4);
  });
});
