import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { Value } from "../../src/ir/graph.ts";
import { Maths, type Operand } from "../../src/ir/maths.ts";
import type { OpName } from "../../src/ir/ops.ts";
import { elementCount, type Tensor, tensor } from "../../src/shape/dtype.ts";
import { isRefTensor, type RefCase, type RefTensor, type RefValue, toTensor } from "./format.ts";

/** Why a case cannot be built: the operator, or this use of it, is beyond Gradloom. */
export class Unsupported extends Error {}

/** A call of a torch operator while its graph is built: arguments by name, and arithmetic. */
export class Call {
  readonly b: GraphBuilder;
  readonly m: Maths;
  readonly float: "float32" | "float64";
  /** Graph inputs by the key their gradient has in the file. */
  readonly inputs = new Map<string, Value>();
  readonly feeds: { [name: string]: Tensor } = {};
  readonly #bound = new Map<string, { readonly value: RefValue; readonly key: string }>();

  constructor(b: GraphBuilder, c: RefCase, names: readonly string[], float: "float32" | "float64") {
    this.b = b;
    this.m = new Maths(b);
    this.float = float;
    c.args.forEach((value, i) => {
      const name = names[i];
      if (name === undefined) throw new Unsupported(`argument ${i} is not supported`);
      this.#bound.set(name, { value, key: String(i) });
    });
    for (const [name, value] of Object.entries(c.kwargs)) {
      if (!names.includes(name)) throw new Unsupported(`argument ${name} is not supported`);
      this.#bound.set(name, { value, key: name });
    }
    for (const { value, key } of this.#bound.values()) this.#feed(value, key);
  }

  /** Every tensor is fed, also those that the graph turns out not to use. */
  #feed(value: RefValue, key: string): void {
    if (isRefTensor(value)) {
      const name = `a${key.replace(".", "_")}`;
      this.feeds[name] = toTensor(value, this.float);
      const { dtype } = this.feeds[name];
      this.inputs.set(key, this.b.input(name, { dtype, shape: value.shape }));
    } else if (Array.isArray(value)) {
      value.forEach((item, i) => {
        this.#feed(item as RefValue, `${key}.${i}`);
      });
    }
  }

  has(name: string): boolean {
    return (this.#bound.get(name)?.value ?? null) !== null;
  }

  raw(name: string): RefValue {
    return this.#bound.get(name)?.value ?? null;
  }

  tensor(name: string): Value {
    const found = this.maybe(name);
    if (!found) throw new Unsupported(`argument ${name} is not a tensor`);
    return found;
  }

  maybe(name: string): Value | null {
    const bound = this.#bound.get(name);
    return bound ? (this.inputs.get(bound.key) ?? null) : null;
  }

  /** A tensor or a number. */
  operand(name: string, fallback?: number): Operand {
    return this.maybe(name) ?? this.number(name, fallback);
  }

  tensors(name: string): Value[] {
    const bound = this.#bound.get(name);
    if (!bound || !Array.isArray(bound.value)) throw new Unsupported(`argument ${name} is not a list of tensors`);
    return bound.value.map((_, i) => this.inputs.get(`${bound.key}.${i}`) as Value);
  }

  /** Contents of a tensor argument that decides about shapes. */
  contents(name: string): RefTensor | null {
    const value = this.raw(name);
    return isRefTensor(value) ? value : null;
  }

  number(name: string, fallback?: number): number {
    const value = this.raw(name);
    if (typeof value === "number") return value;
    if (typeof value === "boolean") return Number(value);
    if (isRefTensor(value) && value.data.length === 1) return value.data[0] as number;
    if (value === null && fallback !== undefined) return fallback;
    throw new Unsupported(`argument ${name} is not a number`);
  }

  flag(name: string, fallback = false): boolean {
    const value = this.raw(name);
    return value === null ? fallback : Boolean(value);
  }

  text(name: string, fallback: string): string {
    const value = this.raw(name);
    return typeof value === "string" ? value : fallback;
  }

  /** A list of whole numbers; one number stands for `count` of it, nothing for the fallback. */
  ints(name: string, count: number, fallback: number): number[] {
    const list = this.intList(name);
    if (list === null || list.length === 0) return new Array<number>(count).fill(fallback);
    return list.length === 1 ? new Array<number>(count).fill(list[0] as number) : list;
  }

  /** A list of whole numbers, or one as a list; null when it is not given. */
  intList(name: string): number[] | null {
    const value = this.raw(name);
    if (value === null) return null;
    if (typeof value === "number") return [value];
    if (isRefTensor(value)) return [...value.data];
    if (Array.isArray(value) && value.every((v) => typeof v === "number")) return [...(value as number[])];
    throw new Unsupported(`argument ${name} is not a list of whole numbers`);
  }

  /** Axes counted from the front; every axis when nothing is given. A scalar has none. */
  axes(name: string, x: Value): number[] {
    const rank = dims(x).length;
    const given = this.intList(name);
    if (rank === 0) return [];
    if (given === null || given.length === 0) return dims(x).map((_, i) => i);
    return given.map((a) => (a < 0 ? a + rank : a));
  }

  /** One axis counted from the front, 0 for a scalar. */
  axis(name: string, x: Value, fallback: number): number {
    const a = this.number(name, fallback);
    return a < 0 ? a + Math.max(dims(x).length, 1) : a;
  }

  scalar(value: number): Value {
    return this.b.scalar(value, this.float);
  }

  constant(values: ArrayLike<number>, shape: readonly number[]): Value {
    return this.b.constant(tensor(this.float, shape, values));
  }

  /** A reduction over axes counted from the front; a scalar is its own reduction for all of those used. */
  reduce(op: Extract<OpName, `Reduce${string}`>, x: Value, axes: readonly number[], keep = false): Value {
    const keepdims = keep ? 1 : 0;
    if (dims(x).length === 0) return this.b.emit(op, [x], { keepdims });
    return axes.length === 0 ? x : this.b.emit(op, [x, this.b.ints(axes)], { keepdims });
  }

  /** Runs `f` on a scalar as a vector of one element, and on anything else as it is. */
  atLeastVector(x: Value, f: (x: Value) => Value): Value {
    return dims(x).length > 0 ? f(x) : this.m.reshape(f(this.m.reshape(x, [1])), []);
  }

  expand(x: Value, shape: readonly number[]): Value {
    return this.b.emit("Expand", [x, this.b.ints(shape)]);
  }

  /** y = f(x) whose gradient torch takes as that of the identity, or as none. */
  through(x: Value, f: (x: Value) => Value, gradient: "identity" | "none"): Value {
    return this.b.composite(
      gradient,
      [x],
      () => [f(x)],
      (c) => [gradient === "identity" ? c.dy() : null],
    )[0] as Value;
  }

  /** x, taken as a constant by the gradient. */
  detach = (x: Value): Value => this.through(x, (v) => this.b.emit("Identity", [v]), "none");
}

export const dims = (v: Value): number[] => [...(v.type.shape as readonly number[])];
export const count = (v: Value): number => elementCount(dims(v));

/** Builds the forward graph of one torch operator from operators of the op table. */
export interface Adapter {
  /** Names of the arguments in the order of the torch signature. */
  readonly names: readonly string[];
  readonly make: (c: Call) => Value | readonly Value[];
}

export const op = (names: string, make: Adapter["make"]): Adapter => ({
  names: names.split(" ").filter((n) => n !== ""),
  make,
});
