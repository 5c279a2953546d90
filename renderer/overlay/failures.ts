import type { Issue } from "../../src/core/issue.ts";
import { runOf, useTraining } from "../stores/training.ts";
import type { Tab } from "../stores/workspace.ts";
import type { Run } from "../training/run.ts";
import { changedNodes, checkedOf } from "./picture.ts";

const none: readonly Issue[] = [];
const found = new WeakMap<readonly Issue[], { readonly of: unknown; readonly issues: readonly Issue[] }>();

/** Errors that ended a run at nodes of a tab which are still as they were; the same list while nothing changes. */
export function failuresOf(tab: Tab, run: Run | null): readonly Issue[] {
  if (run?.phase !== "failed") return none;
  const held = found.get(run.issues);
  if (held?.of === tab.checked) return held.issues;
  const changed = changedNodes(checkedOf(run.document, tab), tab.checked);
  const issues = run.issues.filter((i) => i.severity === "error" && i.node !== undefined && !changed?.has(i.node));
  found.set(run.issues, { of: tab.checked, issues });
  return issues;
}

/** The same for a component: it is drawn anew only when a run fails, or a node that did is mended. */
export const useFailures = (tab: Tab): readonly Issue[] => useTraining((s) => failuresOf(tab, runOf(s, tab.id)));
