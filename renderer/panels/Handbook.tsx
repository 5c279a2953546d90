import { checkDocument } from "../../src/compile/check.ts";
import { parameterCount } from "../../src/compile/cost.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import { templateTexts } from "../../src/i18n/texts.ts";
import { openTemplate } from "../app/documents.ts";
import { commit, editing, selectItems } from "../app/editing.ts";
import { useLocale, useText } from "../app/text.ts";
import { type Template, templates } from "../bridge/templates.ts";
import { canvas } from "../canvas/controller.ts";
import { countText } from "../inspector/numbers.ts";
import { Thumbnail } from "../start/Thumbnail.tsx";
import { Button } from "../ui/Button.tsx";
import { Tooltip } from "../ui/Tooltip.tsx";
import styles from "./Handbook.module.css";
import { insertDocument } from "./templateInsert.ts";

/** Ready-made networks, to be opened or put into the document at hand. */
export function Handbook() {
  const text = useText().panels.handbook;
  const texts = templateTexts[useLocale()];
  return (
    <div className={styles.list}>
      <h2 className={styles.heading}>{text.templates}</h2>
      {templates.map((template) => {
        const { title, summary } = texts[template.name];
        const { nodes } = template.document;
        return (
          <article key={template.name} className={styles.card}>
            <div className={styles.picture}>
              <Thumbnail document={template.document} />
            </div>
            <h3 className={styles.title}>{title}</h3>
            <p className={styles.summary}>{summary}</p>
            <p className={styles.facts}>{text.facts(nodes.length, countText(parametersOf(template.document)))}</p>
            <div className={styles.actions}>
              <Tooltip label={text.openTip(title)} side="right">
                <Button size="sm" onClick={() => openTemplate(template)}>
                  {text.open}
                </Button>
              </Tooltip>
              <Tooltip label={text.insertTip(title)} side="right">
                <Button size="sm" kind="quiet" onClick={() => insertHere(template, title)}>
                  {text.insert}
                </Button>
              </Tooltip>
            </div>
          </article>
        );
      })}
    </div>
  );
}

const counts = new WeakMap<GraphDocument, number>();

function parametersOf(document: GraphDocument): number {
  const known = counts.get(document);
  if (known !== undefined) return known;
  const nodes = [...checkDocument(document).graph.nodes.values()];
  const count = nodes.reduce((sum, n) => sum + parameterCount(n), 0);
  counts.set(document, count);
  return count;
}

function insertHere({ document }: Template, name: string): void {
  const now = editing();
  if (!now) return;
  const { change, ids } = insertDocument(now.document, now.scope, document, canvas()?.center() ?? { x: 0, y: 0 });
  commit(change, "insertTemplate", { name });
  selectItems(ids);
  requestAnimationFrame(() => canvas()?.fit(ids));
}
