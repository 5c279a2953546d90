import { batch, type Change, type Scope } from "../../src/graph/change.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import { type Clip, copy, paste } from "../../src/graph/edit/clipboard.ts";
import type { Objective, PortRef, TargetRef } from "../../src/graph/objective.ts";

type Point = GraphDocument["nodes"][number]["position"];

/**
 * Puts the network of another document into a graph, its middle at a point. A document that has neither data nor
 * objectives yet takes those over too, so that a template inserted into an empty document is the template.
 */
export function insertDocument(
  document: GraphDocument,
  scope: Scope,
  template: GraphDocument,
  middle: Point,
): { readonly change: Change; readonly ids: readonly string[] } {
  const everything = new Set([...template.nodes, ...template.notes].map((x) => x.id));
  const clip = copy(template, null, everything);
  const { change, ids } = paste(document, scope, clip, offset(clip, middle));
  const names = new Map(clip.nodes.map((n, i) => [n.id, ids[i] as string]));
  const bare = scope === null && document.data === null && document.objectives.length === 0;
  return { change: bare ? batch([change, ...settingsOf(template, names)]) : change, ids };
}

function offset(clip: Clip, to: Point): Point {
  const points = [...clip.nodes, ...clip.notes].map((x) => x.position);
  const middle = (values: readonly number[]): number => (Math.min(...values) + Math.max(...values)) / 2;
  return {
    x: Math.round(to.x - middle(points.map((p) => p.x))),
    y: Math.round(to.y - middle(points.map((p) => p.y))),
  };
}

/** Data, objectives and training of a document, for nodes under new names. */
function settingsOf({ data, objectives, training }: GraphDocument, names: ReadonlyMap<string, string>): Change[] {
  const name = (id: string): string => names.get(id) ?? id;
  const port = (ref: PortRef): PortRef => ({ ...ref, node: name(ref.node) });
  const target = <T extends TargetRef | null>(ref: T): T => (ref && "node" in ref ? (port(ref) as T) : ref);
  const renamed = objectives.map(
    (o): Objective => ({
      ...o,
      // Where losses stand belongs to the old place.
      terms: o.terms.map((t) => ({ ...t, prediction: port(t.prediction), target: target(t.target), position: null })),
      metrics: o.metrics.map((m) => ({ ...m, prediction: port(m.prediction), target: target(m.target) })),
      parameters: o.parameters === "all" ? "all" : o.parameters.map(name),
    }),
  );
  const inputs = Object.fromEntries(Object.entries(data?.inputs ?? {}).map(([id, field]) => [name(id), field]));
  return [
    { kind: "set", key: "data", value: data && { ...data, inputs } },
    { kind: "set", key: "objectives", value: renamed },
    { kind: "set", key: "training", value: training },
  ];
}
