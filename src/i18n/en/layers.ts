import type { CategoryTexts, InitializerTexts, LayerText, LayerTexts, ParamText } from "../layer-text.ts";

export const categories: CategoryTexts = {
  input: "Input",
  linear: "Linear",
  convolution: "Convolution",
  pooling: "Pooling",
  normalization: "Normalization",
  activation: "Activation",
  regularization: "Regularization",
  shape: "Shape",
  merge: "Merge and split",
  reduction: "Reduction",
};

export const initializers: InitializerTexts = {
  zeros: "Zeros",
  ones: "Ones",
  constant: "Constant",
  uniform: "Uniform",
  normal: "Normal",
  "xavier-uniform": "Xavier (Glorot) uniform",
  "xavier-normal": "Xavier (Glorot) normal",
  "he-uniform": "He (Kaiming) uniform",
  "he-normal": "He (Kaiming) normal",
  "lecun-uniform": "LeCun uniform",
  "lecun-normal": "LeCun normal",
  orthogonal: "Orthogonal",
  "fan-in-uniform": "Uniform by fan-in (PyTorch default)",
};

const axis: ParamText = { label: "Axis", help: "Counted from 0, the batch; negative numbers count from the end." };
const axes: ParamText = { label: "Axes", help: "Counted from 0, the batch; negative numbers count from the end." };
const keepDims: ParamText = { label: "Keep axes", help: "The axes that were reduced stay, with size 1." };
const epsilon: ParamText = { label: "Epsilon", help: "Added to the variance so that nothing is divided by zero." };
const affine: ParamText = {
  label: "Trained scale and offset",
  help: "A factor and an offset that are trained follow.",
};
const bias: ParamText = { label: "Bias", help: "Adds a trained offset to every output." };
const weightInit: ParamText = { label: "Weight start", help: "How the weights get their first values." };
const biasInit: ParamText = { label: "Bias start", help: "How the offsets get their first values." };
const alpha: ParamText = { label: "Alpha", help: "Scale of the curve below 0." };
const trailing: ParamText = { label: "Axes from the end", help: "How many of the last axes share one statistic." };
const oneOrEach = "One number for all axes, or one for each.";

const padding: { readonly padding: ParamText; readonly pads: ParamText } = {
  padding: {
    label: "Padding",
    help: "Zeros around the input: none, as many as keep the size at stride 1, or as many as you say.",
    options: { valid: "None (valid)", same: "Same size", explicit: "Explicit" },
  },
  pads: { label: "Padding amount", help: "Elements on both sides of each axis." },
};

const convolution: LayerText["params"] = {
  filters: { label: "Filters", help: "Number of output channels." },
  kernel: { label: "Kernel size", help: "Size of the window along each axis." },
  stride: { label: "Stride", help: "Step of the window; 2 halves the size." },
  ...padding,
  dilation: { label: "Dilation", help: "Distance between the taps of the window; 1 leaves no gaps." },
  groups: {
    label: "Groups",
    help: "Splits the channels into groups that do not see each other; as many as channels is depthwise.",
  },
  bias,
  weightInit,
  biasInit,
};

const transposed: LayerText["params"] = {
  ...convolution,
  stride: { label: "Stride", help: "Factor by which the size grows." },
  padding: {
    label: "Padding",
    help: "Cut off the output: nothing, as much as makes it stride times the input, or as much as you say.",
    options: { valid: "None (valid)", same: "Stride times the size", explicit: "Explicit" },
  },
  outputPadding: { label: "Output padding", help: "Extra elements at the end of each axis, below the stride." },
};

const pool: LayerText["params"] = {
  kernel: { label: "Window size" },
  stride: { label: "Stride", help: "Step of the window; 0 means the window size." },
  ...padding,
  ceilMode: { label: "Round size up", help: "A last window may hang over the end." },
};
const maxPool: LayerText["params"] = {
  ...pool,
  dilation: { label: "Dilation", help: "Distance between the taps of the window; 1 leaves no gaps." },
};
const averagePool: LayerText["params"] = {
  ...pool,
  countIncludePad: { label: "Count padding", help: "Padded zeros count as elements of the mean." },
};
const rate: ParamText = {
  label: "Rate",
  help: "Probability of being dropped; what is left is scaled by 1/(1 - rate).",
};
const channelNorm: LayerText["params"] = { epsilon, affine };

