import {
  constant,
  type Expression,
  equation,
  leaf,
  minus,
  numberTex,
  over,
  plus,
  power,
  resultOf,
  root,
  times,
} from "../expression.ts";
import { elementLeaf, outputLetters } from "../letters.ts";
import { partial } from "../multilinear.ts";
import { coordinates, elementOf, indicesAlong, inputPlace, type Place, parameterPlace } from "../place.ts";
import { type Form, type NodeNumbers, withSlopes } from "../worked.ts";

/** What one element is normalised with. */
interface Group {
  /** Elements of the input that share mean and spread; empty where those are kept ones. */
  readonly members: readonly number[];
  /** Element of weight and bias. */
  readonly affine: number;
  readonly centred: boolean;
  /** Kept mean and variance, of batch normalisation in use. */
  readonly kept?: { readonly mean: number; readonly variance: number };
}

const naming = { norm: true };
const x = (numbers: NodeNumbers): readonly number[] => numbers.inputs[0]?.dims ?? [];

interface Parts {
  readonly group: Group;
  readonly mean: Expression;
  readonly spread: Expression;
  readonly epsilon: Expression;
  readonly deviation: Expression;
  readonly count: number;
}

function partsOf(numbers: NodeNumbers, group: Group): Parts {
  const input = numbers.inputs[0] as NodeNumbers["inputs"][number];
  const values = group.members.map((i) => elementOf(input, i));
  const n = values.length;
  const mu = group.kept?.mean ?? (group.centred ? values.reduce((a, b) => a + b, 0) / n : 0);
  const variance = group.kept?.variance ?? values.reduce((a, b) => a + (b - mu) ** 2, 0) / n;
  const epsilon = constant(numbers.params["epsilon"] as number);
  const spread = leaf(group.centred ? "\\sigma^2" : "\\overline{x^2}", variance);
  const deviation = root(plus(spread, epsilon));
  return { group, mean: leaf("\\mu", mu), spread, epsilon, deviation, count: n };
}

/** `(x - μ) / √(σ² + ε)` */
function normalised(numbers: NodeNumbers, index: number, p: Parts): Expression {
  const element = elementLeaf(numbers, inputPlace(0, index));
  return over(p.group.centred ? minus(element, p.mean) : element, p.deviation);
}

function affine(numbers: NodeNumbers, group: Group, normal: Expression): Expression {
  const has = (name: string): boolean => numbers.parameters[name] !== undefined;
  const factor = (name: string): Expression => elementLeaf(numbers, parameterPlace(name, group.affine), naming);
  const scaled = has("weight") ? times(factor("weight"), normal) : normal;
  return has("bias") ? plus(scaled, factor("bias")) : scaled;
}

/** The form of a normalisation: `groupOf` says what an element shares its mean and spread with. */
export function normalisation(groupOf: (numbers: NodeNumbers, index: number) => Group): Form {
  return withSlopes({
    reads(numbers, _, index) {
      const { members, affine: at } = groupOf(numbers, index);
      const parameters = ["weight", "bias"].filter((name) => numbers.parameters[name]);
      return [
        ...(members.length > 0 ? members : [index]).map((i) => inputPlace(0, i)),
        ...parameters.map((name) => parameterPlace(name, at)),
      ];
    },
    worked(numbers, output, index) {
      const p = partsOf(numbers, groupOf(numbers, index));
      const e = affine(numbers, p.group, normalised(numbers, index, p));
      return {
        lines: [...statisticLines(p), equation(outputLetters(numbers, output, index), e)],
        value: resultOf(e),
        terms: [],
      };
    },
    local(numbers, output, index, by) {
      const p = partsOf(numbers, groupOf(numbers, index));
      return {
        letters: partial(numbers, output, index, by, naming),
        expression: slope(numbers, index, by, p),
      };
    },
    backward: () => backward,
  });
}

