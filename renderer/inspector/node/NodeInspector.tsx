import { CircleSlash, Ellipsis, RotateCcw, Route } from "lucide-react";
import { useMemo } from "react";
import { isBlockNode } from "../../../src/graph/blocks.ts";
import type { DocumentNode } from "../../../src/graph/document.ts";
import { renameNode, updateNodes } from "../../../src/graph/edit/nodes.ts";
import { layerTexts } from "../../../src/i18n/texts.ts";
import type { LayerId } from "../../../src/layers/registry.gen.ts";
import { commandById, commandEntries, runCommand, shownKey } from "../../app/commands/index.ts";
import { commit, editing, selectItems } from "../../app/editing.ts";
import { currentText, useLocale, useText } from "../../app/text.ts";
import { NodeSection } from "../../overlay/NodeSection.tsx";
import { IssueCard } from "../../panels/IssueCard.tsx";
import { listed } from "../../panels/places.ts";
import { useSettings } from "../../stores/settings.ts";
import { issuesAt, shownGraph, useTab } from "../../stores/workspace.ts";
import { IconButton } from "../../ui/Button.tsx";
import { categoryVar, LayerGlyph } from "../../ui/Glyph.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { InspectorHead, NameField } from "../InspectorHead.tsx";
import { Section } from "../Section.tsx";
import { BlockSection } from "./BlockSection.tsx";
import { CostSection } from "./CostSection.tsx";
import { FormulaSection } from "./FormulaSection.tsx";
import styles from "./Node.module.css";
import { NodeParams, useParamViews } from "./NodeParams.tsx";
import { NodeSettings } from "./NodeSettings.tsx";
import { ShapeSection } from "./ShapeSection.tsx";
import { TensorSections } from "./TensorSections.tsx";

/** One node, or several: what they have in common can be set for all of them at once. */
export function NodeInspector({ ids }: { ids: readonly string[] }) {
  const text = useText().inspector;
  const locale = useLocale();
  const presenter = useSettings((s) => s.presenter);
  const graph = useTab(shownGraph);
  const nodes = useMemo(() => graph.nodes.filter((n) => ids.includes(n.id)), [graph, ids]);
  const [node] = nodes;
  if (!node) return null;
  const alike = nodes.every((n) => n.layer === node.layer);
  const own = isBlockNode(node) ? text.sections.block : layerTexts[locale][node.layer as LayerId]?.name;
  const kind = alike ? (own ?? node.layer) : text.several.layers;
  const one = nodes.length === 1;
  return (
    <>
      <InspectorHead
        icon={<LayerGlyph layer={alike ? node.layer : "block"} size="1.125rem" />}
        color={alike ? categoryVar(node.layer) : "var(--text-3)"}
        title={
          one ? (
            <NameField key={node.id} value={node.id} label={text.head.name} rename={(n) => rename(node.id, n)} />
          ) : (
            text.head.several(nodes.length)
          )
        }
        kind={kind}
        tools={<NodeTools nodes={nodes} />}
      />
      <div className={styles.scroll}>
        {one && <NodeIssues id={node.id} />}
        {one && isBlockNode(node) && <BlockSection node={node} />}
        {alike && !presenter && <Parameters nodes={nodes} />}
        {one && <FormulaSection id={node.id} />}
        {one && <ShapeSection id={node.id} />}
        <CostSection nodes={nodes} />
        {one && !isBlockNode(node) && <NodeSection id={node.id} />}
        {one && <TensorSections id={node.id} />}
        {!presenter && <NodeSettings nodes={nodes} />}
      </div>
    </>
  );
}

/** Gives a node another name, or says why not. */
function rename(from: string, to: string): string | null {
  const text = currentText().inspector.head;
  const now = editing();
  if (!now) return null;
  if (now.graph.nodes.some((n) => n.id === to)) return text.nameTaken;
  const change = renameNode(now.document, now.scope, from, to);
  if (!change) return text.nameBad;
  commit(change, "rename", { name: to });
  selectItems([to]);
  return null;
}

function NodeTools({ nodes }: { nodes: readonly DocumentNode[] }) {
  const text = useText();
  const all = (state: DocumentNode["state"]): boolean => nodes.every((n) => n.state === state);
  return (
    <>
      <IconButton
        label={text.commands["edit.mute"]}
        keys={shownKey(commandById("edit.mute"))}
        icon={CircleSlash}
        pressed={all("muted")}
        onClick={() => runCommand("edit.mute")}
      />
      <IconButton
        label={text.commands["edit.bypass"]}
        keys={shownKey(commandById("edit.bypass"))}
        icon={Route}
        pressed={all("bypassed")}
        onClick={() => runCommand("edit.bypass")}
      />
      <Menu
        trigger={<IconButton label={text.inspector.head.more} icon={Ellipsis} />}
        entries={() =>
          commandEntries(
            "edit.freeze",
            "edit.pin",
            "edit.collapse",
            null,
            "edit.replaceLayer",
            "edit.duplicate",
            "view.fitSelection",
            null,
            "edit.delete",
          )
        }
      />
    </>
  );
}

function NodeIssues({ id }: { id: string }) {
  const text = useText().inspector;
  const all = useTab((t) => t.checked.issues);
  const tab = useTab((t) => t);
  const issues = useMemo(() => (all.length === 0 ? [] : listed(issuesAt(tab, id))), [all, tab, id]);
  if (issues.length === 0) return null;
  return (
    <Section title={text.sections.problems}>
      <div className={styles.issues}>
        {issues.map((issue) => (
          <IssueCard key={JSON.stringify(issue)} issue={issue} canShow={false} />
        ))}
      </div>
    </Section>
  );
}

function Parameters({ nodes }: { nodes: readonly DocumentNode[] }) {
  const text = useText().inspector;
  const views = useParamViews(nodes);
  if (views.length === 0) return null;
  const changed = views.some((v) => v.changed);
  return (
    <Section
      title={text.sections.parameters}
      aside={
        changed && (
          <IconButton label={text.head.resetAll} icon={RotateCcw} onClick={() => resetAll(nodes.map((n) => n.id))} />
        )
      }
    >
      <NodeParams nodes={nodes} views={views} />
    </Section>
  );
}

function resetAll(ids: readonly string[]): void {
  const now = editing();
  if (!now) return;
  commit(
    updateNodes(now.document, now.scope, ids, () => ({ params: {} })),
    "resetParams",
    { n: ids.length },
  );
}
