import { CircleCheck } from "lucide-react";
import { checkDocument } from "../../../src/compile/check.ts";
import type { Issue } from "../../../src/core/issue.ts";
import { findings } from "../../../src/diagnose/index.ts";
import type { GraphDocument } from "../../../src/graph/document.ts";
import { useText } from "../../app/text.ts";
import { IssueCard } from "../../panels/IssueCard.tsx";
import panel from "../../panels/Problems.module.css";
import { useTraining } from "../../stores/training.ts";
import { Badge } from "../../ui/Badge.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import type { Run } from "../run.ts";
import { until } from "../series.ts";
import { useRun } from "./useRun.ts";

/** Milliseconds between two diagnoses of a run under way. */
const pause = 2000;

/** What is wrong with the run, up to where the time machine stands, with the evidence and the remedy. */
export function Diagnosis() {
  const text = useText().dock.diagnosis;
  const run = useRun(pause);
  const found = useFindings();
  if (!run || run.loss.x.length === 0) return <EmptyState text={text.empty} />;
  return (
    <div className={panel.panel}>
      {found.length === 0 ? (
        <p className={panel.none}>
          <CircleCheck size="0.9375rem" aria-hidden="true" />
          {run.frames.length > 0 ? text.none : text.noStatistics}
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keys
        <section className={panel.list} tabIndex={0} aria-label={text.list}>
          {found.map((issue) => (
            <IssueCard
              key={`${issue.code} ${issue.node ?? ""}`}
              issue={issue}
              canShow={issue.node !== undefined}
              {...(issue.node === undefined ? {} : { place: issue.node })}
            />
          ))}
        </section>
      )}
    </div>
  );
}

/** How many findings there are, on the tab. */
export function FindingCount() {
  const text = useText().dock.diagnosis;
  const found = useFindings();
  if (found.length === 0) return null;
  return (
    <Badge kind={found.some((i) => i.severity === "error") ? "error" : "warn"}>
      <span className="visually-hidden">{text.found}</span> {found.length}
    </Badge>
  );
}

function useFindings(): readonly Issue[] {
  const run = useRun(pause);
  const cursor = useTraining((s) => s.cursor);
  return run && run.loss.x.length > 0 ? findingsOf(run, cursor) : [];
}

let last: { readonly run: Run; readonly cursor: number | null; readonly found: readonly Issue[] } | null = null;

/** Findings of a run up to a step; the tab and its badge ask for the same. */
export function findingsOf(run: Run, cursor: number | null): readonly Issue[] {
  if (last?.run === run && last.cursor === cursor) return last.found;
  const end = cursor ?? Number.POSITIVE_INFINITY;
  const rates = until(run.learningRate, end);
  const found = findings({
    checked: checkedOf(run.document),
    rows: run.rows,
    sights: run.frames.filter((f) => f.step <= end),
    loss: until(run.loss, end),
    epochs: run.epochs.filter((e) => e.step <= end),
    learningRate: rates.y.at(-1) ?? null,
  });
  last = { run, cursor, found };
  return found;
}

const checks = new WeakMap<GraphDocument, ReturnType<typeof checkDocument>>();

function checkedOf(document: GraphDocument): ReturnType<typeof checkDocument> {
  const before = checks.get(document);
  if (before) return before;
  const made = checkDocument(document);
  checks.set(document, made);
  return made;
}
