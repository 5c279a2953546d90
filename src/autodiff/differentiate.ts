import { invariant } from "../core/invariant.ts";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import {
  type Composite,
  type GradientContext,
  type GradientRule,
  isNotYet,
  type NotYet,
  type Provider,
  type Seed,
} from "../ir/gradient.ts";
import type { Operator, Origin, Value } from "../ir/graph.ts";
import { captured } from "../ir/inline.ts";
import type { OpName } from "../ir/ops.ts";
import { isFloat } from "../shape/dtype.ts";
import { sameShape, staticShape, typeText } from "../shape/type.ts";
import { gradientTable } from "./table.ts";

export type { Seed } from "../ir/gradient.ts";

/** Something with one gradient rule: an operator or a composite. */
interface Unit {
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attrs: Operator["attrs"];
  readonly origin: Origin;
  readonly name: string;
  readonly rule: GradientRule | "nondifferentiable" | NotYet;
}

/**
 * Reverse-mode differentiation (Linnainmaa 1970) of everything `b` holds so far: appends the backward
 * operators to the same builder and returns dL/dv for each of `wrt`, zeros where the seeds do not depend on it.
 * All shapes must be numbers. Only operators on a path from `wrt` to a seed are visited.
 */
export function differentiate(
  b: GraphBuilder,
  seeds: readonly Seed[],
  wrt: readonly Value[],
  provider: Provider = "cpu",
): Result<Gradients> {
  const units = unitsOf(b);
  const active = dependents(units, wrt);
  const gradients = new Gradients(b);
  for (const seed of seeds) gradients.add(seed.value, seed.gradient, { node: null, pass: "backward" });
  for (const unit of [...units].reverse()) {
    const arrived = unit.outputs.some((v) => active.has(v) && gradients.has(v));
    if (!arrived || !unit.inputs.some((v) => v && active.has(v))) continue;
    if (unit.rule === "nondifferentiable") continue;
    const origin: Origin = { node: unit.origin.node, pass: "backward" };
    const { rule } = unit;
    const given =
      typeof rule === "object" ? rule : b.at(origin, () => rule(context(b, unit, gradients, active, provider)));
    if (isNotYet(given)) {
      return fail(issue("autodiff.no-rule", { ...nodeOf(unit), op: unit.name, reason: given.notYet }));
    }
    const surplus = given.slice(unit.inputs.length);
    invariant(
      surplus.every((v) => v === null),
      `rule of ${unit.name} gave ${given.length} gradients`,
    );
    given.forEach((gradient, i) => {
      const input = unit.inputs[i];
      if (gradient && input && active.has(input)) gradients.add(input, gradient, origin);
    });
  }
  return ok(gradients);
}

const nodeOf = (unit: Unit): { node?: string } => (unit.origin.node ? { node: unit.origin.node } : {});

/** Gradients by value, added up when they are first asked for. */
export class Gradients {
  readonly #b: GraphBuilder;
  readonly #parts = new Map<Value, { value: Value; origin: Origin }[]>();

  constructor(b: GraphBuilder) {
    this.#b = b;
  }

  has(v: Value): boolean {
    return this.#parts.has(v);
  }

  /** dL/dv, of the shape of `v`; zeros when nothing arrived. */
  of(v: Value): Value {
    const parts = this.#parts.get(v);
    if (!parts) return this.#zeros(v);
    const first = parts[0] as { value: Value; origin: Origin };
    if (parts.length === 1) return first.value;
    const sum = this.#b.at(first.origin, () =>
      parts.slice(1).reduce((total, p) => this.#b.emit("Add", [total, p.value]), first.value),
    );
    this.#parts.set(v, [{ value: sum, origin: first.origin }]);
    return sum;
  }

  add(v: Value, gradient: Value, origin: Origin): void {
    const fitted = this.#b.at(origin, () => fitTo(this.#b, gradient, v));
    const held = this.#parts.get(v);
    if (held) held.push({ value: fitted, origin });
    else this.#parts.set(v, [{ value: fitted, origin }]);
  }

