import type { LayerId } from "../layers/registry.gen.ts";
import { equation } from "./expression.ts";
import { activations, prelu } from "./forms/activation.ts";
import { softmax } from "./forms/along-axis.ts";
import { dropping, noise } from "./forms/dropping.ts";
import { convolution, dense, embedding, matmul, positionalEncoding, transposedConvolution } from "./forms/linear.ts";
import { add, concat, divide, multiply, split, subtract } from "./forms/merge.ts";
import { inOrder, pad, slice, transpose, upsample } from "./forms/move.ts";
import { batchGroup, groupGroup, instanceGroup, normalisation, trailingGroup } from "./forms/norm.ts";
import {
  adaptiveWindow,
  alongAxes,
  countedUnderWindow,
  maximum,
  mean,
  total,
  underWindow,
  wholeChannel,
} from "./forms/pool.ts";
import { elementLeaf, outputLetters, valueAt } from "./letters.ts";
import type { Form } from "./worked.ts";

/** Data: nothing was computed. */
const data: Form = {
  worked(numbers, output, index) {
    const at = { tensor: { of: "output", output } as const, index };
    const left = outputLetters(numbers, output, index);
    return { lines: [equation(left, elementLeaf(numbers, at))], value: valueAt(numbers, at), terms: [] };
  },
  reads: () => [],
  slope: () => 0,
  local: (numbers, output, index) => ({ letters: outputLetters(numbers, output, index), expression: one }),
  backward: () => ({ input: "", parameters: {} }),
};
const one = { kind: "leaf", letters: "1", value: 1, exact: true } as const;

/** How every layer makes its elements; a layer without a form does not compile. */
export const forms: { readonly [L in LayerId]: Form } = {
  ...activations,
  input: data,
  prelu,
  softmax: softmax(false),
  "log-softmax": softmax(true),
  dense,
  conv1d: convolution(1),
  conv2d: convolution(2),
  conv3d: convolution(3),
  "conv-transpose1d": transposedConvolution(1),
  "conv-transpose2d": transposedConvolution(2),
  "conv-transpose3d": transposedConvolution(3),
  matmul,
  embedding,
  "positional-encoding": positionalEncoding,
  "max-pool1d": maximum(underWindow),
  "max-pool2d": maximum(underWindow),
  "max-pool3d": maximum(underWindow),
  "average-pool1d": mean(underWindow, countedUnderWindow),
  "average-pool2d": mean(underWindow, countedUnderWindow),
  "average-pool3d": mean(underWindow, countedUnderWindow),
  "adaptive-average-pool": mean(adaptiveWindow),
  "global-average-pool": mean(wholeChannel),
  "global-max-pool": maximum(wholeChannel),
  "reduce-mean": mean(alongAxes),
  "reduce-sum": total(alongAxes),
  "reduce-max": maximum(alongAxes),
  "batch-norm": { ...normalisation(batchGroup), acrossSamples: true },
  "group-norm": normalisation(groupGroup),
  "instance-norm": normalisation(instanceGroup),
  "layer-norm": normalisation(trailingGroup(true)),
  "rms-norm": normalisation(trailingGroup(false)),
  dropout: dropping,
  "spatial-dropout": dropping,
  "gaussian-noise": noise,
  add,
  subtract,
  multiply,
  divide,
  concat,
  split,
  flatten: inOrder,
  reshape: inOrder,
  squeeze: inOrder,
  unsqueeze: inOrder,
  identity: inOrder,
  transpose,
  slice,
  pad,
  upsample,
};
