import { Trash2 } from "lucide-react";
import { useMemo } from "react";
import { lossFormula } from "../../src/optim/loss.ts";
import { commandById, runCommand, shownKey } from "../app/commands/index.ts";
import { useText } from "../app/text.ts";
import { issueIndex } from "../canvas/issueIndex.ts";
import { lossOf } from "../canvas/losses.ts";
import { IssueCard } from "../panels/IssueCard.tsx";
import { useSettings } from "../stores/settings.ts";
import { useTab } from "../stores/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import { colorVar, Glyph } from "../ui/Glyph.tsx";
import { MetricSection } from "./document/MetricSection.tsx";
import { OptimizerSections } from "./document/ObjectiveSections.tsx";
import { TermCells } from "./document/TermForm.tsx";
import { Form } from "./fields/Form.tsx";
import { InspectorHead } from "./InspectorHead.tsx";
import { FittedFormula } from "./node/FittedFormula.tsx";
import styles from "./node/Node.module.css";
import { Section } from "./Section.tsx";

/** A loss on the canvas, and the objective it belongs to: metrics, optimizer, limits. */
export function LossInspector({ id }: { id: string }) {
  const text = useText();
  const presenter = useSettings((s) => s.presenter);
  const ref = lossOf(id);
  const objective = useTab((t) => t.edited.document.objectives.find((o) => o.id === ref?.objective));
  const tab = useTab((t) => t);
  const issues = useMemo(() => issueIndex(tab).get(id) ?? [], [tab, id]);
  const term = objective?.terms[ref?.term ?? 0];
  if (!ref || !objective || !term) return null;
  return (
    <>
      <InspectorHead
        icon={<Glyph name="loss" size="1.125rem" />}
        color={colorVar("loss")}
        title={text.canvas.losses[term.loss.kind]}
        kind={`${text.inspector.sections.objective} ${objective.id}`}
        tools={
          <IconButton
            label={text.inspector.document.removeTerm}
            keys={shownKey(commandById("edit.delete"))}
            icon={Trash2}
            onClick={() => runCommand("edit.delete")}
          />
        }
      />
      <div className={styles.scroll}>
        {issues.length > 0 && (
          <Section title={text.inspector.sections.problems}>
            <div className={styles.issues}>
              {issues.map((issue) => (
                <IssueCard key={JSON.stringify(issue)} issue={issue} canShow={issue.node !== undefined} />
              ))}
            </div>
          </Section>
        )}
        {!presenter && (
          <Section title={text.inspector.sections.loss}>
            <Form>
              <TermCells objective={objective} index={ref.term} />
            </Form>
          </Section>
        )}
        <Section title={text.inspector.sections.formula}>
          <FittedFormula tex={lossFormula(term.loss.kind)} />
        </Section>
        {!presenter && (
          <>
            <MetricSection objective={objective} />
            <OptimizerSections objective={objective} />
          </>
        )}
      </div>
    </>
  );
}
