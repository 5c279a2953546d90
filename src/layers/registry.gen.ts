// Written by scripts/generate.mjs (npm run gen) from the files of this folder. Do not edit.
import { layer as absLayer } from "./abs.ts";
import { layer as adaptiveAveragePoolLayer } from "./adaptive-average-pool.ts";
import { layer as addLayer } from "./add.ts";
import { layer as averagePool1dLayer } from "./average-pool1d.ts";
import { layer as averagePool2dLayer } from "./average-pool2d.ts";
import { layer as averagePool3dLayer } from "./average-pool3d.ts";
import { layer as batchNormLayer } from "./batch-norm.ts";
import { layer as celuLayer } from "./celu.ts";
import { layer as concatLayer } from "./concat.ts";
import { layer as convTranspose1dLayer } from "./conv-transpose1d.ts";
import { layer as convTranspose2dLayer } from "./conv-transpose2d.ts";
import { layer as convTranspose3dLayer } from "./conv-transpose3d.ts";
import { layer as conv1dLayer } from "./conv1d.ts";
import { layer as conv2dLayer } from "./conv2d.ts";
import { layer as conv3dLayer } from "./conv3d.ts";
import { layer as denseLayer } from "./dense.ts";
import { layer as divideLayer } from "./divide.ts";
import { layer as dropoutLayer } from "./dropout.ts";
import { layer as eluLayer } from "./elu.ts";
import { layer as embeddingLayer } from "./embedding.ts";
import { layer as expLayer } from "./exp.ts";
import { layer as flattenLayer } from "./flatten.ts";
import { layer as gaussianNoiseLayer } from "./gaussian-noise.ts";
import { layer as geluLayer } from "./gelu.ts";
import { layer as globalAveragePoolLayer } from "./global-average-pool.ts";
import { layer as globalMaxPoolLayer } from "./global-max-pool.ts";
import { layer as groupNormLayer } from "./group-norm.ts";
import { layer as hardSigmoidLayer } from "./hard-sigmoid.ts";
import { layer as hardSwishLayer } from "./hard-swish.ts";
import { layer as hardTanhLayer } from "./hard-tanh.ts";
import { layer as identityLayer } from "./identity.ts";
import { layer as inputLayer } from "./input.ts";
import { layer as instanceNormLayer } from "./instance-norm.ts";
import { layer as layerNormLayer } from "./layer-norm.ts";
import { layer as leakyReluLayer } from "./leaky-relu.ts";
import { layer as logLayer } from "./log.ts";
import { layer as logSigmoidLayer } from "./log-sigmoid.ts";
import { layer as logSoftmaxLayer } from "./log-softmax.ts";
import { layer as matmulLayer } from "./matmul.ts";
import { layer as maxPool1dLayer } from "./max-pool1d.ts";
import { layer as maxPool2dLayer } from "./max-pool2d.ts";
import { layer as maxPool3dLayer } from "./max-pool3d.ts";
import { layer as mishLayer } from "./mish.ts";
import { layer as multiplyLayer } from "./multiply.ts";
import { layer as padLayer } from "./pad.ts";
import { layer as positionalEncodingLayer } from "./positional-encoding.ts";
import { layer as preluLayer } from "./prelu.ts";
import { layer as reduceMaxLayer } from "./reduce-max.ts";
import { layer as reduceMeanLayer } from "./reduce-mean.ts";
import { layer as reduceSumLayer } from "./reduce-sum.ts";
import { layer as reluLayer } from "./relu.ts";
import { layer as relu6Layer } from "./relu6.ts";
import { layer as reshapeLayer } from "./reshape.ts";
import { layer as rmsNormLayer } from "./rms-norm.ts";
import { layer as scaleLayer } from "./scale.ts";
import { layer as seluLayer } from "./selu.ts";
import { layer as sigmoidLayer } from "./sigmoid.ts";
import { layer as siluLayer } from "./silu.ts";
import { layer as sliceLayer } from "./slice.ts";
import { layer as softmaxLayer } from "./softmax.ts";
import { layer as softplusLayer } from "./softplus.ts";
import { layer as softsignLayer } from "./softsign.ts";
import { layer as spatialDropoutLayer } from "./spatial-dropout.ts";
import { layer as splitLayer } from "./split.ts";
import { layer as sqrtLayer } from "./sqrt.ts";
import { layer as squareLayer } from "./square.ts";
import { layer as squeezeLayer } from "./squeeze.ts";
import { layer as subtractLayer } from "./subtract.ts";
import { layer as tanhLayer } from "./tanh.ts";
import { layer as tanhshrinkLayer } from "./tanhshrink.ts";
import { layer as thresholdLayer } from "./threshold.ts";
import { layer as transposeLayer } from "./transpose.ts";
import { layer as unsqueezeLayer } from "./unsqueeze.ts";
import { layer as upsampleLayer } from "./upsample.ts";

