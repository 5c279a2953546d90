import { engine } from "../bridge/engine.ts";
import { lossOf } from "../canvas/losses.ts";
import { runOf, training } from "../stores/training.ts";
import { activeTab, expandedId, type Tab, workspace } from "../stores/workspace.ts";
import { isUnderWay } from "../training/run.ts";
import { stepping } from "./session.ts";

/** Walks through a node of the shown graph, or a loss; a training under way is paused first. */
export async function walkThrough(id: string): Promise<void> {
  const tab = activeTab(workspace.getState());
  const place = tab && placeIn(tab, id);
  if (!tab || !place) return;
  const run = runOf(training.getState(), tab.id);
  const running = isUnderWay(run) && run?.phase !== "paused";
  // The time machine stands at a moment whose tensors are not kept.
  training.getState().set({ cursor: null });
  stepping.getState().open(tab.id, place, !normalisesBatches(tab), running);
  if (running) await engine()?.command({ kind: "pause" });
}

/** What the checked graph calls a node of the shown graph; of a block the first node inside. */
function placeIn(tab: Tab, id: string): string | null {
  if (lossOf(id)) return id;
  const name = expandedId(tab, id);
  if (tab.checked.graph.nodes.has(name)) return name;
  return [...tab.checked.graph.nodes.keys()].find((key) => key.startsWith(`${name}/`)) ?? null;
}

/** With one sample alone, the statistics of a batch are not those of the training. */
const normalisesBatches = (tab: Tab): boolean =>
  [...tab.checked.graph.nodes.values()].some((n) => n.node.layer === "batch-norm");
