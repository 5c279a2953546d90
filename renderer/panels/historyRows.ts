import type { History, StepName } from "../../src/graph/history.ts";

/** A state of the document: the one after this step, or the first of all. */
export interface HistoryRow {
  /** Null is the document as it was opened. */
  readonly name: StepName | null;
  /** Steps to get there from now: negative takes back, positive does again. */
  readonly distance: number;
}

/** All states that can be gone to, the latest first. The present one has distance 0. */
export function historyRows({ past, future }: History): HistoryRow[] {
  const ahead = future.map((s, i): HistoryRow => ({ name: s.name, distance: i + 1 })).reverse();
  const behind = past.map((s, i): HistoryRow => ({ name: s.name, distance: 0 - i }));
  return [...ahead, ...behind, { name: null, distance: 0 - past.length }];
}
