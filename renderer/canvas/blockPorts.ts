import { batch, type Change, type EditableGraph, type Scope } from "../../src/graph/change.ts";
import type { Block, GraphDocument } from "../../src/graph/document.ts";
import type { Size } from "../../src/graph/edit/arrange.ts";
import { removeEdge, replaceEdge } from "../../src/graph/edit/wires.ts";
import type { Objective, PortRef } from "../../src/graph/objective.ts";
import type { Point } from "./controller.ts";

/** Left, where wires come in from outside, or right, where they leave. */
export type BlockPortSide = "in" | "out";

export const blockPortId = (side: BlockPortSide, name: string | null): string => `port:${side}:${name ?? ""}`;

/** The block port behind an id of the canvas; `name` null for the place that takes a new one. */
export function blockPortOf(id: string): { readonly side: BlockPortSide; readonly name: string | null } | null {
  const found = /^port:(in|out):(.*)$/s.exec(id);
  return found ? { side: found[1] as BlockPortSide, name: found[2] || null } : null;
}

export interface PortPlace extends Point, Size {
  readonly id: string;
  readonly side: BlockPortSide;
  readonly name: string | null;
}

const portSize = { width: 92, height: 28 };
const away = 80;
const apart = 44;

/** Where the ports of a block stand: beside its content, in their order, and after them a place for a new one. */
export function portPlaces(block: Block, sizes: ReadonlyMap<string, Size>): PortPlace[] {
  const lefts = block.nodes.map((n) => n.position.x);
  const rights = block.nodes.map((n) => n.position.x + (sizes.get(n.id)?.width ?? 0));
  const top = Math.min(...block.nodes.map((n) => n.position.y), Number.POSITIVE_INFINITY);
  const y = Number.isFinite(top) ? top : 0;
  const column = (side: BlockPortSide, names: readonly string[], x: number): PortPlace[] =>
    [...names, null].map((name, i) => ({ id: blockPortId(side, name), side, name, x, y: y + i * apart, ...portSize }));
  return [
    ...column(
      "in",
      block.inputs.map((p) => p.name),
      Math.min(...lefts, 200) - away - portSize.width,
    ),
    ...column(
      "out",
      block.outputs.map((p) => p.name),
      Math.max(...rights, 300) + away,
    ),
  ];
}

/** Every graph of a document that may hold nodes of the block. */
const graphs = (document: GraphDocument): (readonly [Scope, EditableGraph])[] => [
  [null, document],
  ...document.blocks.map((b) => [b.id, b] as const),
];

type Ports = Pick<Block, "inputs" | "outputs">;

const setPorts = (block: Block, ports: Partial<Ports>): Change => ({
  kind: "set-ports",
  scope: block.id,
  inputs: ports.inputs ?? block.inputs,
  outputs: ports.outputs ?? block.outputs,
});

/** A free name such as `in2`. */
export function freshPort(block: Block, side: BlockPortSide): string {
  const used = new Set((side === "in" ? block.inputs : block.outputs).map((p) => p.name));
  if (!used.has(side)) return side;
  let k = 2;
  while (used.has(`${side}${k}`)) k++;
  return `${side}${k}`;
}

export function addInput(block: Block, to: Block["inputs"][number]["to"][number]): Change {
  return setPorts(block, { inputs: [...unfed(block, to), { name: freshPort(block, "in"), to: [to] }] });
}

export function addOutput(block: Block, from: PortRef): Change {
  return setPorts(block, { outputs: [...block.outputs, { name: freshPort(block, "out"), from: { ...from } }] });
}

/** Leads an input of the block to one more port inside. */
export function feedInput(block: Block, name: string, to: Block["inputs"][number]["to"][number]): Change {
  const inputs = unfed(block, to).map((p) => (p.name === name ? { ...p, to: [...p.to, to] } : p));
  return setPorts(block, { inputs });
}

/** Inputs of the block without the one wire that a port inside takes. */
const unfed = (block: Block, to: Block["inputs"][number]["to"][number]): Block["inputs"] =>
  block.inputs.map((p) => ({
    ...p,
    to: p.to.filter((t) => t.node !== to.node || t.port !== to.port || t.index !== to.index),
  }));

export function feedOutput(block: Block, name: string, from: PortRef): Change {
  return setPorts(block, { outputs: block.outputs.map((p) => (p.name === name ? { ...p, from: { ...from } } : p)) });
}

/** Takes one wire off an input of the block; the port stays. */
export function unfeedInput(block: Block, name: string, at: number): Change {
  const inputs = block.inputs.map((p) => (p.name === name ? { ...p, to: p.to.filter((_, i) => i !== at) } : p));
  return setPorts(block, { inputs });
}

