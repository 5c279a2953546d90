import type { CheckedDocument } from "../../src/compile/check.ts";
import type { Sight } from "../../src/diagnose/index.ts";
import { type StatisticsRow, type StatName, statNames } from "../../src/protocol/index.ts";

type Numbers = { readonly [S in StatName]?: number };

/** What is measured of one node; the rest of its numbers are those of a healthy one. */
export interface Measured {
  readonly value?: Numbers;
  readonly gradient?: Numbers;
  readonly weight?: Numbers;
  readonly weightGradient?: Numbers;
  readonly update?: Numbers;
}

const usual: { readonly [S in StatName]: number } = {
  mean: 0,
  deviation: 1,
  norm: 1,
  largest: 3,
  zeros: 0,
  dead: 0,
  saturated: Number.NaN,
  bad: 0,
};

/** Rows of every output and parameter of a document, as an engine lays them out. */
export function rowsOf({ graph }: CheckedDocument): StatisticsRow[] {
  return [...graph.nodes].flatMap(([node, { outputPorts, parameters }]) => [
    ...outputPorts.flatMap(({ name: port }) =>
      (["value", "gradient"] as const).map((what) => ({
        place: { of: "output" as const, node, port },
        what,
        elements: 64,
      })),
    ),
    ...parameters.flatMap(({ name: parameter }) =>
      (["value", "gradient", "update"] as const).map((what) => ({
        place: { of: "parameter" as const, node, parameter },
        what,
        elements: 32,
      })),
    ),
  ]);
}

/** Statistics at a step, of what `measure` says of each node. */
export function sightOf(
  rows: readonly StatisticsRow[],
  step: number,
  measure: (node: string) => Measured,
  loss = 1,
): Sight & { readonly loss: number } {
  const values = new Float32Array(rows.length * statNames.length);
  for (const [i, { place, what }] of rows.entries()) {
    const m = measure(place.node);
    const own =
      place.of === "output"
        ? { value: m.value, gradient: m.gradient }
        : { value: m.weight, gradient: m.weightGradient, update: m.update ?? { norm: 1e-3 } };
    const numbers = { ...usual, ...(own as { readonly [w: string]: Numbers | undefined })[what] };
    values.set(
      statNames.map((name) => numbers[name]),
      i * statNames.length,
    );
  }
  return { step, epoch: 0, loss, values, failing: !Number.isFinite(loss) };
}
