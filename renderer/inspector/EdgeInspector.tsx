import { Spline, Trash2 } from "lucide-react";
import { Fragment, useMemo } from "react";
import { dimText, product } from "../../src/shape/dim.ts";
import { commandById, runCommand, shownKey } from "../app/commands/index.ts";
import { useText } from "../app/text.ts";
import { outputType } from "../canvas/outputs.ts";
import { shapeOf } from "../canvas/shapes.ts";
import { IssueCard } from "../panels/IssueCard.tsx";
import { expandedId, shownGraph, useTab } from "../stores/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import { InspectorHead } from "./InspectorHead.tsx";
import styles from "./node/Node.module.css";
import { countText } from "./numbers.ts";
import { Section } from "./Section.tsx";

/** A wire: where it leads, and what flows through it. */
export function EdgeInspector({ ids }: { ids: readonly string[] }) {
  const text = useText().inspector;
  const graph = useTab(shownGraph);
  const edges = useMemo(() => graph.edges.filter((e) => ids.includes(e.id)), [graph, ids]);
  const [edge] = edges;
  if (!edge) return null;
  const one = edges.length === 1;
  return (
    <>
      <InspectorHead
        icon={<Spline size="1.125rem" aria-hidden="true" />}
        title={one ? `${edge.from.node} → ${edge.to.node}` : text.wire.several(edges.length)}
        kind={text.sections.wire}
        tools={
          <IconButton
            label={text.wire.remove}
            keys={shownKey(commandById("edit.delete"))}
            icon={Trash2}
            onClick={() => runCommand("edit.delete")}
          />
        }
      />
      {one && <Facts id={edge.id} />}
    </>
  );
}

function Facts({ id }: { id: string }) {
  const text = useText().inspector;
  const tab = useTab((t) => t);
  const edge = shownGraph(tab).edges.find((e) => e.id === id);
  const from = shownGraph(tab).nodes.find((n) => n.id === edge?.from.node);
  if (!edge) return null;
  const type = from ? outputType(tab, from, edge.from.port) : null;
  const port = (node: string, name: string): string => (name === "in" || name === "out" ? node : `${node}.${name}`);
  const rows: [string, string][] = [
    [text.wire.from, port(edge.from.node, edge.from.port)],
    [text.wire.to, port(edge.to.node, edge.to.port)],
    ...(edge.to.index > 0 ? [[text.wire.place, String(edge.to.index + 1)] as [string, string]] : []),
    [text.wire.shape, type ? shapeOf(type) : "?"],
    [text.wire.dtype, type ? type.dtype : "?"],
  ];
  const values = type && product(type.shape.slice(1));
  if (values !== null) rows.push([text.wire.values, typeof values === "number" ? countText(values) : dimText(values)]);
  const issues = tab.checked.issues.filter((i) => i.edge === expandedId(tab, id));
  return (
    <div className={styles.scroll}>
      {issues.length > 0 && (
        <Section title={text.sections.problems}>
          <div className={styles.issues}>
            {issues.map((issue) => (
              <IssueCard key={JSON.stringify(issue)} issue={issue} canShow={false} />
            ))}
          </div>
        </Section>
      )}
      <Section title={text.sections.wire}>
        <dl className={styles.facts}>
          {rows.map(([name, value]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </Fragment>
          ))}
        </dl>
      </Section>
    </div>
  );
}
