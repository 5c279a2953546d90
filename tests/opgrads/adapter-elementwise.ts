import type { Value } from "../../src/ir/graph.ts";
import type { Operand } from "../../src/ir/maths.ts";
import type { OpName } from "../../src/ir/ops.ts";
import { type Adapter, type Call, op } from "./call.ts";

const unary = (name: OpName): Adapter => op("input", (c) => c.b.emitDynamic(name, [c.tensor("input")], {}));
const of = (f: (c: Call, x: Value) => Value): Adapter => op("input", (c) => f(c, c.tensor("input")));
const binary = (f: (c: Call, a: Operand, b: Operand) => Value, extra = ""): Adapter =>
  op(`input other ${extra}`, (c) => f(c, c.operand("input"), c.operand("other")));

const value = (c: Call, x: Operand): Value => (typeof x === "number" ? c.scalar(x) : x);
const trunc = (c: Call, x: Value): Value => c.m.where(c.m.lt(x, 0), c.m.ceil(x), c.m.floor(x));

function divide(c: Call, a: Operand, b: Operand): Value {
  const quotient = c.m.div(a, b);
  const mode = c.text("rounding_mode", "none");
  return mode === "floor" ? c.m.floor(quotient) : mode === "trunc" ? trunc(c, quotient) : quotient;
}

/** fmod has the sign of the dividend, remainder that of the divisor. */
const fmod = (c: Call, a: Operand, b: Operand): Value => c.b.emit("Mod", [value(c, a), value(c, b)], { fmod: 1 });
function remainder(c: Call, a: Operand, b: Operand): Value {
  const r = fmod(c, a, b);
  const zero = c.scalar(0);
  const apart = c.b.emit("Xor", [c.m.lt(r, zero), c.m.lt(b, zero)]);
  return c.m.where(c.m.and(apart, c.m.not(c.m.eq(r, zero))), c.m.add(r, b), r);
}

/** atan(y/x), turned by π where x is negative. */
function atan2(c: Call, y: Operand, x: Operand): Value {
  const { m } = c;
  const zero = c.scalar(0);
  const turn = m.where(m.ge(y, zero), Math.PI, c.scalar(-Math.PI));
  const angle = c.b.emit("Atan", [m.div(y, x)]);
  return m.add(angle, m.where(m.lt(x, zero), turn, 0));
}

function round(c: Call, x: Value): Value {
  const decimals = c.number("decimals", 0);
  // 1000 and not 0.001 is exact in float32.
  const power = 10 ** Math.abs(decimals);
  if (decimals === 0) return c.m.round(x);
  return decimals > 0 ? c.m.div(c.m.round(c.m.mul(x, power)), power) : c.m.mul(c.m.round(c.m.div(x, power)), power);
}

function clamp(c: Call): Value {
  let x = c.tensor("input");
  if (c.has("min")) x = c.m.max(x, c.operand("min"));
  if (c.has("max")) x = c.m.min(x, c.operand("max"));
  return x;
}

const scaled = (c: Call, name: string, x: Value): Value => c.m.mul(x, c.operand(name, 1));

