import { invariant } from "../core/invariant.ts";
import { equal, isSymbolic } from "../shape/dim.ts";
import { type DType, rawBytes, type Tensor, tensor } from "../shape/dtype.ts";
import { type Shape, sameShape, type TensorType, typeText } from "../shape/type.ts";
import type { Composite, GradientRule } from "./gradient.ts";
import { type AttrValue, type Graph, type Operator, type Origin, onnxType, type Value } from "./graph.ts";
import { liveOnly } from "./live.ts";
import { type OpAttrs, type OpName, opSpec, ops } from "./ops.ts";
import { type AttrSchema, type Attrs, inferContext } from "./spec.ts";

interface EmitOptions {
  /** Number of outputs; 1 when not said. */
  readonly outputs?: number;
  /** Output types, where inference cannot know them (shapes from values). */
  readonly types?: readonly TensorType[];
}

type EmitArgs<O extends OpName> =
  Record<never, never> extends OpAttrs<O>
    ? [attrs?: OpAttrs<O>, options?: EmitOptions]
    : [attrs: OpAttrs<O>, options?: EmitOptions];

/**
 * Builds an IR graph operator by operator; types are inferred on the way. Names come from the origin and a
 * counter, so the same calls give the same bytes. Equal constants are made once.
 */
export class GraphBuilder {
  readonly name: string;
  readonly #inputs: Value[] = [];
  readonly #initializers: Value[] = [];
  readonly #operators: Operator[] = [];
  readonly #composites: Composite[] = [];
  readonly #constants = new Map<string, Value>();
  readonly #names: Map<string, number>;
  /** Values made by operators of this graph, and those that are its outputs. */
  readonly #made = new Set<Value>();
  readonly #given = new Set<Value>();
  #origin: Origin = { node: null, pass: "forward" };

  constructor(name: string, parent?: GraphBuilder) {
    this.name = name;
    this.#names = parent ? parent.#names : new Map();
    if (parent) this.#origin = parent.#origin;
  }

  get origin(): Origin {
    return this.#origin;
  }

  /** Operators so far, in order. */
  get operators(): readonly Operator[] {
    return this.#operators;
  }

  /** Composites so far, in order. */
  get composites(): readonly Composite[] {
    return this.#composites;
  }

  /**
   * Emits several operators that share one gradient rule. `make` may use only `inputs` and constants, and what
   * it makes is seen by the rule as x(i) and y(i). Composites do not nest: the outermost rule counts.
   */
  composite(
    name: string,
    inputs: readonly Value[],
    make: () => readonly Value[],
    rule: GradientRule,
    attrs: Operator["attrs"] = {},
  ): Value[] {
    const first = this.#operators.length;
    const inner = this.#composites.length;
    const outputs = make();
    this.#composites.length = inner;
    this.#composites.push({ name, inputs, outputs, attrs, rule, range: [first, this.#operators.length] });
    return [...outputs];
  }

  /** Runs `make` with every operator it emits marked as coming from `origin`. */
  at<T>(origin: Origin, make: () => T): T {
    const outer = this.#origin;
    this.#origin = origin;
    const result = make();
    this.#origin = outer;
    return result;
  }

