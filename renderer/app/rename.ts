import { renameNode } from "../../src/graph/edit/nodes.ts";
import { workspace } from "../stores/workspace.ts";
import { prompt } from "./dialogs.ts";
import { commit, editing, selectItems } from "./editing.ts";
import { currentText } from "./text.ts";

/** Asks for another name of the selected node; everything that names it follows. */
export async function renameSelected(): Promise<void> {
  const now = editing();
  const node = now?.nodes[0];
  if (!now || !node) return;
  const text = currentText().shell;
  const taken = new Set(now.graph.nodes.map((n) => n.id));
  const name = await prompt({
    title: text.renameNode,
    label: text.name,
    value: node.id,
    action: text.rename,
    check: (entered) => {
      if (!/^[\p{L}\p{N}_.-]{1,100}$/u.test(entered)) return text.nameForm;
      return entered !== node.id && taken.has(entered) ? text.nameTaken(entered) : null;
    },
  });
  if (name === null || name === node.id) return;
  const later = editing();
  const change = later && renameNode(later.document, later.scope, node.id, name);
  if (!change) return;
  commit(change, "rename", { name });
  selectItems([name]);
}

/** Asks for another name of the active document. */
export async function renameDocument(): Promise<void> {
  const now = editing();
  if (!now) return;
  const text = currentText().shell;
  const name = await prompt({
    title: text.renameDocument,
    label: text.name,
    value: now.document.name,
    action: text.rename,
    check: (entered) => (entered.trim() === "" || entered.length > 200 ? text.documentNameForm : null),
  });
  if (name === null || name === now.document.name || workspace.getState().active !== now.tab.id) return;
  commit({ kind: "set", key: "name", value: name.trim() }, "rename", { name: name.trim() });
}