/** Gives a port another name, in the block and at every wire of every node that shows it; null when the name is taken. */
export function renamePort(
  document: GraphDocument,
  block: Block,
  side: BlockPortSide,
  from: string,
  to: string,
): Change | null {
  const list = side === "in" ? block.inputs : block.outputs;
  if (to.length === 0 || to.length > 40 || list.some((p) => p.name === to)) return null;
  const name = (p: string): string => (p === from ? to : p);
  const ports =
    side === "in"
      ? setPorts(block, { inputs: block.inputs.map((p) => ({ ...p, name: name(p.name) })) })
      : setPorts(block, { outputs: block.outputs.map((p) => ({ ...p, name: name(p.name) })) });
  return batch([ports, ...outerWires(document, block, side, name), ...outerPorts(document, block, side, name)]);
}

/** Wires of the nodes that show a block, at a port of it that is renamed. */
function outerWires(
  document: GraphDocument,
  block: Block,
  side: BlockPortSide,
  name: (port: string) => string,
): Change[] {
  return graphs(document).flatMap(([scope, graph]) => {
    const showing = shows(graph, block);
    return graph.edges.flatMap((e) => {
      const end = side === "in" ? e.to : e.from;
      if (!showing.has(end.node) || name(end.port) === end.port) return [];
      const moved =
        side === "in"
          ? { ...e, to: { ...e.to, port: name(end.port) } }
          : { ...e, from: { ...e.from, port: name(end.port) } };
      return [replaceEdge(scope, moved)];
    });
  });
}

/** Objectives, and ports of blocks around, that lead to a port which is renamed. */
function outerPorts(
  document: GraphDocument,
  block: Block,
  side: BlockPortSide,
  name: (port: string) => string,
): Change[] {
  const changes: Change[] = [];
  for (const outer of document.blocks) {
    const showing = shows(outer, block);
    if (showing.size === 0 || outer.id === block.id) continue;
    changes.push(
      side === "in"
        ? setPorts(outer, {
            inputs: outer.inputs.map((p) => ({
              ...p,
              to: p.to.map((t) => (showing.has(t.node) ? { ...t, port: name(t.port) } : t)),
            })),
          })
        : setPorts(outer, {
            outputs: outer.outputs.map((p) =>
              showing.has(p.from.node) ? { ...p, from: { ...p.from, port: name(p.from.port) } } : p,
            ),
          }),
    );
  }
  const showing = shows(document, block);
  if (side === "in" || showing.size === 0) return changes;
  const ref = (r: PortRef): PortRef => (showing.has(r.node) ? { ...r, port: name(r.port) } : r);
  const value = document.objectives.map(
    (o): Objective => ({
      ...o,
      terms: o.terms.map((t) => ({
        ...t,
        prediction: ref(t.prediction),
        target: t.target && "node" in t.target ? ref(t.target) : t.target,
      })),
      metrics: o.metrics.map((m) => ({
        ...m,
        prediction: ref(m.prediction),
        target: "node" in m.target ? ref(m.target) : m.target,
      })),
    }),
  );
  return [...changes, { kind: "set", key: "objectives", value }];
}

const shows = (graph: EditableGraph, block: Block): ReadonlySet<string> =>
  new Set(graph.nodes.filter((n) => n.params["block"] === block.id).map((n) => n.id));

/** Moves a port one place up or down in the order of the block. */
export function movePort(block: Block, side: BlockPortSide, name: string, by: -1 | 1): Change {
  return side === "in"
    ? setPorts(block, { inputs: moved(block.inputs, name, by) })
    : setPorts(block, { outputs: moved(block.outputs, name, by) });
}

function moved<T extends { readonly name: string }>(list: readonly T[], name: string, by: -1 | 1): T[] {
  const from = list.findIndex((p) => p.name === name);
  const to = from + by;
  const next = [...list];
  const [item] = next.splice(from, 1);
  if (!item || to < 0 || to >= list.length) return [...list];
  next.splice(to, 0, item);
  return next;
}

/** Takes a port away, with the wires outside that used it. */
export function removePort(document: GraphDocument, block: Block, side: BlockPortSide, name: string): Change {
  const cut = graphs(document).flatMap(([scope, graph]) => {
    const showing = shows(graph, block);
    return graph.edges
      .filter((e) =>
        side === "in" ? showing.has(e.to.node) && e.to.port === name : showing.has(e.from.node) && e.from.port === name,
      )
      .map((e) => removeEdge(scope, e.id));
  });
  const ports =
    side === "in"
      ? setPorts(block, { inputs: block.inputs.filter((p) => p.name !== name) })
      : setPorts(block, { outputs: block.outputs.filter((p) => p.name !== name) });
  return batch([ports, ...cut]);
}
