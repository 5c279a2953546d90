import type { GraphBuilder } from "../../ir/builder.ts";
import { type GradientContext, type GradientRule, isNotYet, type NotYet, type Seed } from "../../ir/gradient.ts";
import type { Graph, Value } from "../../ir/graph.ts";
import { inline } from "../../ir/inline.ts";
import { Maths } from "../../ir/maths.ts";
import { isFloat, tensor } from "../../shape/dtype.ts";
import type { TensorType } from "../../shape/type.ts";

const float = (v: Value): boolean => isFloat(v.type.dtype);
/** An output of a body must be made in it. */
const own = (b: GraphBuilder, v: Value): Value => b.emit("Identity", [v]);

/** The branch that was taken is computed again and has its gradient; the other one does not run. */
export const conditional: GradientRule = (c) => {
  const wanted = c.inputs.map((_, i) => i).filter((i) => i > 0 && c.needs(i));
  const branches: Graph[] = [];
  for (const name of ["then_branch", "else_branch"]) {
    const b = c.b.body(`${name}_backward`);
    const outputs = inline(b, c.attrs[name] as Graph, []);
    const seeds = outputs.flatMap((value, i) => (c.hasDy(i) ? [{ value, gradient: c.dy(i) }] : []));
    const found = c.within(
      b,
      seeds,
      wanted.map((i) => c.x(i)),
    );
    if (isNotYet(found)) return found;
    branches.push(b.finish(found.map((v) => own(b, v))));
  }
  const [then_branch, else_branch] = branches as [Graph, Graph];
  const gradients = c.b.emitAll("If", [c.x(0)], { then_branch, else_branch });
  return c.inputs.map((_, i) => gradients[wanted.indexOf(i)] ?? null);
};

/** What differs between Loop and Scan: which inputs and outputs of the body are carried, and what it reads a step. */
interface Steps {
  readonly body: Graph;
  /** Number of carried values. */
  readonly carried: number;
  /** Position of the first carried value among the inputs and among the outputs of the body. */
  readonly firstInput: number;
  readonly firstOutput: number;
  /** Carried values at the beginning of every step, stacked. */
  readonly states: readonly Value[];
  /** Other inputs of the body: a stack of one value a step, and whether the steps read it from its end. */
  readonly reads: readonly { readonly input: number; readonly stack: Value; readonly reversed: boolean }[];
  /** Inputs of the body that are the same in every step. */
  readonly fixed: ReadonlyMap<number, Value>;
  /** For each stacked output, whether the steps fill it from its end. */
  readonly filledReversed: readonly boolean[];
  /** Inputs of the operator where the values that its body captures begin. */
  readonly firstCaptured: number;
}

interface StepGradients {
  readonly carried: readonly (Value | null)[];
  readonly reads: readonly (Value | null)[];
  readonly captured: readonly (Value | null)[];
}

/**
 * Backpropagation through time (Werbos 1990): a Scan that visits the steps from the last to the first, computes
 * each again from the saved state at its beginning, and carries the gradient of the state and the sums for
 * captured values. What a step read gets its gradient at its own place.
 */
function backward(c: GradientContext, s: Steps): StepGradients | NotYet {
  const m = new Maths(c.b);
  const carriedFloats = indices(s.carried).filter((i) => float(s.states[i] as Value));
  const sums = indices(c.inputs.length).filter((i) => i >= s.firstCaptured && c.needs(i));
  const arriving = indices(s.filledReversed.length).filter((j) => c.hasDy(s.carried + j));
  const b = c.b.body("backward");
  const input = (name: string, type: TensorType): Value => b.input(name, type);
  const each = (stack: Value): TensorType => ({ dtype: stack.type.dtype, shape: stack.type.shape.slice(1) });

  const dState = carriedFloats.map((i) => input("d_state", each(s.states[i] as Value)));
  const totals = sums.map((i) => input("total", c.x(i).type));
  const state = s.states.map((v) => input("state", each(v)));
  const read = s.reads.map((r) => input("read", each(r.stack)));
  const dStack = arriving.map((j) => input("d_out", each(c.y(s.carried + j))));

  const bodyInputs = s.body.inputs.map((_, k) => {
    if (k >= s.firstInput && k < s.firstInput + s.carried) return state[k - s.firstInput] as Value;
    const at = s.reads.findIndex((r) => r.input === k);
    return at >= 0 ? (read[at] as Value) : (s.fixed.get(k) as Value);
  });
  const outputs = inline(b, s.body, bodyInputs);
  const seeds: Seed[] = [
    ...carriedFloats.map((i, k) => ({ value: outputs[s.firstOutput + i] as Value, gradient: dState[k] as Value })),
    ...arriving.map((j, k) => ({
      value: outputs[s.firstOutput + s.carried + j] as Value,
      gradient: dStack[k] as Value,
    })),
  ];
  const readFloats = indices(read.length).filter((i) => float(read[i] as Value));
  const wrt = [
    ...carriedFloats.map((i) => state[i] as Value),
    ...sums.map((i) => c.x(i)),
    ...readFloats.map((i) => read[i] as Value),
  ];
  const found = c.within(b, seeds, wrt);
  if (isNotYet(found)) return found;
  const inner = new Maths(b);
  const results = found.map((v, k) => {
    const total = totals[k - carriedFloats.length];
    return total && k >= carriedFloats.length ? inner.add(total, v) : own(b, v);
  });

  const stacks = [...s.states, ...s.reads.map((r) => r.stack), ...arriving.map((j) => c.dy(s.carried + j))];
  // The last step first: what was read forwards is read backwards.
  const readBack = [
    ...s.states.map(() => 1),
    ...s.reads.map((r) => (r.reversed ? 0 : 1)),
    ...arriving.map((j) => (s.filledReversed[j] ? 0 : 1)),
  ];
  const scanned = c.b.emitAll(
    "Scan",
    [...carriedFloats.map((i) => c.dy(i)), ...sums.map((i) => m.full(0, c.x(i).type.dtype, c.size(c.x(i)))), ...stacks],
    {
      body: b.finish(results),
      num_scan_inputs: stacks.length,
      scan_input_directions: readBack,
      scan_output_directions: readFloats.map((i) => (s.reads[i]?.reversed ? 0 : 1)),
    },
  );
  const pick = (list: readonly number[], i: number, from: number): Value | null =>
    list.includes(i) ? (scanned[from + list.indexOf(i)] as Value) : null;
  return {
    carried: indices(s.carried).map((i) => pick(carriedFloats, i, 0)),
    captured: indices(c.inputs.length)
      .slice(s.firstCaptured)
      .map((i) => pick(sums, i, carriedFloats.length)),
    reads: indices(s.reads.length).map((i) => pick(readFloats, i, carriedFloats.length + sums.length)),
  };
}