  #zeros(v: Value): Value {
    const dims = staticShape(v.type.shape);
    invariant(dims, `gradient of ${typeText(v.type)} with symbols`);
    return this.#b.emit("Expand", [this.#b.scalar(0, v.type.dtype), this.#b.ints(dims)]);
  }
}

/**
 * The gradient in the shape of `like`: sums the axes along which `like` was stretched, and stretches
 * the axes along which the gradient is constant.
 */
export function fitTo(b: GraphBuilder, gradient: Value, like: Value): Value {
  const [from, to] = [gradient.type.shape, like.type.shape];
  if (sameShape(from, to)) return gradient;
  const extra = from.length - to.length;
  const axes = from.flatMap((d, i) => (i < extra || (to[i - extra] === 1 && d !== 1) ? [i] : []));
  const summed = axes.length > 0 ? b.reduce("ReduceSum", gradient, axes) : gradient;
  const left = b.reshape(summed, summed.type.shape.slice(Math.max(extra, 0)));
  if (sameShape(left.type.shape, to)) return left;
  const stretched = b.emit("Expand", [left, b.ints(staticShape(to) ?? [])]);
  invariant(sameShape(stretched.type.shape, to), `gradient ${typeText(gradient.type)} for ${typeText(like.type)}`);
  return stretched;
}

/** Operators and composites in order; operators inside a composite are hidden by it. */
function unitsOf(b: GraphBuilder): Unit[] {
  const units: Unit[] = [];
  const composites = b.composites.filter(({ range }) => range[1] > range[0]);
  let next = 0;
  b.operators.forEach((operator, i) => {
    const inside = composites[next];
    if (inside && i >= inside.range[0] && i < inside.range[1]) {
      if (i === inside.range[1] - 1) {
        units.push(compositeUnit(inside, operator.origin));
        next++;
      }
      return;
    }
    const inputs = [...operator.inputs, ...captured(operator)];
    units.push({ ...operator, inputs, name: operator.op, rule: gradientTable[operator.op as OpName] });
  });
  return units;
}

const compositeUnit = (c: Composite, origin: Origin): Unit => ({
  inputs: c.inputs,
  outputs: c.outputs,
  attrs: c.attrs,
  origin,
  name: c.name,
  rule: c.rule,
});

/** Float values that depend on one of `sources`, the sources included. */
function dependents(units: readonly Unit[], sources: readonly Value[]): Set<Value> {
  const active = new Set(sources);
  for (const unit of units) {
    if (unit.rule === "nondifferentiable" || !unit.inputs.some((v) => v && active.has(v))) continue;
    for (const v of unit.outputs) if (isFloat(v.type.dtype)) active.add(v);
  }
  return active;
}

function context(
  b: GraphBuilder,
  unit: Unit,
  gradients: Gradients,
  active: ReadonlySet<Value>,
  provider: Provider,
): GradientContext {
  const at = (list: readonly (Value | null)[], i: number): Value => {
    const v = list[i];
    invariant(v, `${unit.name} has no value ${i}`);
    return v;
  };
  return {
    b,
    provider,
    attrs: unit.attrs,
    inputs: unit.inputs,
    outputs: unit.outputs,
    x: (i) => at(unit.inputs, i),
    y: (i = 0) => at(unit.outputs, i),
    dy: (i = 0) => gradients.of(at(unit.outputs, i)),
    hasDy: (i) => i < unit.outputs.length && gradients.has(at(unit.outputs, i)),
    needs: (i) => {
      const input = unit.inputs[i];
      return !!input && active.has(input);
    },
    size(v) {
      const dims = staticShape(v.type.shape);
      invariant(dims, `${unit.name}: gradient needs numbers, got ${typeText(v.type)}`);
      return dims;
    },
    within(body, seeds, wrt) {
      const result = differentiate(body, seeds, wrt, provider);
      if (result.ok) return wrt.map((v) => result.value.of(v));
      const [first] = result.issues;
      return {
        notYet: first?.code === "autodiff.no-rule" ? `${first.op}: ${first.reason}` : "its body has no gradient",
      };
    },
  };
}
