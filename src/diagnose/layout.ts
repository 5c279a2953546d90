import { type StatisticsRow, type StatName, statNames } from "../protocol/observe.ts";

/** Statistics of a run at one moment: eight numbers for each row of its layout. */
export interface Sight {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly values: Float32Array;
  /** The step whose loss is not finite. */
  readonly failing: boolean;
}

/** Rows of one output or parameter; null where there is none. */
export interface TensorRows {
  readonly name: string;
  readonly elements: number;
  readonly value: number | null;
  readonly gradient: number | null;
  readonly update: number | null;
}

export interface NodeRows {
  readonly outputs: readonly TensorRows[];
  readonly parameters: readonly TensorRows[];
}

/** Where the numbers of every node stand. */
export type Layout = ReadonlyMap<string, NodeRows>;

const layouts = new WeakMap<readonly StatisticsRow[], Layout>();

/** The rows of a run by node; worked out once for each list. */
export function layoutOf(rows: readonly StatisticsRow[]): Layout {
  const held = layouts.get(rows);
  if (held) return held;
  const nodes = new Map<string, { outputs: Map<string, TensorRows>; parameters: Map<string, TensorRows> }>();
  for (const [row, { place, what, elements }] of rows.entries()) {
    const node = nodes.get(place.node) ?? { outputs: new Map(), parameters: new Map() };
    nodes.set(place.node, node);
    const [list, name] = place.of === "output" ? [node.outputs, place.port] : [node.parameters, place.parameter];
    const before = list.get(name) ?? { name, elements, value: null, gradient: null, update: null };
    list.set(name, { ...before, [what]: row });
  }
  const layout = new Map(
    [...nodes].map(([id, n]) => [id, { outputs: [...n.outputs.values()], parameters: [...n.parameters.values()] }]),
  );
  layouts.set(rows, layout);
  return layout;
}

const width = statNames.length;

export const statAt = (values: Float32Array, row: number, name: StatName): number =>
  values[row * width + statNames.indexOf(name)] ?? Number.NaN;

export type Stats = { readonly [S in StatName]: number };

/** All eight numbers of a row. */
export const statsAt = (values: Float32Array, row: number): Stats =>
  Object.fromEntries(statNames.map((name, i) => [name, values[row * width + i] ?? Number.NaN])) as Stats;

/** Euclidean norm over several tensors together; null where none of them was measured. */
export function jointNorm(
  values: Float32Array,
  tensors: readonly TensorRows[],
  what: "value" | "gradient" | "update",
): number | null {
  const rows = tensors.flatMap((t) => t[what] ?? []);
  if (rows.length === 0) return null;
  return Math.hypot(...rows.map((r) => statAt(values, r, "norm")));
}