function statisticLines({ group, mean, spread, count }: Parts): string[] {
  const number = (e: Expression): string => numberTex(resultOf(e));
  if (group.kept) return [`\\mu = ${number(mean)},\\quad \\sigma^2 = ${number(spread)}`];
  if (!group.centred) return [`\\overline{x^2} = \\tfrac{1}{${count}} \\sum x^2 = ${number(spread)}`];
  return [
    `\\mu = \\tfrac{1}{${count}} \\sum x = ${number(mean)}`,
    `\\sigma^2 = \\tfrac{1}{${count}} \\sum (x - \\mu)^2 = ${number(spread)}`,
  ];
}

/** γ/σ (δ - 1/n - x̂_i x̂_j / n), without what does not depend on the batch where mean and variance are kept. */
function slope(numbers: NodeNumbers, index: number, by: Place, p: Parts): Expression {
  const own = leaf("\\hat{x}_i", resultOf(normalised(numbers, index, p)));
  if (by.tensor.of === "parameter") return by.tensor.parameter === "weight" ? own : constant(1);
  const gamma = numbers.parameters["weight"]
    ? elementLeaf(numbers, parameterPlace("weight", p.group.affine), naming)
    : constant(1);
  const factor = over(gamma, p.deviation);
  if (p.group.kept) return factor;
  const other = leaf("\\hat{x}_j", resultOf(normalised(numbers, by.index, p)));
  const same = constant(by.index === index ? 1 : 0);
  const share = constant(1 / p.count, `\\tfrac{1}{${p.count}}`);
  const along = by.index === index ? power(own, 2) : times(own, other);
  const bracket = p.group.centred ? minus(minus(same, share), times(share, along)) : minus(same, times(share, along));
  return times(factor, bracket);
}

const backward = {
  input: String.raw`\frac{\partial L}{\partial x} = \frac{1}{\sqrt{\sigma^2 + \epsilon}} \Bigl( \gamma g - \overline{\gamma g} - \hat{x}\, \overline{\gamma g\, \hat{x}} \Bigr),\quad g = \frac{\partial L}{\partial y}`,
  parameters: {
    weight: String.raw`\frac{\partial L}{\partial \gamma} = \sum \frac{\partial L}{\partial y}\, \hat{x}`,
    bias: String.raw`\frac{\partial L}{\partial \beta} = \sum \frac{\partial L}{\partial y}`,
  },
};

/** All samples and places of a channel; in use, the kept mean and variance. */
export const batchGroup = (numbers: NodeNumbers, index: number): Group => {
  const dims = x(numbers);
  const at = coordinates(dims, index);
  const channel = at[1] as number;
  const element = (name: string): number =>
    elementOf(numbers.parameters[name] as NodeNumbers["inputs"][number], channel);
  const axes = dims.map((_, i) => i).filter((i) => i !== 1);
  const shared = { affine: channel, centred: true };
  if (numbers.training) return { ...shared, members: indicesAlong(dims, at, axes) };
  return { ...shared, members: [], kept: { mean: element("runningMean"), variance: element("runningVar") } };
};

/** The channels of a group with their places, of one sample. */
const channelGroup =
  (groups: (numbers: NodeNumbers) => number) =>
  (numbers: NodeNumbers, index: number): Group => {
    const dims = x(numbers);
    const [sample, channel] = coordinates(dims, index) as [number, number];
    const size = (dims[1] as number) / groups(numbers);
    const length = size * dims.slice(2).reduce((a, b) => a * b, 1);
    const start = (sample * groups(numbers) + Math.floor(channel / size)) * length;
    return { members: Array.from({ length }, (_, i) => start + i), affine: channel, centred: true };
  };

export const groupGroup = channelGroup((numbers) => numbers.params["groups"] as number);
export const instanceGroup = channelGroup((numbers) => x(numbers)[1] as number);

/** The last axes of a sample. */
export const trailingGroup =
  (centred: boolean) =>
  (numbers: NodeNumbers, index: number): Group => {
    const length = x(numbers)
      .slice(-(numbers.params["axes"] as number))
      .reduce((a, b) => a * b, 1);
    const start = index - (index % length);
    return { members: Array.from({ length }, (_, i) => start + i), affine: index % length, centred };
  };
