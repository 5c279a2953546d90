import { CircleX, TriangleAlert, WandSparkles } from "lucide-react";
import { useEffect, useState } from "react";
import type { Issue } from "../../src/core/issue.ts";
import { fixChange } from "../../src/graph/fix.ts";
import { messageOf } from "../../src/i18n/issue.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { commit, editing } from "../app/editing.ts";
import { useLocale, useText } from "../app/text.ts";
import { useTab } from "../stores/workspace.ts";
import { Button } from "../ui/Button.tsx";
import type { FlowGraph } from "./flow.ts";
import styles from "./IssuePopover.module.css";
import { scene, setView, useView } from "./view.ts";
import { boxOf, placeBeside } from "./viewport.ts";
import { fixLabel } from "./words.ts";

/** Issues shown at once; the problems list has all of them. */
const limit = 4;
const width = 300;

/** What is wrong with a node, and the ways out, beside its badge. */
export function IssuePopover({ graph }: { graph: FlowGraph }) {
  const id = useView((s) => s.issuesOf);
  const issues = id === null ? [] : (graph.views.get(id)?.issues ?? []);
  const text = useText().canvas;
  const box = id === null ? null : boxOf(id);
  if (id === null || !box || issues.length === 0) return null;
  const at = placeBeside(box, width);
  const error = issues.some((i) => i.severity === "error");
  return (
    <section
      className={`${styles.popover} nopan nodrag nowheel`}
      style={at}
      data-error={error}
      data-issue-popover=""
      aria-label={text.issues.label(issues.length)}
    >
      {issues.slice(0, limit).map((issue, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: issues have no identity but their place
        <IssueLine key={i} issue={issue} />
      ))}
      {issues.length > limit && <p className={styles.more}>{text.issues.more(issues.length - limit)}</p>}
    </section>
  );
}

function IssueLine({ issue }: { issue: Issue }) {
  const text = useText().canvas;
  const locale = useLocale();
  const document = useTab((t) => t.edited.document);
  const { fix } = issue;
  const mend = (): void => {
    const now = editing();
    const change = now && fix && fixChange(now.document, fix, layerRegistry);
    if (change) commit(change, "fixIssue");
    setView({ issuesOf: null });
    scene.element?.focus({ preventScroll: true });
  };
  return (
    <div className={styles.issue}>
      <span className={styles.icon} data-severity={issue.severity}>
        {issue.severity === "error" ? <CircleX size={14} /> : <TriangleAlert size={14} />}
      </span>
      <p>{messageOf(issue, locale)}</p>
      {fix && (
        <Button size="sm" kind="primary" icon={WandSparkles} className={styles.fix} onClick={mend}>
          {fixLabel(fix, document, text, locale)}
        </Button>
      )}
    </div>
  );
}

/** The popover opens for a badge under the pointer and stays while the pointer is on either. */
export function useBadgeHover(element: HTMLElement | null): void {
  const [state] = useState<{ timer: ReturnType<typeof setTimeout> | undefined }>({ timer: undefined });
  useEffect(() => {
    if (!element) return;
    const over = (e: PointerEvent): void => {
      const target = e.target instanceof Element ? e.target : null;
      const badge = target?.closest<HTMLElement>("[data-badge]")?.dataset["badge"];
      clearTimeout(state.timer);
      if (badge !== undefined) state.timer = setTimeout(() => setView({ issuesOf: badge }), 120);
      else if (!target?.closest("[data-issue-popover]"))
        state.timer = setTimeout(() => setView({ issuesOf: null }), 260);
    };
    element.addEventListener("pointerover", over);
    return () => {
      clearTimeout(state.timer);
      element.removeEventListener("pointerover", over);
    };
  }, [element, state]);
}
