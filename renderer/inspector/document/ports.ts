import type { CheckedDocument } from "../../../src/compile/check.ts";
import type { GraphDocument } from "../../../src/graph/document.ts";
import { withBlocks } from "../../../src/graph/edit/blocks.ts";
import { portsOf } from "../../../src/graph/edit/wires.ts";
import type { Objective, ObjectiveTerm, PortRef, TargetRef } from "../../../src/graph/objective.ts";
import { layerRegistry } from "../../../src/layers/registry.ts";

/** Text that stands for an output in a choice: the node alone where its port is the usual one. */
export const portKey = ({ node, port }: PortRef): string => (port === "out" ? node : `${node}.${port}`);

/** All outputs of the outermost graph, by their text. */
export function outputPorts(document: GraphDocument): ReadonlyMap<string, PortRef> {
  const layers = withBlocks(layerRegistry, document.blocks);
  const ports = document.nodes.flatMap((n) => portsOf(n, layers).outputs.map((p) => ({ node: n.id, port: p.name })));
  return new Map(ports.map((p) => [portKey(p), p]));
}

/** Text of a target in a choice; a star and a colon cannot stand in ids of nodes. */
export const targetKey = (target: TargetRef | null): string =>
  target === null ? "*" : "field" in target ? `field:${target.field}` : portKey(target);

/** The target behind such a text. */
export function targetOf(key: string, ports: ReadonlyMap<string, PortRef>): TargetRef | null {
  return key.startsWith("field:") ? { field: key.slice("field:".length) } : (ports.get(key) ?? null);
}

/** Outputs that no wire leaves: where a network ends, the likeliest predictions. */
export function openOutputs(document: GraphDocument): PortRef[] {
  const used = new Set(document.edges.map((e) => `${e.from.node}.${e.from.port}`));
  return [...outputPorts(document).values()].filter((p) => !used.has(`${p.node}.${p.port}`));
}

/** The field that is likeliest compared with: one that feeds no input, class labels first. */
function likelyTarget(document: GraphDocument, { fields }: CheckedDocument): TargetRef | null {
  const fed = new Set(Object.values(document.data?.inputs ?? {}));
  const free = fields.filter((f) => !fed.has(f.name));
  const field = free.find((f) => f.classes !== null) ?? free[0];
  return field ? { field: field.name } : null;
}

/** A first term: from the end of the network to the label of the data; null where the network has no output. */
export function likelyTerm(document: GraphDocument, checked: CheckedDocument): ObjectiveTerm | null {
  const prediction = openOutputs(document).at(-1);
  if (!prediction) return null;
  const target = likelyTarget(document, checked);
  const field = target && "field" in target ? checked.fields.find((f) => f.name === target.field) : undefined;
  const loss: ObjectiveTerm["loss"] =
    field?.dtype === "int64"
      ? { kind: "cross-entropy", reduction: "mean", labelSmoothing: 0, classWeights: null, ignoreIndex: null }
      : { kind: "mse", reduction: "mean" };
  return { loss, prediction, target, weight: 1, position: null };
}

/** An id that no objective has. */
export function freeObjectiveId(objectives: readonly Objective[]): string {
  const taken = new Set(objectives.map((o) => o.id));
  if (!taken.has("main")) return "main";
  let k = 2;
  while (taken.has(`objective${k}`)) k++;
  return `objective${k}`;
}
