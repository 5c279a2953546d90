import { type Applied, apply, type Change, isEmpty } from "./change.ts";
import type { GraphDocument } from "./document.ts";

/** Name of a step as data: a key of the texts, and what it puts in. */
export interface StepName {
  readonly key: string;
  readonly values?: { readonly [name: string]: string | number };
}

interface Step {
  readonly name: StepName;
  /** Change that takes the step back, from the document after it; when undone, the one that does it again. */
  readonly change: Change;
  /** Steps with the same gesture, one after the other, are one. */
  readonly gesture: string | null;
}

/** Steps that can be taken back (last first) and done again. Plain data, so it can be kept in a store and tested. */
export interface History {
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

export const emptyHistory: History = { past: [], future: [] };

/** Steps kept at most. */
const stepLimit = 500;

export interface Edited {
  readonly document: GraphDocument;
  readonly history: History;
}

/**
 * Applies a change as one step. With `gesture`, it joins the step before when that has the same gesture: a drag or the
 * typing of one number is one step, however many changes it makes.
 */
export function edit(
  { document, history }: Edited,
  change: Change,
  name: StepName,
  gesture: string | null = null,
): Edited {
  if (isEmpty(change)) return { document, history };
  const applied: Applied = apply(document, change);
  const last = history.past[0];
  if (gesture !== null && last?.gesture === gesture) {
    const joined: Step = { ...last, change: { kind: "batch", changes: [applied.inverse, last.change] } };
    return { document: applied.document, history: { past: [joined, ...history.past.slice(1)], future: [] } };
  }
  const step: Step = { name, change: applied.inverse, gesture };
  return { document: applied.document, history: { past: [step, ...history.past].slice(0, stepLimit), future: [] } };
}

/** Takes the last step back; the same when there is none. */
export function undo({ document, history }: Edited): Edited {
  const [step, ...past] = history.past;
  if (!step) return { document, history };
  const applied = apply(document, step.change);
  return {
    document: applied.document,
    history: { past, future: [{ ...step, change: applied.inverse }, ...history.future] },
  };
}

/** Does the step undone last again; the same when there is none. */
export function redo({ document, history }: Edited): Edited {
  const [step, ...future] = history.future;
  if (!step) return { document, history };
  const applied = apply(document, step.change);
  return {
    document: applied.document,
    history: { past: [{ ...step, change: applied.inverse, gesture: null }, ...history.past], future },
  };
}

/** Ends a gesture: what comes next is a step of its own. */
export function endGesture({ document, history }: Edited): Edited {
  const [last, ...rest] = history.past;
  return last?.gesture
    ? { document, history: { ...history, past: [{ ...last, gesture: null }, ...rest] } }
    : { document, history };
}
