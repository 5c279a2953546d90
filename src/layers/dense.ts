import { fail, map } from "../core/result.ts";
import { bool, initializer, int } from "../graph/params.ts";
import { dimText, product, symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { first, inputOfRankAtLeast, knownSize } from "./shared/check.ts";

/**
 * Fully connected layer on the last axis: y = x W^T + b.
 * x: float [N, in] or [N, T, in]; weight [units, in]; bias [units]; y: [N, units] or [N, T, units]. ONNX: Gemm.
 */
export const layer = defineLayer({
  id: "dense",
  version: 1,
  category: "linear",
  icon: "network",
  params: {
    units: int(128, { min: 1 }),
    bias: bool(true),
    weightInit: initializer({ kind: "fan-in-uniform" }),
    biasInit: initializer({ kind: "fan-in-uniform" }, { when: { param: "bias", is: [true] } }),
  },
  infer(c) {
    const x = inputOfRankAtLeast(c, 2);
    if (!x.ok) return x;
    const { dtype, shape } = x.value;
    if (shape.length > 3) {
      // Rows of an image through one dense layer are never what is meant: the missing Flatten is.
      const flatten = { fix: c.insert(0, "flatten") };
      const sample = shape.slice(1);
      const values = dimText(product(sample));
      return fail(c.issue("shape.flat", { found: sample.map(dimText).join("×"), values }, flatten));
    }
    return map(knownSize(c, x.value, -1, "features"), () => [
      { dtype, shape: [...shape.slice(0, -1), c.params.units] },
    ]);
  },
  parameters(c) {
    const inputs = first(c.inputs).shape.at(-1) as number;
    const { units, bias, weightInit, biasInit } = c.params;
    const weight = { name: "weight", shape: [units, inputs], init: weightInit, kind: "parameter" as const };
    if (!bias) return [weight];
    return [weight, { name: "bias", shape: [units], init: biasInit, kind: "parameter", fan: [inputs, units] }];
  },
  lower({ b, inputs, outputs, params, parameter }) {
    const x = first(inputs);
    const operands = [parameter("weight"), ...(params.bias ? [parameter("bias")] : [])];
    if (x.type.shape.length === 2) return [b.emit("Gemm", [x, ...operands], { transB: 1 })];
    // One Gemm over all leading axes: its weight gradient is one Gemm too, where MatMul would need a sum.
    const rows = b.reshape(x, [product(x.type.shape.slice(0, -1)), x.type.shape.at(-1) as number]);
    return [b.reshape(b.emit("Gemm", [rows, ...operands], { transB: 1 }), first(outputs).shape, x)];
  },
  formula: String.raw`y = x W^{\top} + b`,
  examples: [
    { params: { units: 5 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4] }] },
    { params: { units: 3, bias: false }, inputs: [{ dtype: "float32", shape: [symbol("N"), symbol("T"), 4] }] },
  ],
});
