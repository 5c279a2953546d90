import { CircleCheck } from "lucide-react";
import { useDeferredValue, useMemo } from "react";
import type { Issue } from "../../src/core/issue.ts";
import type { UiText } from "../../src/i18n/ui.ts";
import { useText } from "../app/text.ts";
import { useTab } from "../stores/workspace.ts";
import { Badge } from "../ui/Badge.tsx";
import { IssueCard } from "./IssueCard.tsx";
import styles from "./Problems.module.css";
import { listed } from "./places.ts";

/** More cards than this help nobody, and cost time at every edit. */
const shownAtMost = 100;

/** All issues of the document, errors first, each with its place, its fix and the way there. */
export function Problems() {
  const text = useText().panels.problems;
  const all = useDeferredValue(useTab((t) => t.checked.issues));
  const issues = useMemo(() => listed(all), [all]);
  return (
    <div className={styles.panel}>
      {issues.length === 0 ? (
        <p className={styles.none}>
          <CircleCheck size="0.9375rem" aria-hidden="true" />
          {text.none}
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keys
        <section className={styles.list} tabIndex={0} aria-label={text.list}>
          {issues.slice(0, shownAtMost).map((issue) => (
            <IssueCard key={JSON.stringify(issue)} issue={issue} place={placeName(issue, text)} />
          ))}
        </section>
      )}
    </div>
  );
}

/** How many errors and warnings, as badges. */
export function ProblemCounts() {
  const text = useText().panels.problems;
  const all = useDeferredValue(useTab((t) => t.checked.issues));
  const issues = useMemo(() => listed(all), [all]);
  const errors = issues.filter((i) => i.severity === "error").length;
  const warnings = issues.length - errors;
  return (
    <>
      {errors > 0 && (
        <Badge kind="error">
          <span className="visually-hidden">{text.errors}</span> {errors}
        </Badge>
      )}
      {warnings > 0 && (
        <Badge kind="warn">
          <span className="visually-hidden">{text.warnings}</span> {warnings}
        </Badge>
      )}
    </>
  );
}

function placeName({ node, objective, path }: Issue, text: UiText["panels"]["problems"]): string {
  if (node !== undefined) return node;
  return objective === undefined ? (path ?? text.document) : text.objective(objective);
}