/** Every layer by its id. */
export const layers = {
  "abs": absLayer,
  "adaptive-average-pool": adaptiveAveragePoolLayer,
  "add": addLayer,
  "average-pool1d": averagePool1dLayer,
  "average-pool2d": averagePool2dLayer,
  "average-pool3d": averagePool3dLayer,
  "batch-norm": batchNormLayer,
  "celu": celuLayer,
  "concat": concatLayer,
  "conv-transpose1d": convTranspose1dLayer,
  "conv-transpose2d": convTranspose2dLayer,
  "conv-transpose3d": convTranspose3dLayer,
  "conv1d": conv1dLayer,
  "conv2d": conv2dLayer,
  "conv3d": conv3dLayer,
  "dense": denseLayer,
  "divide": divideLayer,
  "dropout": dropoutLayer,
  "elu": eluLayer,
  "embedding": embeddingLayer,
  "exp": expLayer,
  "flatten": flattenLayer,
  "gaussian-noise": gaussianNoiseLayer,
  "gelu": geluLayer,
  "global-average-pool": globalAveragePoolLayer,
  "global-max-pool": globalMaxPoolLayer,
  "group-norm": groupNormLayer,
  "hard-sigmoid": hardSigmoidLayer,
  "hard-swish": hardSwishLayer,
  "hard-tanh": hardTanhLayer,
  "identity": identityLayer,
  "input": inputLayer,
  "instance-norm": instanceNormLayer,
  "layer-norm": layerNormLayer,
  "leaky-relu": leakyReluLayer,
  "log": logLayer,
  "log-sigmoid": logSigmoidLayer,
  "log-softmax": logSoftmaxLayer,
  "matmul": matmulLayer,
  "max-pool1d": maxPool1dLayer,
  "max-pool2d": maxPool2dLayer,
  "max-pool3d": maxPool3dLayer,
  "mish": mishLayer,
  "multiply": multiplyLayer,
  "pad": padLayer,
  "positional-encoding": positionalEncodingLayer,
  "prelu": preluLayer,
  "reduce-max": reduceMaxLayer,
  "reduce-mean": reduceMeanLayer,
  "reduce-sum": reduceSumLayer,
  "relu": reluLayer,
  "relu6": relu6Layer,
  "reshape": reshapeLayer,
  "rms-norm": rmsNormLayer,
  "scale": scaleLayer,
  "selu": seluLayer,
  "sigmoid": sigmoidLayer,
  "silu": siluLayer,
  "slice": sliceLayer,
  "softmax": softmaxLayer,
  "softplus": softplusLayer,
  "softsign": softsignLayer,
  "spatial-dropout": spatialDropoutLayer,
  "split": splitLayer,
  "sqrt": sqrtLayer,
  "square": squareLayer,
  "squeeze": squeezeLayer,
  "subtract": subtractLayer,
  "tanh": tanhLayer,
  "tanhshrink": tanhshrinkLayer,
  "threshold": thresholdLayer,
  "transpose": transposeLayer,
  "unsqueeze": unsqueezeLayer,
  "upsample": upsampleLayer,
} as const;

export type LayerId = keyof typeof layers;
