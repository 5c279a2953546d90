import { trainingSchema } from "../../../src/graph/training.ts";
import { useText } from "../../app/text.ts";
import { useTab } from "../../stores/workspace.ts";
import { describe, type Field, type VariantField } from "../fields/describe.ts";
import { Form } from "../fields/Form.tsx";
import { SchemaFields, VariantFields } from "../fields/SchemaForm.tsx";
import { Section } from "../Section.tsx";
import { asRecord, setTraining } from "./edit.ts";

const { fields } = describe(trainingSchema) as Extract<Field, { kind: "object" }>;
const plain = ["batch", "epochs", "steps", "accumulate", "dropLast"];

/** How long and in what portions is trained, how the learning rate goes, and when it ends early. */
export function TrainingSections() {
  const text = useText().inspector;
  const training = useTab((t) => t.edited.document.training);
  const values = asRecord(training);
  return (
    <>
      <Section title={text.sections.training} fold="training">
        <Form>
          <SchemaFields area="training" fields={fields} only={plain} values={values} onChange={setTraining} />
        </Form>
      </Section>
      <Section title={text.sections.schedule} fold="schedule">
        <Form>
          <VariantFields
            area="schedule"
            field={fields["schedule"] as VariantField}
            values={asRecord(training.schedule)}
            onChange={(schedule, gesture) => setTraining({ ...values, schedule }, gesture && `schedule ${gesture}`)}
          />
        </Form>
      </Section>
      <Section title={text.sections.earlyStopping} fold="earlyStopping" folded={true}>
        <Form>
          <SchemaFields
            area="training"
            fields={fields}
            only={["earlyStopping"]}
            values={values}
            onChange={setTraining}
          />
        </Form>
      </Section>
    </>
  );
}
