import type { Category } from "../layers/define.ts";

/**
 * Own drawings for layers on 20 by 20 units, as the inside of an SVG element: stroke 1.6 in currentColor, no fill,
 * round caps and joins. Each shows what the layer does; variants of a layer share one.
 */
export const glyphs = {
  data: '<rect x="3" y="3" width="14" height="14" rx="2"/><path d="M3 7.7h14M3 12.3h14M7.7 3v14M12.3 3v14"/>',
  labels: '<path d="M3 4h7l7 6.5-6.5 6.5L3 9.5z"/><circle cx="6.8" cy="7.6" r="1.1"/>',
  conv: '<rect x="2.5" y="2.5" width="15" height="15" rx="2"/><rect x="5" y="5" width="6.5" height="6.5" rx="1" fill="currentColor" fill-opacity=".28"/><path d="M13.8 8.2h1.4M8.2 13.8v1.4M13.6 13.6l1.4 1.4"/>',
  deconv:
    '<rect x="2.5" y="2.5" width="15" height="15" rx="2"/><rect x="8.5" y="8.5" width="6.5" height="6.5" rx="1" fill="currentColor" fill-opacity=".28"/><path d="M6.4 6.4 4.8 4.8M11.8 6.2V5M6.2 11.8H5"/>',
  dense:
    '<path d="M4 4.5 16 7M4 4.5 16 13M4 10 16 7M4 10l12 3M4 15.5 16 7M4 15.5 16 13" stroke-width="1.1"/><g fill="currentColor" stroke="none"><circle cx="4" cy="4.5" r="1.7"/><circle cx="4" cy="10" r="1.7"/><circle cx="4" cy="15.5" r="1.7"/><circle cx="16" cy="7" r="1.7"/><circle cx="16" cy="13" r="1.7"/></g>',
  matmul: '<path d="M5 3H3v14h2M15 3h2v14h-2"/><path d="M7 7.2l6 6M13 7.2l-6 6" stroke-width="1.5"/>',
  embed: '<path d="M3 4h4v12H3zM13 4h4M13 8h4M13 12h4M13 16h4M7 10h4.5"/>',
  position: '<path d="M2.5 7c2.5-5 5-5 7.5 0s5 5 7.5 0"/><path d="M4 14v3M8 14v3M12 14v3M16 14v3" stroke-width="1.3"/>',
  relu: '<path d="M2.5 14.5h7L16.5 5"/><path d="M9.5 3v14" stroke-width="1" stroke-dasharray="1.5 2"/>',
  sigmoid: '<path d="M2.5 15.5c6 0 5.5-11 15-11"/><path d="M10 3v14" stroke-width="1" stroke-dasharray="1.5 2"/>',
  softmax: '<path d="M2.5 17h15" /><path d="M4.5 14v-2.5M8.2 14v-4M11.8 14V3.5M15.5 14v-3" stroke-width="2.4"/>',
  curve: '<path d="M3 3v14h14"/><path d="M5.5 14c5 0 8-3 9.5-10"/>',
  pool: '<path d="M3 3h14M5.5 7.5h9M3 3v4.5M17 3v4.5" opacity=".55"/><path d="M3 3l5 9h4l5-9"/><rect x="7.2" y="12.6" width="5.6" height="4.6" rx="1" fill="currentColor" fill-opacity=".28"/>',
  norm: '<path d="M2.5 15.5c4 0 4-10.5 7.5-10.5s3.5 10.5 7.5 10.5"/><path d="M10 5v10.5" stroke-width="1" stroke-dasharray="1.5 2"/>',
  drop: '<g fill="currentColor" stroke="none"><circle cx="4.5" cy="4.5" r="1.8"/><circle cx="15.5" cy="10" r="1.8"/><circle cx="10" cy="15.5" r="1.8"/><circle cx="10" cy="4.5" r="1.8"/><circle cx="4.5" cy="15.5" r="1.8"/></g><g stroke-width="1.2"><circle cx="15.5" cy="4.5" r="1.5"/><circle cx="4.5" cy="10" r="1.5"/><circle cx="10" cy="10" r="1.5"/><circle cx="15.5" cy="15.5" r="1.5"/></g>',
  noise: '<path d="M2 10.5h1.5l1-4 1.8 8.5 2-11.5 1.9 13 1.9-11 1.7 7.5 1.2-3.5H18" stroke-width="1.4"/>',
  flatten:
    '<path d="M3 4h5M3 7.5h5M3 11h5"/><path d="M10.5 7.5h3m-1.3-1.5 1.5 1.5-1.5 1.5" stroke-width="1.3"/><path d="M16.5 3v12"/><path d="M3 16.5h10" opacity=".5"/>',
  reshape:
    '<rect x="2.5" y="7" width="7" height="10.5" rx="1.2"/><path d="M9.5 13.5h6.8a1.2 1.2 0 0 0 1.2-1.2V8.2A1.2 1.2 0 0 0 16.3 7H9.5" stroke-dasharray="2 1.8"/><path d="M6 4h7m-1.5-1.5L13 4l-1.5 1.5" stroke-width="1.3"/>',
  transpose:
    '<rect x="2.5" y="2.5" width="5" height="15" rx="1.2"/><path d="M10.5 2.5h5.8a1.2 1.2 0 0 1 1.2 1.2v2.6a1.2 1.2 0 0 1-1.2 1.2h-5.8"/><path d="M10.5 15.5c3.5 0 4.5-1.5 4.5-4.5m-1.8 1.5L15 10.7l1.8 1.8" stroke-width="1.3"/>',
  pad: '<rect x="2.5" y="2.5" width="15" height="15" rx="2" stroke-dasharray="2.2 2"/><rect x="6.5" y="6.5" width="7" height="7" rx="1" fill="currentColor" fill-opacity=".28"/>',
  slice:
    '<rect x="2.5" y="4" width="15" height="12" rx="2"/><path d="M7.5 2v16M12.5 2v16" stroke-dasharray="2 1.8"/><path d="M7.5 4h5v12h-5z" fill="currentColor" fill-opacity=".28" stroke="none"/>',
  upsample:
    '<rect x="2.5" y="11" width="6.5" height="6.5" rx="1" fill="currentColor" fill-opacity=".28"/><path d="M2.5 8V4.5a2 2 0 0 1 2-2h11a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H12" /><path d="m10 10 4.5-4.5m-3.2 0h3.2v3.2" stroke-width="1.3"/>',
  identity: '<path d="M3 7.5h14M3 12.5h14"/>',
  concat:
    '<rect x="2.5" y="3" width="6" height="6" rx="1.2"/><rect x="2.5" y="11" width="6" height="6" rx="1.2" fill="currentColor" fill-opacity=".28"/><path d="M11 10h6m-2-2 2 2-2 2" stroke-width="1.4"/>',
  split:
    '<rect x="11.5" y="3" width="6" height="6" rx="1.2"/><rect x="11.5" y="11" width="6" height="6" rx="1.2" fill="currentColor" fill-opacity=".28"/><path d="M2.5 10h6m-2-2 2 2-2 2" stroke-width="1.4"/>',
  add: '<circle cx="10" cy="10" r="6.5"/><path d="M10 6.7v6.6M6.7 10h6.6"/>',
  subtract: '<circle cx="10" cy="10" r="6.5"/><path d="M6.7 10h6.6"/>',
  multiply: '<circle cx="10" cy="10" r="6.5"/><path d="m7.6 7.6 4.8 4.8M12.4 7.6l-4.8 4.8"/>',
  divide:
    '<circle cx="10" cy="10" r="6.5"/><path d="M6.9 10h6.2"/><g fill="currentColor" stroke="none"><circle cx="10" cy="7.3" r=".95"/><circle cx="10" cy="12.7" r=".95"/></g>',
  reduce: '<path d="M15.5 6V3.5h-11L10.5 10l-6 6.5h11V14"/>',
  loss: '<path d="M3 3v14h14"/><path d="M5 4.5c.8 6.5 4 9.5 11 9.8"/>',
  attention:
    '<path d="M3 6.5h4.5M3 13.5h4.5"/><path d="M7.5 6.5 12.5 10 7.5 13.5"/><circle cx="14.7" cy="10" r="2.3" fill="currentColor" fill-opacity=".28"/>',
  recurrent:
    '<rect x="6" y="8.5" width="8" height="8" rx="1.5"/><path d="M14 12.5h2.5c1.5 0 1.5-9 0-9h-13c-1.5 0-1.5 9 0 9H6M4.6 11l1.5 1.5-1.5 1.5"/>',
  block:
    '<rect x="2.5" y="5.5" width="11" height="12" rx="2"/><path d="M6 5.5v-1a2 2 0 0 1 2-2h7.5a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-2"/>',
  gate: '<path d="M3 10h4M13 6.5h4M13 13.5h4"/><path d="m7 10 6-3.5"/><circle cx="7" cy="10" r="1.3" fill="currentColor"/>',
} as const;