export const layers: LayerTexts = {
  input: {
    name: "Input",
    summary: "Where data enters the network, batch after batch.",
    params: {
      shape: { label: "Shape of a sample", help: "Without the batch. A letter such as T is a size that may vary." },
      dtype: {
        label: "Element type",
        help: "Numbers, or whole-number ids such as words and classes.",
        options: { float32: "Numbers (float32)", int64: "Ids (int64)" },
      },
    },
    aliases: ["data", "placeholder", "source"],
  },
  dense: {
    name: "Dense",
    summary: "Every output is a weighted sum of all inputs. The basic layer of a multilayer perceptron.",
    params: { units: { label: "Units", help: "Number of outputs." }, bias, weightInit, biasInit },
    aliases: ["linear", "fully connected", "fc", "affine", "gemm", "perceptron"],
  },
  matmul: {
    name: "Matrix product",
    summary: "Multiplies two tensors as matrices over their last two axes, as attention does with queries and keys.",
    params: { transposeB: { label: "Transpose B", help: "Swaps the last two axes of the second input first." } },
    aliases: ["matmul", "dot", "bmm", "attention scores"],
  },
  embedding: {
    name: "Embedding",
    summary: "Looks up a trained vector for each id. The first layer for words, items and other categories.",
    params: {
      vocabulary: { label: "Vocabulary", help: "Number of different ids; ids run from 0 to one less." },
      dimensions: { label: "Dimensions", help: "Length of the vector of an id." },
      padding: { label: "Padding id", help: "One id stands for padding: it gives zeros and is not trained." },
      paddingIndex: { label: "Id of the padding" },
      weightInit,
    },
    aliases: ["lookup", "word vectors", "gather", "token embedding"],
  },
  "positional-encoding": {
    name: "Positional encoding",
    summary: "Adds a vector per position to a sequence, so that attention can tell the order.",
    params: {
      kind: {
        label: "Kind",
        help: "Fixed waves of many lengths, or vectors that are trained.",
        options: { sinusoidal: "Sinusoidal", learned: "Learned" },
      },
      maxLength: { label: "Longest sequence" },
      weightInit,
    },
    aliases: ["position embedding", "sinusoidal", "transformer"],
  },
  conv1d: {
    name: "Convolution 1-D",
    summary: "Slides trained filters along a signal or sequence. For sound, sensors and text.",
    params: convolution,
    aliases: ["conv1d", "temporal convolution", "cnn", "filter"],
  },
  conv2d: {
    name: "Convolution 2-D",
    summary: "Slides trained filters over an image. The basic layer of image networks.",
    params: convolution,
    aliases: ["conv2d", "cnn", "filter", "kernel", "depthwise", "pointwise"],
  },
  conv3d: {
    name: "Convolution 3-D",
    summary: "Slides trained filters through a volume. For video and medical scans.",
    params: convolution,
    aliases: ["conv3d", "volume", "video"],
  },
  "conv-transpose1d": {
    name: "Transposed convolution 1-D",
    summary: "Enlarges a signal with trained filters: a convolution run backwards. For generators of sound.",
    params: transposed,
    aliases: ["deconvolution", "fractionally strided", "upconv"],
  },
  "conv-transpose2d": {
    name: "Transposed convolution 2-D",
    summary:
      "Enlarges an image with trained filters: a convolution run backwards. For decoders, segmentation and GANs.",
    params: transposed,
    aliases: ["deconvolution", "fractionally strided", "upconv", "deconv2d"],
  },
  "conv-transpose3d": {
    name: "Transposed convolution 3-D",
    summary: "Enlarges a volume with trained filters: a convolution run backwards.",
    params: transposed,
    aliases: ["deconvolution", "fractionally strided", "upconv"],
  },
  "max-pool1d": {
    name: "Max pooling 1-D",
    summary: "Keeps the largest value of each window of a signal, which makes it shorter.",
    params: maxPool,
    aliases: ["maxpool", "subsampling", "downsample"],
  },
  "max-pool2d": {
    name: "Max pooling 2-D",
    summary: "Keeps the largest value of each window of an image, which makes it smaller and small shifts harmless.",
    params: maxPool,
    aliases: ["maxpool", "subsampling", "downsample"],
  },
  "max-pool3d": {
    name: "Max pooling 3-D",
    summary: "Keeps the largest value of each window of a volume.",
    params: maxPool,
    aliases: ["maxpool", "subsampling", "downsample"],
  },
  "average-pool1d": {
    name: "Average pooling 1-D",
    summary: "Takes the mean of each window of a signal, which makes it shorter and smoother.",
    params: averagePool,
    aliases: ["avgpool", "mean pooling", "subsampling", "downsample"],
  },
  "average-pool2d": {
    name: "Average pooling 2-D",
    summary: "Takes the mean of each window of an image, which makes it smaller and smoother.",
    params: averagePool,
    aliases: ["avgpool", "mean pooling", "subsampling", "downsample"],
  },
  "average-pool3d": {
    name: "Average pooling 3-D",
    summary: "Takes the mean of each window of a volume.",
    params: averagePool,
    aliases: ["avgpool", "mean pooling", "subsampling", "downsample"],
  },
  "global-average-pool": {
    name: "Global average pooling",
    summary: "One number per channel: its mean. Joins convolutions to the classifier for images of any size.",
    params: { keepDims },
    aliases: ["gap", "avgpool", "squeeze"],
  },
  "global-max-pool": {
    name: "Global max pooling",
    summary: "One number per channel: its largest value. Says whether a feature is there at all.",
    params: { keepDims },
    aliases: ["gmp", "maxpool"],
  },
  "adaptive-average-pool": {
    name: "Adaptive average pooling",
    summary: "Averages to a size you choose, whatever the size of the input.",
    params: { size: { label: "Output size", help: oneOrEach } },
    aliases: ["adaptive avgpool", "resize"],
  },
  "batch-norm": {
    name: "Batch normalization",
    summary:
      "Brings each channel to mean 0 and variance 1 over the batch. Trains faster and with larger learning rates; wants batches that are not tiny.",
    params: {
      momentum: { label: "Momentum", help: "Share of the new batch in the running statistics (as in PyTorch)." },
      epsilon,
      affine,
    },
    aliases: ["batchnorm", "bn"],
  },
  "layer-norm": {
    name: "Layer normalization",
    summary: "Brings the features of each sample to mean 0 and variance 1. Usual in transformers; needs no batch.",
    params: { axes: trailing, epsilon, affine },
    aliases: ["layernorm", "ln"],
  },
  "group-norm": {
    name: "Group normalization",
    summary: "Normalizes groups of channels of each sample. For convolutions with small batches.",
    params: { groups: { label: "Groups", help: "Must divide the number of channels." }, ...channelNorm },
    aliases: ["groupnorm", "gn"],
  },
  "instance-norm": {
    name: "Instance normalization",
    summary: "Normalizes each channel of each sample. Usual in style transfer and image generators.",
    params: channelNorm,
    aliases: ["instancenorm", "contrast normalization"],
  },
  "rms-norm": {
    name: "RMS normalization",
    summary: "Divides by the root mean square, without subtracting the mean. A cheaper layer normalization.",
    params: {
      axes: trailing,
      epsilon: { ...epsilon, help: "Added to the mean square so that nothing is divided by zero." },
      affine: { label: "Trained scale", help: "A factor that is trained follows." },
    },
    aliases: ["rmsnorm", "root mean square"],
  },
  relu: {
    name: "ReLU",
    summary: "Keeps what is positive and sets the rest to 0. The first choice after a hidden layer.",
    params: {},
    aliases: ["rectifier", "rectified linear unit"],
  },
  "leaky-relu": {
    name: "Leaky ReLU",
    summary: "ReLU that lets a little through below 0, so that units do not die. Usual in GAN discriminators.",
    params: { slope: { label: "Slope below 0" } },
    aliases: ["lrelu"],
  },
  prelu: {
    name: "PReLU",
    summary: "Leaky ReLU whose slope below 0 is trained.",
    params: {
      slopes: { label: "Slopes", options: { shared: "One for all", "per-channel": "One per channel" } },
      start: { label: "First slope" },
    },
    aliases: ["parametric relu"],
  },
  elu: {
    name: "ELU",
    summary: "Like ReLU, with a smooth curve to a floor below 0 that keeps the mean near 0.",
    params: { alpha },
    aliases: ["exponential linear unit"],
  },
  selu: {
    name: "SELU",
    summary: "Scaled ELU that keeps mean 0 and variance 1 through deep dense networks with LeCun normal weights.",
    params: {},
    aliases: ["self-normalizing", "scaled exponential linear unit"],
  },
  celu: {
    name: "CELU",
    summary: "ELU whose slope is continuous for every alpha.",
    params: { alpha },
    aliases: ["continuously differentiable elu"],
  },
  gelu: {
    name: "GELU",
    summary: "Smooth ReLU weighted by the normal distribution. Usual in transformers.",
    params: {
      approximate: { label: "Formula", options: { none: "Exact (erf)", tanh: "Approximate (tanh)" } },
    },
    aliases: ["gaussian error linear unit"],
  },
  silu: {
    name: "SiLU (swish)",
    summary: "x times its own sigmoid: a smooth ReLU with a small dip below 0.",
    params: {},
    aliases: ["swish", "sigmoid linear unit"],
  },
  mish: { name: "Mish", summary: "Smooth ReLU close to SiLU, a little deeper below 0.", params: {}, aliases: [] },
  softplus: {
    name: "Softplus",
    summary: "Smooth ReLU that is always positive. For outputs such as a variance.",
    params: { beta: { label: "Beta", help: "The larger, the closer to ReLU." } },
    aliases: ["smooth relu"],
  },
  softsign: {
    name: "Softsign",
    summary: "Like tanh, approaching -1 and 1 more slowly.",
    params: {},
    aliases: [],
  },
  sigmoid: {
    name: "Sigmoid",
    summary: "Squeezes every value into 0 to 1. For gates; a loss that takes logits needs none before it.",
    params: {},
    aliases: ["logistic", "sigma"],
  },
  tanh: {
    name: "Tanh",
    summary: "Squeezes every value into -1 to 1, with mean 0.",
    params: {},
    aliases: ["hyperbolic tangent"],
  },
  "hard-sigmoid": {
    name: "Hard sigmoid",
    summary: "Sigmoid of straight lines: cheap on small devices.",
    params: {},
    aliases: [],
  },
  "hard-swish": {
    name: "Hard swish",
    summary: "SiLU of straight lines and a parabola: cheap on small devices (MobileNetV3).",
    params: {},
    aliases: ["hswish"],
  },
  relu6: { name: "ReLU6", summary: "ReLU cut off at 6, for low-precision devices.", params: {}, aliases: ["clip"] },
  "hard-tanh": {
    name: "Hard tanh",
    summary: "Cuts values off at both ends.",
    params: { low: { label: "Low end" }, high: { label: "High end" } },
    aliases: ["clip", "clamp"],
  },
  "log-sigmoid": {
    name: "Log-sigmoid",
    summary: "Logarithm of the sigmoid, without overflow. For losses made of probabilities.",
    params: {},
    aliases: ["logsigmoid"],
  },
  tanhshrink: { name: "Tanhshrink", summary: "x minus tanh(x): small values become smaller.", params: {}, aliases: [] },
  threshold: {
    name: "Threshold",
    summary: "Keeps what is above a threshold and puts a constant in for the rest.",
    params: { threshold: { label: "Threshold" }, value: { label: "Value below" } },
    aliases: ["step", "cutoff"],
  },
  softmax: {
    name: "Softmax",
    summary:
      "Turns scores into probabilities that add up to 1. For attention and for showing results; a loss that takes logits needs none before it.",
    params: { axis },
    aliases: ["probabilities", "normalized exponential"],
  },
  "log-softmax": {
    name: "Log-softmax",
    summary: "Logarithm of softmax, without overflow. Goes with the negative log-likelihood loss.",
    params: { axis },
    aliases: ["logsoftmax"],
  },
  exp: { name: "Exponential", summary: "e to the power of x.", params: {}, aliases: ["exp"] },
  abs: {
    name: "Absolute value",
    summary: "The size of x without its sign.",
    params: {},
    aliases: ["abs", "magnitude"],
  },
  square: { name: "Square", summary: "x times x.", params: {}, aliases: ["power", "x^2"] },
  sqrt: { name: "Square root", summary: "The root of x; not a number below 0.", params: {}, aliases: ["sqrt"] },
  log: { name: "Logarithm", summary: "Natural logarithm of x; not a number below 0.", params: {}, aliases: ["ln"] },
  scale: {
    name: "Scale",
    summary: "Multiplies by a fixed number and adds another. Brings pixels to 0 to 1, or scores to a temperature.",
    params: { factor: { label: "Factor" }, offset: { label: "Offset" } },
    aliases: ["rescale", "multiply", "temperature", "lambda"],
  },
  dropout: {
    name: "Dropout",
    summary: "Sets random elements to 0 while training, which makes a network rely on no single one. Off at inference.",
    params: { rate },
    aliases: ["regularization"],
  },
  "spatial-dropout": {
    name: "Spatial dropout",
    summary: "Drops whole channels while training. For convolutions, whose neighbours are alike.",
    params: { rate },
    aliases: ["channel dropout", "dropout2d"],
  },
  "gaussian-noise": {
    name: "Gaussian noise",
    summary: "Adds normal noise while training, against overfitting. Off at inference.",
    params: { deviation: { label: "Standard deviation" } },
    aliases: ["noise", "jitter"],
  },
  flatten: {
    name: "Flatten",
    summary: "Puts all features of a sample into one row. Stands between convolutions and dense layers.",
    params: { startAxis: { label: "From axis", help: "This axis and all behind it become one." } },
    aliases: ["vectorize"],
  },
  reshape: {
    name: "Reshape",
    summary: "Gives each sample a new shape with the same number of elements.",
    params: { target: { label: "Shape of a sample", help: "Without the batch; one size may be -1: what is left." } },
    aliases: ["view", "unflatten"],
  },
  transpose: {
    name: "Transpose",
    summary: "Changes the order of the axes, for instance channels last to channels first.",
    params: { permutation: { label: "Order of the axes", help: "The batch, axis 0, stays first." } },
    aliases: ["permute", "swap axes"],
  },
  slice: {
    name: "Slice",
    summary: "Takes a part of an axis: a crop, every second element, or the reverse.",
    params: {
      axis,
      start: { label: "Start", help: "First element; negative numbers count from the end." },
      toEnd: { label: "To the end" },
      end: { label: "End", help: "One behind the last element; negative numbers count from the end." },
      step: { label: "Step", help: "Negative goes backwards." },
    },
    aliases: ["crop", "index", "narrow", "flip"],
  },
  pad: {
    name: "Pad",
    summary: "Puts elements around the last axes.",
    params: {
      before: { label: "Before", help: "Elements before each of the last axes." },
      after: { label: "After", help: "Elements after each of the last axes." },
      mode: {
        label: "Fill with",
        options: { constant: "A constant", reflect: "The mirror image", edge: "The border" },
      },
      value: { label: "Value" },
    },
    aliases: ["zero padding", "border", "mirror"],
  },
  upsample: {
    name: "Upsample",
    summary: "Enlarges a signal, image or volume by whole factors, without weights.",
    params: {
      scale: { label: "Factor", help: oneOrEach },
      mode: {
        label: "Interpolation",
        options: { nearest: "Nearest", linear: "Linear (bilinear)", cubic: "Cubic (images only)" },
      },
    },
    aliases: ["resize", "interpolate", "unpool", "bilinear"],
  },
  squeeze: { name: "Squeeze", summary: "Removes an axis of size 1.", params: { axis }, aliases: ["remove axis"] },
  unsqueeze: {
    name: "Unsqueeze",
    summary: "Puts in an axis of size 1, for instance the channel of a grey image.",
    params: { axis: { label: "Axis", help: "Where the new axis stands in the result." } },
    aliases: ["add axis", "expand dims"],
  },
  identity: {
    name: "Identity",
    summary: "Hands its input on. A named place to look at, or to join wires.",
    params: {},
    aliases: ["pass", "noop"],
  },
  add: {
    name: "Add",
    summary: "Adds tensors element by element. Closes a residual connection.",
    params: {},
    aliases: ["sum", "residual", "skip connection", "plus"],
  },
  multiply: {
    name: "Multiply",
    summary: "Multiplies tensors element by element, as gates do.",
    params: {},
    aliases: ["gate", "hadamard", "product", "times"],
  },
  subtract: {
    name: "Subtract",
    summary: "a minus b, element by element.",
    params: {},
    aliases: ["difference", "minus"],
  },
  divide: { name: "Divide", summary: "a divided by b, element by element.", params: {}, aliases: ["quotient"] },
  concat: {
    name: "Concatenate",
    summary: "Puts tensors behind each other along an axis, as U-Net does with the encoder's maps.",
    params: { axis },
    aliases: ["concat", "join", "stack", "skip connection"],
  },
  split: {
    name: "Split",
    summary: "Cuts a tensor into parts along an axis, one output each.",
    params: {
      axis,
      by: { label: "Cut into", options: { parts: "Equal parts", sizes: "Given sizes" } },
      parts: { label: "Parts" },
      sizes: { label: "Sizes" },
    },
    aliases: ["chunk", "divide"],
  },
  "reduce-mean": {
    name: "Mean",
    summary: "Mean over axes.",
    params: { axes, keepDims },
    aliases: ["average", "reduce mean"],
  },
  "reduce-sum": {
    name: "Sum",
    summary: "Sum over axes.",
    params: { axes, keepDims },
    aliases: ["total", "reduce sum"],
  },
  "reduce-max": {
    name: "Maximum",
    summary: "Largest value over axes.",
    params: { axes, keepDims },
    aliases: ["max", "reduce max"],
  },
};
