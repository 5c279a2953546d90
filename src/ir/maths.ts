import { invariant } from "../core/invariant.ts";
import { type DType, tensor } from "../shape/dtype.ts";
import type { Shape } from "../shape/type.ts";
import type { GraphBuilder } from "./builder.ts";
import type { Value } from "./graph.ts";

/** A value, or a number that becomes a constant of the other operand's element type. */
export type Operand = Value | number;

type Unary =
  | "Abs"
  | "Acosh"
  | "Cast"
  | "Ceil"
  | "Cos"
  | "Cosh"
  | "Erf"
  | "Exp"
  | "Floor"
  | "Log"
  | "Neg"
  | "Not"
  | "Reciprocal"
  | "Round"
  | "Sigmoid"
  | "Sin"
  | "Sinh"
  | "Softplus"
  | "Sqrt"
  | "Tanh";

type Comparison = "Equal" | "Greater" | "GreaterOrEqual" | "Less" | "LessOrEqual";

/**
 * Arithmetic over the values of one builder, so that a formula in code reads like the formula on paper.
 * Operands broadcast as in ONNX. Multiplying by the number 1 and adding 0 emit nothing.
 */
export class Maths {
  readonly b: GraphBuilder;

  constructor(b: GraphBuilder) {
    this.b = b;
  }

  add = (x: Operand, y: Operand): Value => (y === 0 && isValue(x) ? x : this.#binary("Add", x, y));
  sub = (x: Operand, y: Operand): Value => this.#binary("Sub", x, y);
  div = (x: Operand, y: Operand): Value => (y === 1 && isValue(x) ? x : this.#binary("Div", x, y));
  pow = (x: Operand, y: Operand): Value => this.#binary("Pow", x, y);
  max = (x: Operand, y: Operand): Value => this.#binary("Max", x, y);
  min = (x: Operand, y: Operand): Value => this.#binary("Min", x, y);

  mul(x: Operand, y: Operand, ...more: Operand[]): Value {
    const first = x === 1 && isValue(y) ? y : y === 1 && isValue(x) ? x : this.#binary("Mul", x, y);
    return more.reduce<Value>((product, z) => this.mul(product, z), first);
  }

  neg = (x: Value): Value => this.#unary("Neg", x);
  abs = (x: Value): Value => this.#unary("Abs", x);
  exp = (x: Value): Value => this.#unary("Exp", x);
  log = (x: Value): Value => this.#unary("Log", x);
  sqrt = (x: Value): Value => this.#unary("Sqrt", x);
  sin = (x: Value): Value => this.#unary("Sin", x);
  cos = (x: Value): Value => this.#unary("Cos", x);
  sinh = (x: Value): Value => this.#unary("Sinh", x);
  cosh = (x: Value): Value => this.#unary("Cosh", x);
  tanh = (x: Value): Value => this.#unary("Tanh", x);
  erf = (x: Value): Value => this.#unary("Erf", x);
  sigmoid = (x: Value): Value => this.#unary("Sigmoid", x);
  softplus = (x: Value): Value => this.#unary("Softplus", x);
  floor = (x: Value): Value => this.#unary("Floor", x);
  ceil = (x: Value): Value => this.#unary("Ceil", x);
  round = (x: Value): Value => this.#unary("Round", x);
  not = (x: Value): Value => this.#unary("Not", x);
  square = (x: Value): Value => this.mul(x, x);

  eq = (x: Operand, y: Operand): Value => this.#binary("Equal", x, y);
  gt = (x: Operand, y: Operand): Value => this.#binary("Greater", x, y);
  ge = (x: Operand, y: Operand): Value => this.#binary("GreaterOrEqual", x, y);
  lt = (x: Operand, y: Operand): Value => this.#binary("Less", x, y);
  le = (x: Operand, y: Operand): Value => this.#binary("LessOrEqual", x, y);
  and = (x: Value, y: Value): Value => this.b.emit("And", [x, y]);
  or = (x: Value, y: Value): Value => this.b.emit("Or", [x, y]);

  /** x where the condition holds, else y; at least one of the two is a value. */
  where(condition: Value, x: Operand, y: Operand): Value {
    const [left, right] = this.#lift(x, y);
    return this.b.emit("Where", [condition, left, right]);
  }

  /** 1 where a condition holds and 0 elsewhere, in the element type of `like`. */
  mask = (condition: Value, like: Value): Value => this.b.cast(condition, like.type.dtype);

  /** Sum over `axes`, which stay as ones. No axes: x itself. */
  sum = (x: Value, axes: readonly number[], keep = true): Value =>
    axes.length === 0 ? x : this.b.reduce("ReduceSum", x, axes, keep);

  /** Mean over `axes`, which stay as ones. No axes: x itself. */
  mean = (x: Value, axes: readonly number[], keep = true): Value =>
    axes.length === 0 ? x : this.b.reduce("ReduceMean", x, axes, keep);

  transpose = (x: Value, perm: readonly number[]): Value =>
    perm.every((p, i) => p === i) ? x : this.b.emit("Transpose", [x], { perm: [...perm] });

  reshape = (x: Value, shape: Shape): Value => this.b.reshape(x, shape);

  /** A constant of `shape` filled with `value`; stored as one number. */
  full = (value: number, dtype: DType, shape: readonly number[]): Value =>
    this.b.emit("Expand", [this.b.scalar(value, dtype), this.b.ints(shape)]);

  /** x[..., start:end:step, ...] along `axis`; `end` null is "to the end in the direction of the step". */
  slice(x: Value, axis: number, start: number, end: number | null, step = 1): Value {
    const stop = end ?? (step > 0 ? 2 ** 31 - 1 : -(2 ** 31));
    const { b } = this;
    return b.emit("Slice", [x, b.ints([start]), b.ints([stop]), b.ints([axis]), b.ints([step])]);
  }

  /** Zeros (or `value`) before and after along every axis; negative amounts crop. */
  pad(x: Value, before: readonly number[], after: readonly number[], value = 0): Value {
    if ([...before, ...after].every((p) => p === 0)) return x;
    const fill = value === 0 ? [] : [this.b.scalar(value, x.type.dtype)];
    return this.b.emit("Pad", [x, this.b.ints([...before, ...after]), ...fill]);
  }

  concat = (parts: readonly Value[], axis: number): Value =>
    parts.length === 1 ? (parts[0] as Value) : this.b.emit("Concat", parts, { axis });

  matmul = (x: Value, y: Value): Value => this.b.emit("MatMul", [x, y]);

  /** A constant matrix or tensor in the element type of `like`. */
  table = (values: ArrayLike<number>, dims: readonly number[], like: Value): Value =>
    this.b.constant(tensor(like.type.dtype, dims, values));

  #unary(op: Unary & Parameters<GraphBuilder["emit"]>[0], x: Value): Value {
    return this.b.emitDynamic(op, [x], {})[0] as Value;
  }

  #binary(op: "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Max" | "Min" | Comparison, x: Operand, y: Operand): Value {
    return this.b.emit(op, this.#lift(x, y));
  }

  #lift(x: Operand, y: Operand): [Value, Value] {
    if (isValue(x)) return [x, isValue(y) ? y : this.b.scalar(y, x.type.dtype)];
    invariant(isValue(y), "arithmetic needs a value");
    return [this.b.scalar(x, y.type.dtype), y];
  }
}

const isValue = (x: Operand): x is Value => typeof x !== "number";
