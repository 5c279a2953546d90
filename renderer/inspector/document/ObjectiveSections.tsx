import { Plus, Trash2, X } from "lucide-react";
import { type Objective, objectiveSchema } from "../../../src/graph/objective.ts";
import { editing } from "../../app/editing.ts";
import { currentText, useText } from "../../app/text.ts";
import { useTab } from "../../stores/workspace.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Select } from "../../ui/Select.tsx";
import { toast } from "../../ui/Toast.tsx";
import { describe, type Field, type VariantField } from "../fields/describe.ts";
import { Cell, entryClass, Form } from "../fields/Form.tsx";
import { SchemaFields, VariantFields } from "../fields/SchemaForm.tsx";
import styles from "../node/Node.module.css";
import { Section } from "../Section.tsx";
import { asJson, asRecord, setObjective, setPart } from "./edit.ts";
import { MetricSection } from "./MetricSection.tsx";
import { freeObjectiveId, likelyTerm } from "./ports.ts";
import { TermCells } from "./TermForm.tsx";

const { fields } = describe(objectiveSchema) as Extract<Field, { kind: "object" }>;

/** What is minimised, how, and what is measured on the way. */
export function ObjectiveSections() {
  const text = useText().inspector;
  const objectives = useTab((t) => t.edited.document.objectives);
  return (
    <>
      {objectives.map((o) => (
        <OneObjective key={o.id} objective={o} several={objectives.length > 1} />
      ))}
      {objectives.length === 0 && (
        <Section title={text.sections.objective}>
          <p className={styles.told}>{text.document.noObjective}</p>
          <div className={styles.buttons}>
            <Button size="sm" onClick={addObjective}>
              {text.document.addObjective}
            </Button>
          </div>
        </Section>
      )}
    </>
  );
}

function addObjective(): void {
  const now = editing();
  if (!now) return;
  const term = likelyTerm(now.document, now.tab.checked);
  if (!term) {
    toast({ text: currentText().inspector.document.noInputs });
    return;
  }
  const id = freeObjectiveId(now.document.objectives);
  const objective = objectiveSchema.parse({ id, terms: [term], optimizer: { kind: "adam" } });
  setPart("objectives", [...now.document.objectives, objective], "addObjective");
}

function OneObjective({ objective, several }: { objective: Objective; several: boolean }) {
  const text = useText().inspector;
  const title = several ? `${text.sections.objective} ${objective.id}` : text.sections.objective;
  return (
    <>
      <Section
        title={title}
        aside={
          <>
            <IconButton label={text.document.addTerm} icon={Plus} onClick={() => addTerm(objective)} />
            <IconButton
              label={text.document.removeObjective}
              icon={Trash2}
              onClick={() => removeObjective(objective.id)}
            />
          </>
        }
      >
        {objective.terms.map((_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a term is known by its place
          <div key={i} className={styles.item}>
            <Form>
              <TermCells objective={objective} index={i} />
              {objective.terms.length > 1 && (
                <Button size="sm" kind="quiet" icon={X} onClick={() => removeTerm(objective, i)}>
                  {text.document.removeTerm}
                </Button>
              )}
            </Form>
          </div>
        ))}
      </Section>
      <MetricSection objective={objective} />
      <OptimizerSections objective={objective} />
    </>
  );
}

function addTerm(objective: Objective): void {
  const now = editing();
  const term = now && (objective.terms.at(-1) ?? likelyTerm(now.document, now.tab.checked));
  if (!term) return;
  const terms = [...objective.terms, { ...term, position: null }];
  setObjective(objective.id, asJson({ ...objective, terms }), "addLoss");
}

function removeTerm(objective: Objective, index: number): void {
  const terms = objective.terms.filter((_, i) => i !== index);
  setObjective(objective.id, asJson({ ...objective, terms }), "removeLoss");
}

function removeObjective(id: string): void {
  const now = editing();
  if (now)
    setPart(
      "objectives",
      now.document.objectives.filter((o) => o.id !== id),
      "removeObjective",
    );
}

/** How the objective changes its parameters, which they are, and how far they may go. */
export function OptimizerSections({ objective }: { objective: Objective }) {
  const text = useText().inspector;
  const values = asRecord(objective);
  const set = (change: object, gesture?: string): void =>
    setObjective(objective.id, asJson({ ...objective, ...change }), "setObjective", gesture);
  return (
    <>
      <Section title={text.sections.optimizer} fold="optimizer">
        <Form>
          <VariantFields
            area="optimizer"
            field={fields["optimizer"] as VariantField}
            values={asRecord(objective.optimizer)}
            onChange={(optimizer, gesture) => set({ optimizer }, gesture)}
          />
          <TrainsCell objective={objective} onChange={(parameters) => set({ parameters })} />
        </Form>
      </Section>
      <Section title={text.sections.limits} fold="limits" folded={true}>
        <Form>
          <SchemaFields
            area="objective"
            fields={fields}
            only={["penalty", "clip", "maxNorm", "every"]}
            values={values}
            onChange={(next, gesture) => set(next, gesture)}
          />
        </Form>
      </Section>
    </>
  );
}

/** All nodes, those named, or from now on those that are selected. */
function TrainsCell({
  objective: { parameters },
  onChange,
}: {
  objective: Objective;
  onChange: (parameters: Objective["parameters"]) => void;
}) {
  const text = useText().inspector.document;
  const last = useTab((t) => t.selection.nodes);
  const nodes = useTab((t) => t.checked.document.nodes);
  const chosen = nodes.filter((n) => last.has(n.id)).map((n) => n.id);
  const options = [
    { value: "all", label: text.allParameters },
    ...(parameters === "all" ? [] : [{ value: "some", label: text.someParameters(parameters.length) }]),
    ...(chosen.length > 0 ? [{ value: "selected", label: text.trainSelected }] : []),
  ];
  if (options.length === 1) return null;
  return (
    <Cell label={text.parameters} wide={true} changed={parameters !== "all"}>
      {({ id }) => (
        <Select
          id={id}
          className={entryClass}
          value={parameters === "all" ? "all" : "some"}
          options={options}
          onChange={(v) => (v === "all" ? onChange("all") : v === "selected" ? onChange(chosen) : undefined)}
        />
      )}
    </Cell>
  );
}
