import type { Tab } from "../stores/workspace.ts";
import type { Looked } from "../tensors/views.ts";
import type { Probe } from "./probes.ts";

type Place = Pick<Probe, "node" | "of" | "name">;

/** What the views of a probe are chosen by: its type as it is known before it is seen. An open size counts as several. */
export function typeOf(tab: Tab, { node, of, name }: Place): Looked | null {
  const checked = tab.checked.graph.nodes.get(node);
  if (of === "parameter") {
    const spec = checked?.parameters.find((p) => p.name === name);
    return spec ? { dtype: "float32", dims: spec.shape } : null;
  }
  const type = checked?.outputTypes?.[checked.outputPorts.findIndex((p) => p.name === name)];
  if (!type) return null;
  return { dtype: type.dtype, dims: type.shape.slice(1).map((d) => (typeof d === "number" ? d : 2)) };
}

/** Larger tensors are not sent to be drawn. */
export const mostValues = 1_000_000;

/** Elements of what a probe shows: of one sample, or of a parameter; null while that is not known. */
export const sizeOf = (tab: Tab, probe: Place): number | null =>
  typeOf(tab, probe)?.dims.reduce((a, b) => a * b, 1) ?? null;
