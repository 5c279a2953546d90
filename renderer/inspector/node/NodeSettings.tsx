import type { DocumentNode } from "../../../src/graph/document.ts";
import { updateNodes } from "../../../src/graph/edit/nodes.ts";
import { commit, editing, type StepKey } from "../../app/editing.ts";
import { useText } from "../../app/text.ts";
import { checkedNode, shownGraph, useTab } from "../../stores/workspace.ts";
import { Select } from "../../ui/Select.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { EntryField } from "../fields/EntryField.tsx";
import { Cell, entryClass, Form } from "../fields/Form.tsx";
import { Section } from "../Section.tsx";
import { common } from "./values.ts";

/** What belongs to the node and not to its layer: label, whose weights it uses, whether they are trained. */
export function NodeSettings({ nodes }: { nodes: readonly DocumentNode[] }) {
  const text = useText().inspector;
  const words = text.node;
  const one = nodes.length === 1 ? nodes[0] : undefined;
  const trains = useTab((t) => nodes.some((n) => (checkedNode(t, n.id)?.parameters.length ?? 0) > 0));
  const frozen = common(nodes, (n) => n.frozen);
  return (
    <Section title={text.sections.settings}>
      <Form>
        {one && (
          <Cell label={words.label} wide={true} changed={one.label !== null}>
            {({ id }) => (
              <EntryField
                id={id}
                shown={one.label ?? ""}
                placeholder={one.id}
                parse={(t) => t.trim().slice(0, 200)}
                onChange={(t) => update([one.id], { label: t === "" ? null : t }, "setLabel")}
              />
            )}
          </Cell>
        )}
        {trains && <ShareCell nodes={nodes} />}
        {(trains || frozen !== false) && (
          <Cell label={words.frozen} help={words.frozenHelp} wide={true} changed={frozen === true}>
            {({ id }) => (
              <Switch
                id={id}
                checked={frozen === true}
                onChange={(on) =>
                  update(
                    nodes.map((n) => n.id),
                    { frozen: on },
                    on ? "freeze" : "unfreeze",
                  )
                }
              />
            )}
          </Cell>
        )}
      </Form>
    </Section>
  );
}

/** Stands for a node's own parameters among ids of nodes, which have no star. */
const own = "*";

/** Whose parameters the nodes use: their own, or those of another node of the layer that does not borrow itself. */
function ShareCell({ nodes }: { nodes: readonly DocumentNode[] }) {
  const text = useText().inspector;
  const graph = useTab(shownGraph);
  const layer = common(nodes, (n) => n.layer);
  const ids = new Set(nodes.map((n) => n.id));
  const owners = graph.nodes.filter((n) => n.layer === layer && n.share === null && !ids.has(n.id));
  const lends = graph.nodes.some((n) => n.share !== null && ids.has(n.share));
  const share = nodes.every((n) => n.share === nodes[0]?.share) ? (nodes[0]?.share ?? own) : null;
  if (layer === null || lends || (owners.length === 0 && share === own)) return null;
  const names = [...new Set([...owners.map((n) => n.id), ...(share && share !== own ? [share] : [])])];
  return (
    <Cell label={text.node.share} help={text.node.shareHelp} wide={true} changed={share !== own}>
      {({ id }) => (
        <Select
          id={id}
          className={entryClass}
          value={share}
          placeholder={text.mixed}
          options={[{ value: own, label: text.node.own }, ...names.map((n) => ({ value: n, label: n }))]}
          onChange={(v) => update([...ids], { share: v === own ? null : v }, "setShare")}
        />
      )}
    </Cell>
  );
}

function update(ids: readonly string[], change: Partial<DocumentNode>, key: StepKey): void {
  const now = editing();
  if (now)
    commit(
      updateNodes(now.document, now.scope, ids, () => change),
      key,
      { n: ids.length },
    );
}
