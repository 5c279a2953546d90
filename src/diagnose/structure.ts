import type { CheckedDocument } from "../compile/check.ts";
import { unitAxes } from "../compile/units.ts";
import type { CheckedNode } from "../graph/check.ts";
import type { GraphDocument } from "../graph/document.ts";
import { layerRegistry } from "../layers/registry.ts";

/** How the nodes of a checked document hang together, seen from its losses. */
export interface Structure {
  /** Ids in topological order. */
  readonly order: readonly string[];
  /** Wires between a node and the nearest loss; a node without a way to one is left out. */
  readonly distance: ReadonlyMap<string, number>;
  /** Nodes that a node reads, and nodes that read it; each once. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  readonly readers: ReadonlyMap<string, readonly string[]>;
  /** Nodes whose own parameters an objective trains. */
  readonly trained: ReadonlySet<string>;
  /** Nodes that a loss looks at. */
  readonly predictions: ReadonlySet<string>;
  readonly layers: ReadonlyMap<string, string>;
  readonly activations: ReadonlySet<string>;
  /** How many units an output has, by `node.port`; those of unknown size are left out. */
  readonly units: ReadonlyMap<string, number>;
}

const structures = new WeakMap<CheckedDocument, Structure>();

/** The structure of a document; worked out once for each. */
export function structureOf(checked: CheckedDocument): Structure {
  const held = structures.get(checked);
  if (held) return held;
  const made = makeStructure(checked);
  structures.set(checked, made);
  return made;
}

function makeStructure({ document, graph }: CheckedDocument): Structure {
  const order = [...graph.nodes.keys()];
  const sources = new Map<string, readonly string[]>();
  const readers = new Map<string, string[]>(order.map((id) => [id, []]));
  for (const [id, node] of graph.nodes) {
    const from = [...new Set(node.sources.map((s) => s.node))];
    sources.set(id, from);
    for (const s of from) readers.get(s)?.push(id);
  }
  const predictions = new Set(document.objectives.flatMap((o) => o.terms.map((t) => t.prediction.node)));
  const distance = distances(predictions, sources);
  const layers = new Map([...graph.nodes].map(([id, n]) => [id, n.node.layer]));
  const trains = ([id, n]: [string, CheckedNode]): boolean => isTrained(id, n, document) && distance.has(id);
  return {
    order,
    distance,
    sources,
    readers,
    predictions,
    layers,
    units: unitCounts(graph),
    trained: new Set([...graph.nodes].filter(trains).map(([id]) => id)),
    activations: new Set(order.filter((id) => layerRegistry.get(layers.get(id) ?? "")?.category === "activation")),
  };
}

function unitCounts(graph: CheckedDocument["graph"]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const axes = unitAxes(graph);
  for (const [id, { outputPorts, outputTypes }] of graph.nodes) {
    for (const [i, type] of (outputTypes ?? []).entries()) {
      const key = `${id}.${outputPorts[i]?.name}`;
      const size = type.shape[axes.get(key) ?? 0];
      if (typeof size === "number") counts.set(key, size);
    }
  }
  return counts;
}

function isTrained(id: string, { node, parameters }: CheckedNode, { objectives }: GraphDocument): boolean {
  if (node.frozen || node.state !== "active" || !parameters.some((p) => p.kind === "parameter")) return false;
  return objectives.some((o) => o.parameters === "all" || o.parameters.includes(id));
}

/** Breadth first from what the losses look at, against the wires. */
function distances(
  from: ReadonlySet<string>,
  sources: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, number> {
  const distance = new Map<string, number>();
  let ring = [...from].filter((id) => sources.has(id));
  for (let d = 0; ring.length > 0; d++) {
    for (const id of ring) distance.set(id, d);
    ring = [...new Set(ring.flatMap((id) => sources.get(id) ?? []))].filter((id) => !distance.has(id));
  }
  return distance;
}