const indices = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The body with the carried values it begins a step with as additional stacked outputs. */
function recording(
  c: GradientContext,
  body: Graph,
  firstInput: number,
  carried: number,
  extra: readonly number[],
): Graph {
  const b = c.b.body(`${body.name}_recorded`);
  const inputs = body.inputs.map((v) => b.input(v.name, v.type));
  const outputs = inline(b, body, inputs);
  const recorded = [
    ...indices(carried).map((i) => inputs[firstInput + i] as Value),
    ...extra.map((k) => inputs[k] as Value),
  ];
  return b.finish([...outputs, ...recorded].map((v) => own(b, v)));
}

/** Carried values, then sequences; the body takes the carried values and one element of each sequence. */
export const scan: GradientRule = (c) => {
  const body = c.attrs["body"] as Graph;
  const sequences = c.attrs["num_scan_inputs"] as number;
  const operands = body.inputs.length;
  const carried = operands - sequences;
  const directions = (name: string, count: number): boolean[] => {
    const given = c.attrs[name] as readonly number[] | undefined;
    return indices(count).map((i) => given?.[i] === 1);
  };
  const readReversed = directions("scan_input_directions", sequences);
  const filledReversed = directions("scan_output_directions", body.outputs.length - carried);
  const states = recordedStates(c, body, carried, filledReversed);
  const result = backward(c, {
    body,
    carried,
    firstInput: 0,
    firstOutput: 0,
    states,
    reads: indices(sequences).map((i) => ({
      input: carried + i,
      stack: c.x(carried + i),
      reversed: readReversed[i] as boolean,
    })),
    fixed: new Map(),
    filledReversed,
    firstCaptured: operands,
  });
  return isNotYet(result) ? result : [...result.carried, ...result.reads, ...result.captured];
};

/** Carried values at the beginning of each step, found by scanning once more. */
function recordedStates(c: GradientContext, body: Graph, carried: number, filledReversed: readonly boolean[]): Value[] {
  const operands = c.inputs.slice(0, body.inputs.length);
  const again = c.b.emitAll("Scan", operands, {
    body: recording(c, body, 0, carried, []),
    num_scan_inputs: operands.length - carried,
    ...copied(c, "scan_input_directions"),
    scan_output_directions: [...filledReversed.map((r) => (r ? 1 : 0)), ...indices(carried).map(() => 0)],
  });
  return again.slice(body.outputs.length);
}

const copied = (c: GradientContext, name: string) => {
  const given = c.attrs[name] as readonly number[] | undefined;
  return given ? { [name]: given } : {};
};

/** Trip count, condition, carried values; the body takes the step, the condition and the carried values. */
export const loop: GradientRule = (c) => {
  const body = c.attrs["body"] as Graph;
  const carried = body.inputs.length - 2;
  const operands = c.inputs.slice(0, carried + 2);
  const again = c.b.emitAll("Loop", operands, { body: recording(c, body, 2, carried, [0]) });
  const recorded = again.slice(body.outputs.length - 1);
  const result = backward(c, {
    body,
    carried,
    firstInput: 2,
    firstOutput: 1,
    states: recorded.slice(0, carried),
    reads: [{ input: 0, stack: recorded[carried] as Value, reversed: false }],
    // A step that ran began with the condition true.
    fixed: new Map([[1, c.b.constant(tensor("bool", [], [1]))]]),
    filledReversed: body.outputs.slice(1 + carried).map(() => false),
    firstCaptured: carried + 2,
  });
  return isNotYet(result) ? result : [null, null, ...result.carried, ...result.captured];
};
