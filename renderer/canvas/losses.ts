import type { Change } from "../../src/graph/change.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import type { Objective, ObjectiveTerm } from "../../src/graph/objective.ts";

/** A loss on the canvas: one term of an objective. */
export interface LossRef {
  readonly objective: string;
  readonly term: number;
}

const prefix = "loss:";

/** Id of the node that draws a loss, in selections and on the canvas. */
export const lossId = ({ objective, term }: LossRef): string => `${prefix}${objective}:${term}`;

/** The loss behind such an id; null for every other id. */
export function lossOf(id: string): LossRef | null {
  if (!id.startsWith(prefix)) return null;
  const at = id.lastIndexOf(":");
  const term = Number(id.slice(at + 1));
  return at > prefix.length && Number.isInteger(term) ? { objective: id.slice(prefix.length, at), term } : null;
}

export const termOf = (document: Pick<GraphDocument, "objectives">, ref: LossRef): ObjectiveTerm | null =>
  document.objectives.find((o) => o.id === ref.objective)?.terms[ref.term] ?? null;

/** Changes parts of losses, each by its id. */
export function updateTerms(
  document: GraphDocument,
  updates: ReadonlyMap<string, Partial<ObjectiveTerm>>,
): Change | null {
  if (updates.size === 0) return null;
  const value = document.objectives.map((o): Objective => {
    const terms = o.terms.map((t, term) => {
      const update = updates.get(lossId({ objective: o.id, term }));
      return update ? { ...t, ...update } : t;
    });
    return terms.every((t, i) => t === o.terms[i]) ? o : { ...o, terms };
  });
  return { kind: "set", key: "objectives", value };
}

/** Moves the prediction of a loss to another output; metrics that looked at the old one follow. */
export function replug(document: GraphDocument, ref: LossRef, to: ObjectiveTerm["prediction"]): Change | null {
  const old = termOf(document, ref)?.prediction;
  if (!old) return null;
  const value = document.objectives.map((o): Objective => {
    if (o.id !== ref.objective) return o;
    const follows = (p: typeof old): boolean => p.node === old.node && p.port === old.port;
    return {
      ...o,
      terms: o.terms.map((t, i) => (i === ref.term ? { ...t, prediction: { ...to } } : t)),
      metrics: o.metrics.map((m) => (follows(m.prediction) ? { ...m, prediction: { ...to } } : m)),
    };
  });
  return { kind: "set", key: "objectives", value };
}

/** Takes losses out; an objective goes with its last one. */
export function removeTerms(document: GraphDocument, refs: readonly LossRef[]): Change | null {
  if (refs.length === 0) return null;
  const gone = new Set(refs.map(lossId));
  const value = document.objectives.flatMap((o) => {
    const terms = o.terms.filter((_, term) => !gone.has(lossId({ objective: o.id, term })));
    return terms.length === 0 ? [] : [terms.length === o.terms.length ? o : { ...o, terms }];
  });
  return { kind: "set", key: "objectives", value };
}
