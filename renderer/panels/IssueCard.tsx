import { CircleAlert, TriangleAlert, WandSparkles } from "lucide-react";
import type { Issue } from "../../src/core/issue.ts";
import { fixChange } from "../../src/graph/fix.ts";
import { messageOf } from "../../src/i18n/issue.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { commit } from "../app/editing.ts";
import { useLocale, useText } from "../app/text.ts";
import { fixLabel } from "../canvas/words.ts";
import { useTab } from "../stores/workspace.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./IssueCard.module.css";
import { headline } from "./places.ts";
import { showIssue } from "./show.ts";

/** An issue with its remedy: a fix at one click, and the way to its place. */
export function IssueCard({ issue, place, canShow = true }: { issue: Issue; place?: string; canShow?: boolean }) {
  const text = useText();
  const locale = useLocale();
  const document = useTab((t) => t.edited.document);
  const Icon = issue.severity === "error" ? CircleAlert : TriangleAlert;
  const { head, rest } = headline(messageOf(issue, locale));
  const change = issue.fix ? fixChange(document, issue.fix, layerRegistry) : null;
  return (
    <article className={styles.card} data-severity={issue.severity} data-code={issue.code}>
      <Icon className={styles.icon} size="0.9375rem" aria-hidden="true" />
      <div>
        <p className={styles.head}>
          {head}
          {place && <span className={styles.place}>{place}</span>}
        </p>
        {rest && <p className={styles.rest}>{rest}</p>}
      </div>
      {(change !== null || canShow) && (
        <div className={styles.actions}>
          {issue.fix && change && (
            <Button size="sm" icon={WandSparkles} className={styles.fix} onClick={() => commit(change, "fixIssue")}>
              {fixLabel(issue.fix, document, text.canvas, locale)}
            </Button>
          )}
          {canShow && (
            <Button size="sm" kind="quiet" onClick={() => showIssue(issue)}>
              {text.panels.problems.show}
            </Button>
          )}
        </div>
      )}
    </article>
  );
}
