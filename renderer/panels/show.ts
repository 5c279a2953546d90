import type { Issue } from "../../src/core/issue.ts";
import { pathSeparator } from "../../src/graph/blocks.ts";
import { canvas } from "../canvas/controller.ts";
import { lossId } from "../canvas/losses.ts";
import { activeTab, nothing, type Selection, workspace } from "../stores/workspace.ts";
import { placeOfIssue } from "./places.ts";

/** Enters the blocks on the way, selects something there and brings it to the middle. */
export function show(path: readonly string[], selection: Partial<Selection>, flyTo: string | null): void {
  const { enter, select } = workspace.getState();
  const tab = activeTab(workspace.getState());
  if (!tab) return;
  if (tab.path.join("/") !== path.join("/")) {
    for (const _ of tab.path) enter(null);
    for (const node of path) enter(node);
  }
  select({ ...nothing, ...selection });
  // The canvas of another block is drawn first.
  if (flyTo !== null) requestAnimationFrame(() => requestAnimationFrame(() => canvas()?.flyTo(flyTo)));
}

export const showNode = (path: readonly string[], node: string): void => show(path, { nodes: new Set([node]) }, node);

/** Shows where an issue is: node, wire or loss; without a place the settings of the document. */
export function showIssue(issue: Issue): void {
  const tab = activeTab(workspace.getState());
  if (!tab) return;
  const place = placeOfIssue(tab.edited.document, issue);
  const loss = issue.objective === undefined ? null : lossId({ objective: issue.objective, term: 0 });
  if (place?.node) showNode(place.path, place.node);
  else if (place?.edge) {
    const to = tab.checked.document.edges.find((e) => e.id === issue.edge)?.to.node;
    show(place.path, { edges: new Set([place.edge]) }, to?.split(pathSeparator).at(-1) ?? null);
  } else if (loss) showNode([], loss);
  else show([], nothing, null);
}
