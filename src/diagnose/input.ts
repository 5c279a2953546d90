import type { CheckedDocument } from "../compile/check.ts";
import { type Issue, warning } from "../core/issue.ts";
import { type Layout, type Sight, statsAt } from "./layout.ts";
import type { Structure } from "./structure.ts";

/** Layers that scale what enters them themselves, or that take numbers of words. */
const scaling: ReadonlySet<string> = new Set(["batch-norm", "layer-norm", "instance-norm", "group-norm", "rms-norm"]);

/** Batches that must have been seen. */
const fewest = 3;

/** A whole deviation off zero, or a deviation of several: optimizers then turn back and forth between the axes. */
const limits = { offset: 1, wide: 3 };

/** Inputs that reach the network far from zero mean and unit deviation, though the data could be scaled. */
export function rawInputs(
  { document }: CheckedDocument,
  structure: Structure,
  layout: Layout,
  sights: readonly Sight[],
): Issue[] {
  const { data } = document;
  if (!data) return [];
  return Object.entries(data.inputs).flatMap(([node, field]) => {
    const row = layout.get(node)?.outputs[0]?.value;
    const readers = structure.readers.get(node) ?? [];
    if (row === null || row === undefined || readers.length === 0) return [];
    const { normalise, dtype, oneHot } = data.fields[field] ?? {};
    const chosen = normalise !== undefined && normalise !== "none" && normalise !== "unit";
    const scaled = readers.every((id) => scaling.has(structure.layers.get(id) ?? ""));
    const words = readers.some((id) => structure.layers.get(id) === "embedding");
    if (chosen || scaled || words || dtype === "int64" || oneHot !== undefined) return [];
    const { mean, deviation } = pooled(sights.map((s) => statsAt(s.values, row)));
    if (sights.length < fewest || !Number.isFinite(mean) || !(deviation > 0)) return [];
    if (Math.abs(mean) / deviation < limits.offset && deviation < limits.wide) return [];
    const path = ["data", "fields", field, "normalise"];
    return [
      warning("diagnose.raw-input", {
        node,
        field,
        mean,
        deviation,
        fix: { kind: "set-document", path, value: "standard" },
      }),
    ];
  });
}

/** Of all batches together: one batch of a few samples says little about the data. */
function pooled(all: readonly { readonly mean: number; readonly deviation: number }[]): {
  readonly mean: number;
  readonly deviation: number;
} {
  const average = (of: (s: (typeof all)[number]) => number): number =>
    all.reduce((sum, s) => sum + of(s), 0) / Math.max(1, all.length);
  const mean = average((s) => s.mean);
  return { mean, deviation: Math.sqrt(average((s) => s.deviation ** 2 + s.mean ** 2) - mean ** 2) };
}
