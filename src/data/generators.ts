import { type Rng, rng } from "../core/rng.ts";
import { type FieldType, generatorFields } from "./fields.ts";
import type { SourceOf } from "./schema.ts";

/** All samples of a generated set, one entry per field, row-major. Labels are class indices. */
export interface Generated {
  readonly count: number;
  readonly fields: readonly { readonly type: FieldType; readonly data: Float32Array | Int32Array }[];
}

type Generator = SourceOf<"generator">;
type Options<N extends Generator["name"]> = Extract<Generator, { name: N }>["options"];

/** A sample: its coordinates, and either its class or, for a regression, its value. */
type Point = readonly [x: readonly number[], target: number];
/** Draws sample `i`. */
type Draw = (i: number, random: Rng) => Point;

/** The samples of `source`: a pure function of its options and of `seed`. */
export function generate(source: Generator, seed: number): Generated {
  const random = rng(seed, `data/${source.name}`);
  const draw = drawing(source);
  const count = source.options.samples;
  const types = generatorFields(source);
  const fields = types.map((type) => {
    const length = count * (type.shape[0] ?? 1);
    return { type, data: type.dtype === "int64" ? new Int32Array(length) : new Float32Array(length) };
  });
  for (let i = 0; i < count; i++) {
    const [x, target] = draw(i, random);
    for (const { type, data } of fields) {
      if (type.name === "x") data.set(x, i * x.length);
      else data[i] = target;
    }
  }
  return { count, fields };
}

function drawing(source: Generator): Draw {
  switch (source.name) {
    case "xor":
      return truthTable((a, b) => a ^ b, source.options);
    case "and":
      return truthTable((a, b) => a & b, source.options);
    case "or":
      return truthTable((a, b) => a | b, source.options);
    case "moons":
      return moons(source.options);
    case "circles":
      return circles(source.options);
    case "spirals":
      return spirals(source.options);
    case "blobs":
      return blobs(source.options);
    case "checkerboard":
      return checkerboard(source.options);
    case "regression":
      return regression(source.options);
  }
}

/**
 * The points (a, b) of {0, 1}² in turn, 00, 01, 10, 11, with label a ⊕ b, a ∧ b or a ∨ b;
 * x = (a, b) + noise · N(0, 1).
 */
function truthTable(label: (a: number, b: number) => number, { noise }: Options<"xor">): Draw {
  return (i, random) => {
    const a = (i >> 1) & 1;
    const b = i & 1;
    return [jitter([a, b], noise, random), label(a, b)];
  };
}

/**
 * Two half circles that reach into each other, t uniform in [0, π):
 * class 0 (cos t, sin t), class 1 (1 - cos t, 1/2 - sin t), each + noise · N(0, 1).
 */
function moons({ noise }: Options<"moons">): Draw {
  return (i, random) => {
    const t = Math.PI * random.uniform();
    const label = i % 2;
    const point = label === 0 ? [Math.cos(t), Math.sin(t)] : [1 - Math.cos(t), 0.5 - Math.sin(t)];
    return [jitter(point, noise, random), label];
  };
}

/** r (cos t, sin t) + noise · N(0, 1), t uniform in [0, 2π); r = 1 for class 0 and `factor` for class 1. */
function circles({ noise, factor }: Options<"circles">): Draw {
  return (i, random) => {
    const label = i % 2;
    return [jitter(polar(label === 0 ? 1 : factor, random.uniform()), noise, random), label];
  };
}

/**
 * Archimedean spirals, one for each class k of K: r (cos φ, sin φ) + noise · N(0, 1)
 * with r uniform in [0, 1) and φ = 2π (turns · r + k / K).
 */
function spirals({ noise, classes, turns }: Options<"spirals">): Draw {
  return (i, random) => {
    const label = i % classes;
    const r = random.uniform();
    return [jitter(polar(r, turns * r + label / classes), noise, random), label];
  };
}

/** Normal clouds around K points on a circle of radius 2: 2 (cos 2πk/K, sin 2πk/K) + noise · N(0, 1) for class k. */
function blobs({ noise, centers }: Options<"blobs">): Draw {
  return (i, random) => {
    const label = i % centers;
    return [jitter(polar(2, label / centers), noise, random), label];
  };
}

/**
 * p uniform in [-1, 1)², label (⌊c (p₁ + 1) / 2⌋ + ⌊c (p₂ + 1) / 2⌋) mod 2 for c cells along a side;
 * x = p + noise · N(0, 1), so that noise makes points stray into cells of the other class.
 */
function checkerboard({ noise, cells }: Options<"checkerboard">): Draw {
  return (_, random) => {
    const u = random.uniform();
    const v = random.uniform();
    const label = (Math.floor(cells * u) + Math.floor(cells * v)) % 2;
    return [jitter([2 * u - 1, 2 * v - 1], noise, random), label];
  };
}

const curves: { readonly [C in Options<"regression">["curve"]]: (x: number) => number } = {
  line: (x) => x,
  quadratic: (x) => x * x,
  cubic: (x) => x * x * x,
  sine: (x) => Math.sin(Math.PI * x),
  absolute: (x) => Math.abs(x),
  step: (x) => (x >= 0 ? 1 : 0),
};

/** y = f(x) + noise · N(0, 1), x uniform in [-1, 1); f(x) is x, x², x³, sin πx, |x| or [x ≥ 0]. */
function regression({ noise, curve }: Options<"regression">): Draw {
  return (_, random) => {
    const x = 2 * random.uniform() - 1;
    return [[x], curves[curve](x) + noise * random.normal()];
  };
}

/** The point at `radius` after `turn` of a full turn. */
const polar = (radius: number, turn: number): number[] => [
  radius * Math.cos(2 * Math.PI * turn),
  radius * Math.sin(2 * Math.PI * turn),
];

const jitter = (point: readonly number[], noise: number, random: Rng): number[] =>
  noise === 0 ? [...point] : point.map((v) => v + noise * random.normal());
