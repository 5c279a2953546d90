import type { GraphDocument } from "../../../src/graph/document.ts";

/** One thing that is different between the documents of two runs. */
export interface Difference {
  /** What: `rate`, `batch`, `epochs`, `seed`, `optimizer`, `added`, `removed`, or `node.param` and other paths. */
  readonly what: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** What was changed from one document to the next, as far as it matters to a training; the settings first. */
export function differences(before: GraphDocument, now: GraphDocument): readonly Difference[] {
  return [...settings(before, now), ...nodes(before, now)];
}

function settings(before: GraphDocument, now: GraphDocument): readonly Difference[] {
  const facts = (d: GraphDocument): ReadonlyMap<string, unknown> => {
    const [first, ...others] = d.objectives;
    const { learningRate = null, ...optimizer } = first?.optimizer ?? { kind: null };
    const { epochs, batch, steps, ...rest } = d.training;
    return new Map<string, unknown>([
      ["rate", learningRate],
      ["batch", batch],
      ["epochs", epochs],
      ["steps", steps],
      ["seed", d.seed],
      ["optimizer", optimizer],
      ["loss", first?.terms.map((t) => [t.loss, t.weight])],
      ["objectives", [others, first && { ...first, optimizer: null, terms: null }]],
      ["schedule", rest],
      ["data", d.data],
    ]);
  };
  const [a, b] = [facts(before), facts(now)];
  return [...b].flatMap(([what, value]) => difference(what, a.get(what), value));
}

function difference(what: string, from: unknown, to: unknown): readonly Difference[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  const said = (v: unknown): string | null => {
    if (typeof v === "object" && v !== null && "kind" in v && typeof v.kind === "string") return v.kind;
    return typeof v === "object" || v === undefined ? null : String(v);
  };
  const [x, y] = [said(from), said(to)];
  // Of the same kind with other options: that it differs is all there is room for.
  return [x === y ? { what, from: null, to: null } : { what, from: x, to: y }];
}

function nodes(before: GraphDocument, now: GraphDocument): readonly Difference[] {
  const all = (d: GraphDocument) =>
    new Map([...d.nodes, ...d.blocks.flatMap((b) => b.nodes)].map((n) => [n.id, n] as const));
  const [a, b] = [all(before), all(now)];
  const gone = [...a.keys()].filter((id) => !b.has(id));
  const come = [...b.keys()].filter((id) => !a.has(id));
  const changed = [...b].flatMap(([id, node]) => {
    const old = a.get(id);
    if (!old) return [];
    if (old.layer !== node.layer) return [{ what: id, from: old.layer, to: node.layer }];
    const keys = [...new Set([...Object.keys(old.params), ...Object.keys(node.params)])];
    const params = keys.flatMap((k) => difference(`${id}.${k}`, old.params[k], node.params[k]));
    const rest = (n: typeof node): unknown => [n.share, n.frozen, n.state];
    return [
      ...params,
      ...(JSON.stringify(rest(old)) === JSON.stringify(rest(node)) ? [] : difference(id, rest(old), rest(node))),
    ];
  });
  const wires = (d: GraphDocument): string => JSON.stringify(d.edges.map((e) => [e.from, e.to]).sort());
  const rewired = gone.length + come.length === 0 && wires(before) !== wires(now);
  return [
    ...(come.length > 0 ? [{ what: "added", from: null, to: come.join(", ") }] : []),
    ...(gone.length > 0 ? [{ what: "removed", from: null, to: gone.join(", ") }] : []),
    ...changed,
    ...(rewired ? [{ what: "wires", from: null, to: null }] : []),
  ];
}
