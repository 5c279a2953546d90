import type { Fix, Json } from "../core/issue.ts";
import { byText } from "../core/order.ts";
import { blockOf, isBlockNode, pathSeparator, repeatOf } from "./blocks.ts";
import { apply, batch, type Change, graphOf, type ListName, type Scope } from "./change.ts";
import {
  type Block,
  type DocumentEdge,
  type DocumentNode,
  edgeSchema,
  type GraphDocument,
  nodeSchema,
} from "./document.ts";
import { replaceLayer } from "./edit/nodes.ts";
import type { LayerLookup } from "./layer.ts";
import type { Objective, PortRef, TargetRef } from "./objective.ts";

type InsertFix = Extract<Fix, { kind: "insert-layer" }>;
type Whole = Extract<Change, { kind: "set" }>["key"];

/** The document with a fix applied; as it was where the fix no longer fits it. */
export function applyFix(document: GraphDocument, fix: Fix, lookup: LayerLookup | null = null): GraphDocument {
  const change = fixChange(document, fix, lookup);
  return change ? apply(document, change).document : document;
}

/**
 * A fix as one undoable change, null where what it names is no longer there. Nodes and edges inside blocks are named by
 * their path (`outer/inner`, `outer/2/inner`) as the check of the expanded document does; the block itself is changed.
 * `lookup` tells the version that a new node is written with; 1 where it is left out.
 */
export function fixChange(document: GraphDocument, fix: Fix, lookup: LayerLookup | null = null): Change | null {
  switch (fix.kind) {
    case "set-param":
      return withNode(document, fix.node, (scope, node) => ({
        kind: "replace",
        scope,
        list: "nodes",
        item: { ...node, params: { ...node.params, [fix.param]: fix.value } },
      }));
    case "insert-layer":
      return withNode(document, fix.node, (scope, node) => insertLayer(document, scope, node, fix, lookup));
    case "replace-layer":
      return replaceLayers(document, fix.nodes, fix.layer, lookup);
    case "remove-edge": {
      const edge = locate(document, fix.edge, "edges");
      return edge && { kind: "remove", scope: edge.scope, list: "edges", id: edge.id };
    }
    case "remove-node":
      return withNode(document, fix.node, (scope, node) => removeNode(document, scope, node, fix.heal));
    case "set-document":
      return setInDocument(document, fix.path, fix.value);
    case "remove-objective-term":
      return removeTerm(document, fix.objective, fix.term);
  }
}

/** The graph that holds the item of a path, and its id there. */
function locate(document: GraphDocument, path: string, list: ListName): { scope: Scope; id: string } | null {
  const blocks = new Map(document.blocks.map((b) => [b.id, b]));
  const parts = path.split(pathSeparator);
  let scope: Scope = null;
  for (let at = 0; at < parts.length; ) {
    const id = parts[at] as string;
    const graph = graphOf(document, scope);
    const node = graph.nodes.find((n) => n.id === id);
    const block = node && isBlockNode(node) ? blockOf(node, blocks) : null;
    // An edge that was led to several inner ports has a number behind its own id.
    const last = at === parts.length - 1 || (list === "edges" && !block);
    if (last) return graph[list].some((item) => item.id === id) ? { scope, id } : null;
    if (!node || !block) return null;
    scope = block.id;
    at += repeatOf(node) > 1 ? 2 : 1;
  }
  return null;
}

function withNode(
  document: GraphDocument,
  path: string,
  make: (scope: Scope, node: DocumentNode) => Change | null,
): Change | null {
  const place = locate(document, path, "nodes");
  const node = place && graphOf(document, place.scope).nodes.find((n) => n.id === place.id);
  return place && node ? make(place.scope, node) : null;
}

/** Repetitions of a block share its nodes: each is replaced once. */
function replaceLayers(
  document: GraphDocument,
  paths: readonly string[],
  layer: string,
  lookup: LayerLookup | null,
): Change | null {
  const places = paths.flatMap((path) => locate(document, path, "nodes") ?? []);
  const once = new Map(places.map((p) => [JSON.stringify([p.scope, p.id]), p]));
  if (once.size === 0 || !lookup) return null;
  return batch([...once.values()].map(({ scope, id }) => replaceLayer(document, scope, id, layer, lookup)));
}

/** Something that feeds a port: an edge, or from outside through an input of the block. */
interface Feed {
  readonly to: { readonly node: string; readonly port: string; readonly index: number };
  readonly edge: DocumentEdge | null;
}

function feedsOf(document: GraphDocument, scope: Scope, node: string, port: string): Feed[] {
  const graph = graphOf(document, scope);
  const outer = scope === null ? [] : (graph as Block).inputs.flatMap((input) => input.to);
  const feeds: Feed[] = [
    ...graph.edges.map((edge) => ({ to: edge.to, edge })),
    ...outer.map((to) => ({ to, edge: null })),
  ];
  return feeds
    .filter(({ to }) => to.node === node && to.port === port)
    .sort((a, b) => a.to.index - b.to.index || byText(a.edge?.id ?? "", b.edge?.id ?? ""));
}