export const elementwise: { readonly [name: string]: Adapter } = {
  abs: unary("Abs"),
  acos: unary("Acos"),
  acosh: unary("Acosh"),
  asin: unary("Asin"),
  asinh: unary("Asinh"),
  atan: unary("Atan"),
  atanh: unary("Atanh"),
  ceil: unary("Ceil"),
  cos: unary("Cos"),
  cosh: unary("Cosh"),
  erf: unary("Erf"),
  exp: unary("Exp"),
  floor: unary("Floor"),
  log: unary("Log"),
  neg: unary("Neg"),
  reciprocal: unary("Reciprocal"),
  sigmoid: unary("Sigmoid"),
  sign: unary("Sign"),
  sgn: unary("Sign"),
  sin: unary("Sin"),
  sinh: unary("Sinh"),
  sqrt: unary("Sqrt"),
  tan: unary("Tan"),
  tanh: unary("Tanh"),
  clone: op("input memory_format", (c) => c.b.emit("Identity", [c.tensor("input")])),
  contiguous: op("input memory_format", (c) => c.b.emit("Identity", [c.tensor("input")])),
  positive: unary("Identity"),
  trunc: of(trunc),
  fix: of(trunc),
  frac: of((c, x) => c.m.sub(x, trunc(c, x))),
  round: op("input decimals", (c) => round(c, c.tensor("input"))),
  square: of((c, x) => c.m.square(x)),
  rsqrt: of((c, x) => c.m.div(1, c.m.sqrt(x))),
  expm1: of((c, x) => c.m.sub(c.m.exp(x), 1)),
  exp2: of((c, x) => c.m.exp(c.m.mul(x, Math.LN2))),
  log1p: of((c, x) => c.m.log(c.m.add(x, 1))),
  log2: of((c, x) => c.m.div(c.m.log(x), Math.LN2)),
  log10: of((c, x) => c.m.div(c.m.log(x), Math.LN10)),
  erfc: of((c, x) => c.m.sub(1, c.m.erf(x))),
  deg2rad: of((c, x) => c.m.mul(x, Math.PI / 180)),
  rad2deg: of((c, x) => c.m.mul(x, 180 / Math.PI)),
  logit: op("input eps", (c) => {
    const x = c.tensor("input");
    const eps = c.number("eps", -1);
    const p = eps < 0 ? x : c.m.min(c.m.max(x, eps), 1 - eps);
    return c.m.log(c.m.div(p, c.m.sub(1, p)));
  }),
  sinc: of((c, x) => {
    const angle = c.m.mul(x, Math.PI);
    const isZero = c.m.eq(x, 0);
    return c.m.where(isZero, 1, c.m.div(c.m.sin(angle), c.m.where(isZero, 1, angle)));
  }),
  nan_to_num: op("input nan posinf neginf", (c) => {
    const x = c.tensor("input");
    const known = c.m.where(c.b.emit("IsNaN", [x]), c.number("nan", 0), x);
    const highest = c.float === "float32" ? 3.4028234663852886e38 : Number.MAX_VALUE;
    return c.m.min(c.m.max(known, c.number("neginf", -highest)), c.number("posinf", highest));
  }),

  add: op("input other alpha", (c) => c.m.add(c.tensor("input"), multiple(c))),
  sub: op("input other alpha", (c) => c.m.sub(c.tensor("input"), multiple(c))),
  __radd__: binary((c, a, b) => c.m.add(value(c, b), a)),
  __rsub__: binary((c, a, b) => c.m.sub(b, value(c, a))),
  __rmul__: binary((c, a, b) => c.m.mul(value(c, b), a)),
  __rdiv__: binary((c, a, b) => c.m.div(b, value(c, a))),
  __rpow__: binary((c, a, b) => c.m.pow(value(c, b), a)),
  __rmod__: binary((c, a, b) => remainder(c, value(c, b), a)),
  rsub: op("input other alpha", (c) => c.m.sub(c.operand("other"), scaled(c, "alpha", c.tensor("input")))),
  mul: binary((c, a, b) => c.m.mul(value(c, a), b)),
  div: binary(divide, "rounding_mode"),
  true_divide: binary(divide),
  floor_divide: binary((c, a, b) => c.m.floor(c.m.div(a, b))),
  pow: op("input exponent", (c) => c.m.pow(c.operand("input"), c.operand("exponent"))),
  float_power: op("input exponent", (c) => c.m.pow(c.operand("input"), c.operand("exponent"))),
  fmod: binary(fmod),
  remainder: binary(remainder),
  atan2: binary(atan2),
  arctan2: binary(atan2),
  hypot: binary((c, a, b) => c.m.sqrt(c.m.add(c.m.mul(value(c, a), a), c.m.mul(value(c, b), b)))),
  maximum: binary((c, a, b) => c.m.max(a, b)),
  minimum: binary((c, a, b) => c.m.min(a, b)),
  fmax: binary((c, a, b) => c.m.max(a, b)),
  fmin: binary((c, a, b) => c.m.min(a, b)),
  logaddexp: binary((c, a, b) => c.m.add(c.m.softplus(c.m.sub(b, a)), a)),
  logaddexp2: binary((c, a, b) => {
    const difference = c.m.mul(c.m.sub(b, a), Math.LN2);
    return c.m.add(c.m.div(c.m.softplus(difference), Math.LN2), a);
  }),
  xlogy: binary((c, a, b) => {
    const x = value(c, a);
    const product = c.m.mul(x, c.m.log(value(c, b)));
    return c.m.where(c.m.eq(x, 0), 0, product);
  }),
  copysign: binary((c, a, b) => {
    const size = c.m.abs(value(c, a));
    return c.m.where(c.m.lt(value(c, b), 0), c.m.neg(size), size);
  }),
  ldexp: binary((c, a, b) => c.m.mul(value(c, a), c.m.pow(c.scalar(2), b))),
  lerp: op("input end weight", (c) => {
    const [start, end] = [c.tensor("input"), c.tensor("end")];
    return c.m.add(start, c.m.mul(c.m.sub(end, start), c.operand("weight")));
  }),
  addcmul: op("input tensor1 tensor2 value", (c) =>
    c.m.add(c.tensor("input"), scaled(c, "value", c.m.mul(c.tensor("tensor1"), c.tensor("tensor2")))),
  ),
  addcdiv: op("input tensor1 tensor2 value", (c) =>
    c.m.add(c.tensor("input"), scaled(c, "value", c.m.div(c.tensor("tensor1"), c.tensor("tensor2")))),
  ),
  clamp: op("input min max", clamp),
  clip: op("input min max", clamp),
  clamp_min: op("input min", clamp),
  clamp_max: op("input max", clamp),
  where: op("input condition other", (c) => c.m.where(c.tensor("condition"), c.operand("input"), c.operand("other"))),
  masked_fill: op("input mask value", (c) => c.m.where(c.tensor("mask"), c.operand("value"), c.tensor("input"))),
};

const multiple = (c: Call): Operand => {
  const alpha = c.number("alpha", 1);
  const other = c.operand("other");
  return typeof other === "number" ? other * alpha : c.m.mul(other, alpha);
};
