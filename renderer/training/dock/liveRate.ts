import { useEffect } from "react";
import type { GraphDocument } from "../../../src/graph/document.ts";
import { runOf, training } from "../../stores/training.ts";
import { activeTab, workspace } from "../../stores/workspace.ts";
import { setLearningRate } from "../control.ts";

/** A drag changes a rate many times; the engine is told of the last one. */
const pause = 150;

/** Rates that differ between two states of a document, by objective. */
export function changedRates(before: GraphDocument, now: GraphDocument): ReadonlyMap<string, number> {
  const old = new Map(before.objectives.map((o) => [o.id, o.optimizer.learningRate]));
  const changed = now.objectives.filter((o) => {
    const rate = old.get(o.id);
    return rate !== undefined && rate !== o.optimizer.learningRate;
  });
  return new Map(changed.map((o) => [o.id, o.optimizer.learningRate]));
}

/** Tells the run under way of every learning rate that is edited in its document, undo and redo included. */
export function useLiveRate(): void {
  useEffect(() => {
    const waiting = new Map<string, number>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const send = (): void => {
      for (const [objective, rate] of waiting) void setLearningRate(rate, objective);
      waiting.clear();
    };
    const off = workspace.subscribe((now, before) => {
      const [tab, last] = [activeTab(now), activeTab(before)];
      if (!tab || tab.id !== last?.id || tab.edited.document.objectives === last.edited.document.objectives) return;
      const run = runOf(training.getState(), tab.id);
      if (run?.phase !== "running" && run?.phase !== "paused") return;
      for (const [id, rate] of changedRates(last.edited.document, tab.edited.document)) waiting.set(id, rate);
      clearTimeout(timer);
      if (waiting.size > 0) timer = setTimeout(send, pause);
    });
    return () => {
      off();
      clearTimeout(timer);
      send();
    };
  }, []);
}