/** The new node takes over the wire; a wire of its own goes on to the port. */
function insertLayer(
  document: GraphDocument,
  scope: Scope,
  node: DocumentNode,
  fix: InsertFix,
  lookup: LayerLookup | null,
): Change | null {
  const feed = feedsOf(document, scope, node.id, fix.port)[fix.index];
  if (!feed) return null;
  const graph = graphOf(document, scope);
  const source = graph.nodes.find((n) => n.id === feed.edge?.from.node);
  const inserted = nodeSchema.parse({
    id: freeId(graph.nodes, fix.layer),
    layer: fix.layer,
    layerVersion: lookup?.get(fix.layer)?.version ?? 1,
    position: between(source?.position, node.position),
    params: fix.params,
  });
  const onward = edgeSchema.parse({
    id: freeId(graph.edges, `${inserted.id}-${node.id}`),
    from: { node: inserted.id },
    to: feed.to,
  });
  const entry = { node: inserted.id, port: "in", index: 0 };
  return batch([
    { kind: "insert", scope, list: "nodes", at: graph.nodes.length, item: inserted },
    feed.edge
      ? { kind: "replace", scope, list: "edges", item: { ...feed.edge, to: entry } }
      : redirectBlockInput(graph as Block, feed, entry),
    { kind: "insert", scope, list: "edges", at: graph.edges.length, item: onward },
  ]);
}

const redirectBlockInput = (block: Block, feed: Feed, entry: Feed["to"]): Change => ({
  kind: "set-ports",
  scope: block.id,
  inputs: block.inputs.map((i) => ({ ...i, to: i.to.map((to) => (to === feed.to ? { ...entry } : to)) })),
  outputs: block.outputs,
});

const freeId = (items: readonly { readonly id: string }[], wish: string): string => {
  const taken = new Set(items.map((i) => i.id));
  for (let n = 1; ; n++) {
    const id = n === 1 ? wish : `${wish}-${n}`;
    if (!taken.has(id)) return id;
  }
};

type Point = DocumentNode["position"];
const between = (a: Point | undefined, b: Point): Point => (a ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : { ...b });

/**
 * Takes a node away with its edges. With `heal`, what read its outputs reads the source of its first input instead,
 * objectives included.
 */
function removeNode(document: GraphDocument, scope: Scope, node: DocumentNode, heal: boolean): Change {
  const graph = graphOf(document, scope);
  const incoming = graph.edges.filter((e) => e.to.node === node.id);
  incoming.sort((a, b) => a.to.index - b.to.index || byText(a.id, b.id));
  const source = heal ? (incoming[0]?.from ?? null) : null;
  const changes: Change[] = incoming.map((e) => ({ kind: "remove", scope, list: "edges", id: e.id }));
  for (const edge of graph.edges.filter((e) => e.from.node === node.id)) {
    changes.push(
      source
        ? { kind: "replace", scope, list: "edges", item: { ...edge, from: source } }
        : { kind: "remove", scope, list: "edges", id: edge.id },
    );
  }
  for (const sharer of graph.nodes.filter((n) => n.share === node.id)) {
    changes.push({ kind: "replace", scope, list: "nodes", item: { ...sharer, share: null } });
  }
  if (source) changes.push(...redirectReaders(document, scope, node.id, source));
  changes.push({ kind: "remove", scope, list: "nodes", id: node.id });
  return batch(changes);
}

/** Objectives, or outputs of the block, that read `node` read `source`. */
function redirectReaders(document: GraphDocument, scope: Scope, node: string, source: PortRef): Change[] {
  const port = (ref: PortRef): PortRef => (ref.node === node ? source : ref);
  if (scope !== null) {
    const { inputs, outputs } = graphOf(document, scope) as Block;
    return [{ kind: "set-ports", scope, inputs, outputs: outputs.map((o) => ({ ...o, from: port(o.from) })) }];
  }
  const target = <T extends TargetRef | null>(ref: T): T => (ref && "node" in ref ? (port(ref) as T) : ref);
  const value = document.objectives.map(
    (o): Objective => ({
      ...o,
      terms: o.terms.map((t) => ({ ...t, prediction: port(t.prediction), target: target(t.target) })),
      metrics: o.metrics.map((m) => ({ ...m, prediction: port(m.prediction), target: target(m.target) })),
    }),
  );
  return [{ kind: "set", key: "objectives", value }];
}

/** An objective without terms is none: it goes with its last one. */
function removeTerm(document: GraphDocument, id: string, term: number): Change | null {
  const objective = document.objectives.find((o) => o.id === id);
  if (!objective || term >= objective.terms.length) return null;
  const value = document.objectives.flatMap((o) => {
    if (o !== objective) return [o];
    const terms = o.terms.filter((_, i) => i !== term);
    return terms.length > 0 ? [{ ...o, terms }] : [];
  });
  return { kind: "set", key: "objectives", value };
}

const wholes: readonly string[] = ["name", "seed", "data", "objectives", "training", "blocks"] satisfies Whole[];
const lists: readonly string[] = ["nodes", "edges", "notes"] satisfies ListName[];

function setInDocument(document: GraphDocument, path: readonly (string | number)[], value: Json): Change | null {
  const [key, ...rest] = path;
  if (typeof key !== "string") return null;
  if (wholes.includes(key)) {
    const whole = document[key as Whole] as Json;
    return { kind: "set", key, value: setAt(whole, rest, value) } as unknown as Change;
  }
  const [at, ...inside] = rest;
  const item = lists.includes(key) && typeof at === "number" ? document[key as ListName][at] : undefined;
  if (item === undefined || inside.length === 0) return null;
  return { kind: "replace", scope: null, list: key, item: setAt(item as Json, inside, value) } as unknown as Change;
}

/** `root` with `value` at a path; objects on the way that are not there are made. */
function setAt(root: Json, path: readonly (string | number)[], value: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(root)) return root.map((v: Json, i) => (i === key ? setAt(v, rest, value) : v));
  const record = typeof root === "object" && root !== null ? (root as { readonly [key: string]: Json }) : {};
  return { ...record, [key]: setAt(record[key] ?? null, rest, value) };
}
