import type { Operator, Value } from "../ir/graph.ts";
import { toNumbers } from "../shape/dtype.ts";
import { sameShape, sameType } from "../shape/type.ts";

/** What a rule sees of the graph around an operator. */
export interface Surroundings {
  /** The operator that makes a value, or null for inputs and initializers. */
  producer(v: Value): Operator | null;
}

/** An operator whose only output equals a value that is there already, to the last bit. */
export interface RewriteRule {
  readonly name: string;
  readonly op: string;
  /** The value that can stand in for the output, or null. */
  match(operator: Operator, around: Surroundings): Value | null;
}

const input = (o: Operator, i: number): Value => o.inputs[i] as Value;

/** True for an initializer all of whose elements are `value`. */
const isAll = (v: Value | null | undefined, value: number): boolean =>
  !!v?.constant && Array.from(toNumbers(v.constant)).every((x) => x === value);

/** x when `o` is x combined with a constant that changes neither its values nor its type. */
function neutral(o: Operator, constant: number, sides: readonly (0 | 1)[]): Value | null {
  for (const side of sides) {
    const x = input(o, 1 - side);
    if (isAll(o.inputs[side], constant) && sameType(x.type, (o.outputs[0] as Value).type)) return x;
  }
  return null;
}

const unchanged = (o: Operator): Value | null => {
  const x = input(o, 0);
  return sameType(x.type, (o.outputs[0] as Value).type) ? x : null;
};

/** The rewrite table. Every rule is exact: x + 0 is left out because it turns -0 into 0. */
export const rewriteRules: readonly RewriteRule[] = [
  { name: "identity", op: "Identity", match: (o) => input(o, 0) },
  { name: "cast to own type", op: "Cast", match: unchanged },
  {
    name: "reshape to own shape",
    op: "Reshape",
    match: (o) => (sameShape(input(o, 0).type.shape, (o.outputs[0] as Value).type.shape) ? input(o, 0) : null),
  },
  { name: "expand to own shape", op: "Expand", match: unchanged },
  { name: "x * 1", op: "Mul", match: (o) => neutral(o, 1, [0, 1]) },
  { name: "x / 1", op: "Div", match: (o) => neutral(o, 1, [1]) },
  { name: "x - 0", op: "Sub", match: (o) => neutral(o, 0, [1]) },
  {
    name: "transpose that moves nothing",
    op: "Transpose",
    match: (o) => ((o.attrs["perm"] as readonly number[] | undefined)?.every((p, i) => p === i) ? input(o, 0) : null),
  },
  {
    name: "transpose and back",
    op: "Transpose",
    match(o, around) {
      const inner = around.producer(input(o, 0));
      if (inner?.op !== "Transpose") return null;
      const [first, second] = [inner.attrs["perm"], o.attrs["perm"]] as (readonly number[] | undefined)[];
      return first && second?.every((p, i) => first[p] === i) ? input(inner, 0) : null;
    },
  },
  {
    name: "-(-x)",
    op: "Neg",
    match(o, around) {
      const inner = around.producer(input(o, 0));
      return inner?.op === "Neg" ? input(inner, 0) : null;
    },
  },
];
