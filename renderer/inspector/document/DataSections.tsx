import { Trash2 } from "lucide-react";
import { inputNodes } from "../../../src/compile/check.ts";
import type { FieldType } from "../../../src/data/fields.ts";
import { type DataSection, dataSchema } from "../../../src/data/schema.ts";
import { useText } from "../../app/text.ts";
import { useTab } from "../../stores/workspace.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Select } from "../../ui/Select.tsx";
import { describe, type Field, type VariantField } from "../fields/describe.ts";
import { EntryField } from "../fields/EntryField.tsx";
import { Cell, entryClass, Form } from "../fields/Form.tsx";
import { SchemaField, SchemaFields, VariantFields } from "../fields/SchemaForm.tsx";
import styles from "../node/Node.module.css";
import { Section } from "../Section.tsx";
import { asJson, asRecord, setData, setPart } from "./edit.ts";
import { FieldTransform } from "./FieldTransform.tsx";

const { fields } = describe(dataSchema) as Extract<Field, { kind: "object" }>;

/** Where samples come from, how they are split, what feeds which input, what is done to each field. */
export function DataSections() {
  const text = useText().inspector;
  const data = useTab((t) => t.edited.document.data);
  if (!data) {
    return (
      <Section title={text.sections.data}>
        <p className={styles.told}>{text.document.noData}</p>
        <div className={styles.buttons}>
          <Button size="sm" onClick={() => setData({ source: { kind: "builtin", name: "mnist" } })}>
            {text.document.chooseData}
          </Button>
        </div>
      </Section>
    );
  }
  const values = asRecord(data);
  return (
    <>
      <Section
        title={text.sections.data}
        aside={
          <IconButton label={text.document.removeData} icon={Trash2} onClick={() => setPart("data", null, "setData")} />
        }
      >
        <Form>
          <VariantFields
            area="source"
            field={fields["source"] as VariantField}
            values={asRecord(data.source)}
            onChange={(source, gesture) => setData({ ...values, source }, gesture)}
          />
        </Form>
      </Section>
      <InputSection data={data} />
      <SplitSection data={data} />
      <FieldSection data={data} />
    </>
  );
}

function SplitSection({ data }: { data: DataSection }) {
  const text = useText().inspector;
  const values = asRecord(data);
  const split = fields["split"] as Extract<Field, { kind: "object" }>;
  return (
    <Section title={text.sections.split} fold="split">
      <Form>
        <SchemaFields
          area="split"
          fields={split.fields}
          values={asRecord(data.split)}
          onChange={(next, gesture) => setData({ ...values, split: next }, gesture)}
        />
        <SchemaField
          area="data"
          name="shuffle"
          field={fields["shuffle"] as Field}
          value={data.shuffle}
          onChange={(shuffle) => shuffle !== undefined && setData({ ...values, shuffle })}
        />
      </Form>
    </Section>
  );
}

/** Which field feeds which input node. */
function InputSection({ data }: { data: DataSection }) {
  const text = useText().inspector;
  const graph = useTab((t) => t.checked.graph);
  const known = useTab((t) => t.checked.fields);
  const inputs = inputNodes(graph);
  const bind = (node: string, field: string | null): void => {
    const { [node]: _, ...others } = data.inputs;
    setData({ ...asRecord(data), inputs: field === null ? others : { ...others, [node]: field } });
  };
  return (
    <Section title={text.sections.inputs}>
      {inputs.length === 0 ? (
        <p className={styles.told}>{text.document.noInputs}</p>
      ) : (
        <Form>
          {inputs.map((node) => (
            <Cell key={node} label={node} wide={true}>
              {({ id }) => (
                <FieldChoice id={id} fields={known} value={data.inputs[node] ?? null} onChange={(f) => bind(node, f)} />
              )}
            </Cell>
          ))}
        </Form>
      )}
    </Section>
  );
}

/** A field of the data: chosen where they are known, else typed. */
function FieldChoice({
  id,
  fields: known,
  value,
  onChange,
}: {
  id: string;
  fields: readonly FieldType[];
  value: string | null;
  onChange: (field: string | null) => void;
}) {
  const text = useText().inspector.document;
  if (known.length === 0) {
    return (
      <EntryField
        id={id}
        shown={value ?? ""}
        placeholder={text.unbound}
        parse={(t) => t.trim()}
        onChange={(t) => onChange(t === "" ? null : t)}
      />
    );
  }
  const names = [...new Set([...known.map((f) => f.name), ...(value === null ? [] : [value])])];
  return (
    <Select
      id={id}
      className={entryClass}
      value={value ?? unbound}
      options={[{ value: unbound, label: text.unbound }, ...names.map((n) => ({ value: n, label: n }))]}
      onChange={(v) => onChange(v === unbound ? null : v)}
    />
  );
}

/** Stands for no field; no field can be called so in a document that was typed in this form. */
const unbound = "*";

/** What is done to the samples of each field. */
function FieldSection({ data }: { data: DataSection }) {
  const text = useText().inspector;
  const known = useTab((t) => t.checked.fields);
  const names = [...new Set([...known.map((f) => f.name), ...Object.keys(data.fields)])];
  const record = fields["fields"];
  const inner = record?.kind === "record" && record.value.kind === "object" ? record.value.fields : {};
  if (names.length === 0) return null;
  return (
    <Section title={text.sections.fields} fold="fields" folded={true}>
      <div className={styles.issues}>
        {names.map((name) => (
          <FieldTransform
            key={name}
            name={name}
            type={known.find((f) => f.name === name) ?? null}
            fields={inner}
            values={asRecord(data.fields[name] ?? {})}
            onChange={(next) => {
              const { [name]: _, ...others } = asRecord(data.fields);
              const all = Object.keys(next).length === 0 ? others : { ...others, [name]: next };
              setData({ ...asRecord(data), fields: asJson(all) });
            }}
          />
        ))}
      </div>
    </Section>
  );
}