export type GlyphName = keyof typeof glyphs;

/** Tokens of category colours, `--cat-<name>`. */
export type CategoryColor =
  | "data"
  | "linear"
  | "conv"
  | "recurrent"
  | "attention"
  | "norm"
  | "activation"
  | "regular"
  | "shape"
  | "loss"
  | "control";

export const categoryColors: { readonly [C in Category]: CategoryColor } = {
  input: "data",
  linear: "linear",
  convolution: "conv",
  pooling: "shape",
  normalization: "norm",
  activation: "activation",
  regularization: "regular",
  shape: "shape",
  merge: "shape",
  reduction: "shape",
};

const byCategory: { readonly [C in Category]: GlyphName } = {
  input: "data",
  linear: "dense",
  convolution: "conv",
  pooling: "pool",
  normalization: "norm",
  activation: "relu",
  regularization: "drop",
  shape: "reshape",
  merge: "concat",
  reduction: "reduce",
};

/** Layers that the glyph of their category does not fit. */
const byLayer: { readonly [layer: string]: GlyphName } = {
  block: "block",
  matmul: "matmul",
  embedding: "embed",
  "positional-encoding": "position",
  "conv-transpose1d": "deconv",
  "conv-transpose2d": "deconv",
  "conv-transpose3d": "deconv",
  sigmoid: "sigmoid",
  "hard-sigmoid": "sigmoid",
  "log-sigmoid": "sigmoid",
  tanh: "sigmoid",
  "hard-tanh": "sigmoid",
  tanhshrink: "sigmoid",
  softsign: "sigmoid",
  softmax: "softmax",
  "log-softmax": "softmax",
  exp: "curve",
  log: "curve",
  sqrt: "curve",
  square: "curve",
  abs: "curve",
  "gaussian-noise": "noise",
  flatten: "flatten",
  transpose: "transpose",
  pad: "pad",
  slice: "slice",
  upsample: "upsample",
  identity: "identity",
  split: "split",
  add: "add",
  subtract: "subtract",
  multiply: "multiply",
  scale: "multiply",
  divide: "divide",
};

/** The glyph of a layer; its category decides where the layer has none of its own, and null (unknown) gives a block. */
export const glyphOf = (layer: string, category: Category | null): GlyphName =>
  byLayer[layer] ?? (category === null ? "block" : byCategory[category]);
