// Written by scripts/generate.mjs (npm run gen) from the files of this folder. Do not edit.
import { layer as addLayer } from "./add.ts";
import { layer as averagePool1dLayer } from "./average-pool1d.ts";
import { layer as averagePool2dLayer } from "./average-pool2d.ts";
import { layer as averagePool3dLayer } from "./average-pool3d.ts";
import { layer as batchNormLayer } from "./batch-norm.ts";
import { layer as convTranspose1dLayer } from "./conv-transpose1d.ts";
import { layer as convTranspose2dLayer } from "./conv-transpose2d.ts";
import { layer as convTranspose3dLayer } from "./conv-transpose3d.ts";
import { layer as conv1dLayer } from "./conv1d.ts";
import { layer as conv2dLayer } from "./conv2d.ts";
import { layer as conv3dLayer } from "./conv3d.ts";
import { layer as denseLayer } from "./dense.ts";
import { layer as flattenLayer } from "./flatten.ts";
import { layer as globalAveragePoolLayer } from "./global-average-pool.ts";
import { layer as inputLayer } from "./input.ts";
import { layer as logSoftmaxLayer } from "./log-softmax.ts";
import { layer as maxPool1dLayer } from "./max-pool1d.ts";
import { layer as maxPool2dLayer } from "./max-pool2d.ts";
import { layer as maxPool3dLayer } from "./max-pool3d.ts";
import { layer as reluLayer } from "./relu.ts";
import { layer as softmaxLayer } from "./softmax.ts";

/** Every layer by its id. */
export const layers = {
  "add": addLayer,
  "average-pool1d": averagePool1dLayer,
  "average-pool2d": averagePool2dLayer,
  "average-pool3d": averagePool3dLayer,
  "batch-norm": batchNormLayer,
  "conv-transpose1d": convTranspose1dLayer,
  "conv-transpose2d": convTranspose2dLayer,
  "conv-transpose3d": convTranspose3dLayer,
  "conv1d": conv1dLayer,
  "conv2d": conv2dLayer,
  "conv3d": conv3dLayer,
  "dense": denseLayer,
  "flatten": flattenLayer,
  "global-average-pool": globalAveragePoolLayer,
  "input": inputLayer,
  "log-softmax": logSoftmaxLayer,
  "max-pool1d": maxPool1dLayer,
  "max-pool2d": maxPool2dLayer,
  "max-pool3d": maxPool3dLayer,
  "relu": reluLayer,
  "softmax": softmaxLayer,
} as const;

export type LayerId = keyof typeof layers;
