import type { Issue } from "../../src/core/issue.ts";
import { pathSeparator } from "../../src/graph/blocks.ts";
import { expandedId, type Tab } from "../stores/workspace.ts";
import { lossId } from "./losses.ts";

/**
 * Issues by the item of the shown graph that they belong to: nodes, those inside a block's node included, and losses
 * by their id. `more` are issues that the check does not know, such as those of a run.
 */
export function issueIndex(tab: Tab, more: readonly Issue[] = []): ReadonlyMap<string, readonly Issue[]> {
  const index = new Map<string, Issue[]>();
  const add = (id: string, issue: Issue): void => {
    const list = index.get(id);
    if (list) list.push(issue);
    else index.set(id, [issue]);
  };
  const prefix = expandedId(tab, "");
  for (const issue of [...tab.checked.issues, ...more]) {
    if (issue.objective !== undefined && tab.path.length === 0) {
      add(lossId({ objective: issue.objective, term: termAt(issue.path) }), issue);
    }
    if (issue.node?.startsWith(prefix)) add(issue.node.slice(prefix.length).split(pathSeparator)[0] as string, issue);
  }
  return index;
}

/** The term that a path such as `objectives.main.terms[1].prediction` leads into; the first when it names none. */
const termAt = (path: string | undefined): number => Number(/terms\[(\d+)\]/.exec(path ?? "")?.[1] ?? 0);
