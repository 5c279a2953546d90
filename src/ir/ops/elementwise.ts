import { invariant } from "../../core/invariant.ts";
import type { DType } from "../../shape/dtype.ts";
import { broadcast, type Shape, type TensorType, typeText } from "../../shape/type.ts";
import { onnxType } from "../graph.ts";
import { type InferContext, op } from "../spec.ts";

const same = (c: Pick<InferContext, "type">): readonly TensorType[] => [c.type(0)];
const unary = op({ attrs: {}, inputs: [1, 1], outputs: [1, 1], infer: same });
const alpha = op({ attrs: { alpha: "float?" }, inputs: [1, 1], outputs: [1, 1], infer: same });

/** Shape that all inputs broadcast to. */
export function broadcastAll(types: readonly TensorType[]): Shape {
  return types.reduce<Shape>((shape, t) => {
    const joined = broadcast(shape, t.shape);
    invariant("shape" in joined, `cannot broadcast ${types.map(typeText).join(" with ")}`);
    return joined.shape;
  }, []);
}

const inputTypes = (c: InferContext): TensorType[] => c.inputs.map((_, i) => c.type(i));

const variadic = op({
  attrs: {},
  inputs: [1, 1024],
  outputs: [1, 1],
  infer: (c) => [{ dtype: c.type(0).dtype, shape: broadcastAll(inputTypes(c)) }],
});
const binary = op({
  attrs: {},
  inputs: [2, 2],
  outputs: [1, 1],
  infer(c) {
    invariant(c.type(0).dtype === c.type(1).dtype, `operands differ: ${inputTypes(c).map(typeText).join(", ")}`);
    return [{ dtype: c.type(0).dtype, shape: broadcastAll(inputTypes(c)) }];
  },
});
const comparison = op({
  attrs: {},
  inputs: [2, 2],
  outputs: [1, 1],
  infer: (c) => [{ dtype: "bool", shape: broadcastAll(inputTypes(c)) }],
});
const predicate = op({
  attrs: {},
  inputs: [1, 1],
  outputs: [1, 1],
  infer: (c) => [{ dtype: "bool", shape: c.type(0).shape }],
});

const dtypeOf = new Map<number, DType>(Object.entries(onnxType).map(([d, n]) => [n, d as DType]));

export const elementwise = {
  Abs: unary,
  Acos: unary,
  Acosh: unary,
  Asin: unary,
  Asinh: unary,
  Atan: unary,
  Atanh: unary,
  BitwiseNot: unary,
  Ceil: unary,
  Cos: unary,
  Cosh: unary,
  Erf: unary,
  Exp: unary,
  Floor: unary,
  HardSwish: unary,
  Identity: unary,
  Log: unary,
  Mish: unary,
  Neg: unary,
  Not: unary,
  Reciprocal: unary,
  Relu: unary,
  Round: unary,
  Sigmoid: unary,
  Sign: unary,
  Sin: unary,
  Sinh: unary,
  Softplus: unary,
  Softsign: unary,
  Sqrt: unary,
  Tan: unary,
  Tanh: unary,

  Celu: alpha,
  Elu: alpha,
  LeakyRelu: alpha,
  ThresholdedRelu: alpha,
  Selu: op({ attrs: { alpha: "float?", gamma: "float?" }, inputs: [1, 1], outputs: [1, 1], infer: same }),
  HardSigmoid: op({ attrs: { alpha: "float?", beta: "float?" }, inputs: [1, 1], outputs: [1, 1], infer: same }),
  PRelu: op({ attrs: {}, inputs: [2, 2], outputs: [1, 1], infer: same }),
  Clip: op({ attrs: {}, inputs: [1, 3], outputs: [1, 1], infer: same }),
  /** Inference form: the identity. Training masks come from counters, see `lower/random.ts`. */
  Dropout: op({ attrs: { seed: "int?" }, inputs: [1, 3], outputs: [1, 1], infer: same }),

  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: binary,
  Mod: op({ attrs: { fmod: "int?" }, inputs: [2, 2], outputs: [1, 1], infer: binary.infer }),
  Pow: op({
    attrs: {},
    inputs: [2, 2],
    outputs: [1, 1],
    infer: (c) => [{ dtype: c.type(0).dtype, shape: broadcastAll(inputTypes(c)) }],
  }),
  And: binary,
  Or: binary,
  Xor: binary,
  BitwiseAnd: binary,
  BitwiseOr: binary,
  BitwiseXor: binary,
  BitShift: op({ attrs: { direction: "string" }, inputs: [2, 2], outputs: [1, 1], infer: binary.infer }),
  Max: variadic,
  Min: variadic,
  Sum: variadic,
  Equal: comparison,
  Greater: comparison,
  GreaterOrEqual: comparison,
  Less: comparison,
  LessOrEqual: comparison,
  IsNaN: predicate,
  IsInf: op({
    attrs: { detect_negative: "int?", detect_positive: "int?" },
    inputs: [1, 1],
    outputs: [1, 1],
    infer: predicate.infer,
  }),
  Where: op({
    attrs: {},
    inputs: [3, 3],
    outputs: [1, 1],
    infer: (c) => [{ dtype: c.type(1).dtype, shape: broadcastAll(inputTypes(c)) }],
  }),
  Cast: op({
    attrs: { to: "int" },
    inputs: [1, 1],
    outputs: [1, 1],
    infer(c) {
      const dtype = dtypeOf.get(c.attrs.to);
      invariant(dtype, `Cast to unknown type ${c.attrs.to}`);
      return [{ dtype, shape: c.type(0).shape }];
    },
  }),
} as const;
