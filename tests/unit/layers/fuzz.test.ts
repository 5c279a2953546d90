import { expect, it } from "vitest";
import type { Json } from "../../../src/core/issue.ts";
import { type Rng, rng } from "../../../src/core/rng.ts";
import type { ParamSpec } from "../../../src/graph/params.ts";
import { verify } from "../../../src/ir/verify.ts";
import type { Layer } from "../../../src/layers/define.ts";
import { layers } from "../../../src/layers/registry.gen.ts";
import { type Dim, isSymbolic, multiply, symbol } from "../../../src/shape/dim.ts";
import { sameType, type TensorType, typeText } from "../../../src/shape/type.ts";
import { caseOf, forwardGraph, gradientGraph, inferExample, lowerCase } from "../../support/layer.ts";

const pick = <T>(random: Rng, items: readonly T[]): T => items[random.below(items.length)] as T;

function randomType(random: Rng): TensorType {
  const sizes: readonly Dim[] = [1, 2, 3, 4, 6, 8, 16, symbol("T"), symbol("N"), multiply(2, symbol("T"))];
  const rank = random.below(6);
  const shape = Array.from({ length: rank }, () => pick(random, sizes));
  return { dtype: pick(random, ["float32", "float32", "float32", "int64"]), shape: [symbol("N"), ...shape] };
}

/** A value that the schema allows, small sizes more often than absurd ones. */
function randomValue(spec: ParamSpec, random: Rng): Json {
  const int = (min = -3, max = 12) =>
    pick(
      random,
      [0, 1, 2, 3, 4, 8, -1, -2, 12, max].filter((v) => v >= min && v <= max),
    );
  switch (spec.kind) {
    case "int":
      return int(spec.min, spec.max);
    case "float":
      return Math.min(Math.max(pick(random, [0, 0.1, 0.5, 1, -1, 3]), spec.min ?? -10), spec.max ?? 10);
    case "bool":
      return random.below(2) === 0;
    case "choice":
      return pick(random, spec.options);
    case "ints":
      return Array.from({ length: spec.length ?? random.below(4) }, () => int(spec.min, Math.min(spec.max ?? 12, 12)));
    case "shape":
      return Array.from({ length: random.below(4) }, () => pick<number | string>(random, [1, 3, 8, "T", "N"]));
    default:
      return spec.default as Json;
  }
}

function randomInputs(layer: Layer, random: Rng): TensorType[] {
  const one = randomType(random);
  const count = layer.inputs({}).reduce((sum, p) => sum + (p.several?.least ?? 1), 0);
  return Array.from({ length: count }, () => (random.below(2) === 0 ? one : randomType(random)));
}

/** Settings and inputs that nobody would choose: an issue or a sound graph of the types that were said, never a throw. */
it.each(Object.values(layers) as Layer[])("$id answers whatever it is asked", (layer) => {
  const random = rng(11, layer.id);
  let sound = 0;
  for (let trial = 0; trial < 300; trial++) {
    const params = Object.fromEntries(
      Object.entries(layer.params)
        .filter(() => random.below(3) > 0)
        .map(([name, spec]) => [name, randomValue(spec, random)]),
    );
    const inputs = trial % 2 === 0 ? pick(random, layer.examples).inputs : randomInputs(layer, random);
    const { result } = inferExample(layer, { params, inputs });
    const label = `${JSON.stringify(params)} of ${inputs.map(typeText)}`;
    if (!result.ok) {
      expect(result.issues.length, label).toBeGreaterThan(0);
      continue;
    }
    // A size below 1 that only a symbol hides, or that the check of the document refuses for all layers alike.
    if (result.value.some((t) => t.shape.some((d) => !isSymbolic(d) && d < 1))) continue;
    sound++;
    const lowered = lowerCase(caseOf(layer, { params, inputs }), false);
    expect(verify(forwardGraph(lowered)), label).toEqual([]);
    const numeric = inferExample(layer, { params, inputs }, { N: 2, T: 6, H: 5, W: 7 });
    if (layer.id !== "input" && numeric.result.ok) {
      const { graph } = gradientGraph(caseOf(layer, { params, inputs }, { N: 2, T: 6, H: 5, W: 7 }));
      expect(verify(graph), label).toEqual([]);
    }
    result.value.forEach((t, i) => {
      const found = lowered.outputs[i]?.type;
      expect(found && sameType(found, t), `${label}: said ${typeText(t)}, made ${found && typeText(found)}`).toBe(true);
    });
  }
  // The draw must reach what the layer is for.
  expect(sound).toBeGreaterThan(20);
});