  /** A graph input. Its name is what callers of the model feed. */
  input(name: string, type: TensorType): Value {
    const value: Value = { name: this.#unique(name), type, constant: null };
    this.#inputs.push(value);
    return value;
  }

  /** A named initializer that users see in the file, such as a trained weight. */
  parameter(name: string, contents: Tensor): Value {
    const type = { dtype: contents.dtype, shape: contents.dims };
    const value: Value = { name: this.#unique(name), type, constant: contents };
    this.#initializers.push(value);
    return value;
  }

  /** An unnamed constant; equal contents share one initializer. */
  constant(contents: Tensor): Value {
    const key = `${contents.dtype}[${contents.dims}]${constantKey(contents)}`;
    const held = this.#constants.get(key);
    if (held) return held;
    const type = { dtype: contents.dtype, shape: contents.dims };
    const value: Value = { name: this.#unique("constant"), type, constant: contents };
    this.#initializers.push(value);
    this.#constants.set(key, value);
    return value;
  }

  /** A constant of rank 0. */
  scalar(value: number, dtype: DType = "float32"): Value {
    return this.constant(tensor(dtype, [], [value]));
  }

  /** A constant int64 vector: axes, shapes, pads. */
  ints(values: readonly number[]): Value {
    return this.constant(tensor("int64", [values.length], values));
  }

  /** Emits one operator and gives its first output. */
  emit<O extends OpName>(op: O, inputs: readonly (Value | null)[], ...rest: EmitArgs<O>): Value {
    return this.emitAll(op, inputs, ...rest)[0] as Value;
  }

  /** Emits one operator and gives all its outputs. */
  emitAll<O extends OpName>(op: O, inputs: readonly (Value | null)[], ...rest: EmitArgs<O>): Value[] {
    const [attrs, options] = rest;
    return this.#push(op, inputs, (attrs ?? {}) as { [name: string]: AttrValue | undefined }, options ?? {});
  }

  /** As {@link emitAll} for an operator whose name and attributes are data (copies, imports). */
  emitDynamic(
    op: string,
    inputs: readonly (Value | null)[],
    attrs: Operator["attrs"],
    options: EmitOptions = {},
  ): Value[] {
    return this.#push(op, inputs, attrs, options);
  }

  /** Reshape to `shape`. Where two or more symbols are not at their place in `x`, they must be dimensions of `like`. */
  reshape(x: Value, shape: Shape, like: Value = x): Value {
    if (sameShape(x.type.shape, shape)) return x;
    // 0 in the target of a Reshape copies a dimension unless it is told that 0 means none.
    if (shape.includes(0)) return this.emit("Reshape", [x, this.shapeVector(x, shape)], { allowzero: 1 });
    let free = 0;
    const target = shape.map((d, i) => {
      if (!isSymbolic(d)) return d;
      const here = x.type.shape[i];
      if (here !== undefined && equal(here, d)) return 0;
      free++;
      return -1;
    });
    if (free <= 1) {
      const types = [{ dtype: x.type.dtype, shape }];
      return this.emit("Reshape", [x, this.ints(target)], {}, { types });
    }
    return this.emit("Reshape", [x, this.shapeVector(like, shape)], {}, { types: [{ dtype: x.type.dtype, shape }] });
  }

  /** An int64 vector with the value of `shape` at run time; its symbols must be dimensions of `x`. */
  shapeVector(x: Value, shape: Shape): Value {
    if (shape.every((d) => !isSymbolic(d))) return this.ints(shape as number[]);
    const sizes = this.emit("Shape", [x]);
    const parts = shape.map((d) => {
      if (!isSymbolic(d)) return this.ints([d]);
      const axis = x.type.shape.findIndex((have) => equal(have, d));
      invariant(axis >= 0, `no dimension ${d.key} in ${typeText(x.type)}`);
      return this.emit("Gather", [sizes, this.ints([axis])], { axis: 0 });
    });
    return parts.length === 1 ? (parts[0] as Value) : this.emit("Concat", parts, { axis: 0 });
  }

  /** Cast, left out when the type is right already. */
  cast(x: Value, dtype: DType): Value {
    return x.type.dtype === dtype ? x : this.emit("Cast", [x], { to: onnxType[dtype] });
  }

  /** Reduction over `axes`, with the axes as the constant input that opset 18 wants. */
  reduce(
    op: "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin",
    x: Value,
    axes: readonly number[],
    keep = true,
  ): Value {
    return this.emit(op, [x, this.ints(axes)], { keepdims: keep ? 1 : 0 });
  }

  /**
   * Gives `value` the name that users of the finished model see. A value that is no operator's output, or has been
   * named before, is copied, since an ONNX value has one name.
   */
  named(value: Value, name: string): Value {
    const target = this.asOutput(value);
    (target as { name: string }).name = this.#unique(name);
    return target;
  }

  /** `value` as an output of this graph: copied when no operator here makes it, or when it is an output already. */
  asOutput(value: Value): Value {
    const fresh = this.#made.has(value) && !this.#given.has(value);
    const target = fresh ? value : this.emit("Identity", [value]);
    this.#given.add(target);
    return target;
  }

  /** A builder for the body of a Loop, Scan or If; names stay unique over all of them. */
  body(name: string): GraphBuilder {
    return new GraphBuilder(this.#unique(name), this);
  }

  /** The finished graph. Operators that no output needs are left out. */
  finish(outputs: readonly Value[]): Graph {
    return liveOnly({
      name: this.name,
      inputs: [...this.#inputs],
      outputs: [...outputs],
      initializers: this.#initializers,
      operators: this.#operators,
    });
  }

  #unique(name: string): string {
    const count = this.#names.get(name) ?? 0;
    this.#names.set(name, count + 1);
    return count === 0 ? name : this.#unique(`${name}_${count}`);
  }

  #push(
    op: string,
    inputs: readonly (Value | null)[],
    given: { readonly [name: string]: AttrValue | undefined },
    options: EmitOptions,
  ): Value[] {
    const spec = opSpec(op);
    invariant(spec, `operator ${op} is not in the op table`);
    const count = options.outputs ?? options.types?.length ?? defaultOutputs(op, spec.outputs[0], given, inputs);
    invariant(inputs.length >= spec.inputs[0] && inputs.length <= spec.inputs[1], `${op} with ${inputs.length} inputs`);
    const attrs = definedOnly(given);
    const types = options.types ?? spec.infer(inferContext(op, inputs, attrs as unknown as Attrs<AttrSchema>, count));
    invariant(
      types && types.length >= count,
      `${op} of ${inputs.map((v) => v && typeText(v.type))} needs its types said`,
    );
    const name = this.#unique(`${this.#origin.node ?? this.#origin.pass}/${op}`);
    const outputs = types
      .slice(0, count)
      .map((type, i): Value => ({ name: i === 0 ? name : `${name}:${i}`, type, constant: null }));
    this.#operators.push({ op, name, inputs: [...inputs], outputs, attrs, origin: this.#origin });
    for (const v of outputs) this.#made.add(v);
    return outputs;
  }
}

function defaultOutputs(
  op: string,
  least: number,
  attrs: { readonly [name: string]: AttrValue | undefined },
  inputs: readonly (Value | null)[],
): number {
  const body = (attrs["body"] ?? attrs["then_branch"]) as Graph | undefined;
  if (body) return op === "Loop" ? body.outputs.length - 1 : body.outputs.length;
  if (op === "Split") return inputs[1]?.constant?.data.length ?? (attrs["num_outputs"] as number | undefined) ?? least;
  return least;
}

function constantKey(t: Tensor): string {
  const bytes = rawBytes(t);
  let text = "";
  for (const b of bytes) text += String.fromCharCode(b);
  return text;
}

export const opNames = Object.keys(ops) as OpName[];

function definedOnly(attrs: { readonly [name: string]: AttrValue | undefined }): Operator["attrs"] {
  return Object.fromEntries(Object.entries(attrs).filter((e): e is [string, AttrValue] => e[1] !== undefined));
}
