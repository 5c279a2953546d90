import type { Json } from "../../../src/core/issue.ts";
import type { FieldType } from "../../../src/data/fields.ts";
import { useText } from "../../app/text.ts";
import { Select } from "../../ui/Select.tsx";
import type { Fields } from "../fields/describe.ts";
import { EntryField } from "../fields/EntryField.tsx";
import { parseList } from "../fields/entries.ts";
import { Cell, entryClass, Form } from "../fields/Form.tsx";
import { SchemaFields, type Values } from "../fields/SchemaForm.tsx";
import styles from "../node/Node.module.css";

/** What is done to the samples of one field: element type, scaling, one-hot, shape. */
export function FieldTransform({
  name,
  type,
  fields,
  values,
  onChange,
}: {
  name: string;
  type: FieldType | null;
  fields: Fields;
  values: Values;
  onChange: (values: Values) => void;
}) {
  const text = useText().inspector.document;
  const label = type?.classes != null;
  const facts = type ? `${type.dtype} ${type.shape.join("×") || "1"}` : text.fieldsAfter;
  // A class is not scaled, and only a class becomes one-hot.
  const only = Object.keys(fields).filter((k) => k !== "normalise" && (k !== "oneHot" || label || "oneHot" in values));
  return (
    <div>
      <p className={styles.pair}>
        <b>{name}</b>
        <span className={styles.sizes}>{facts}</span>
      </p>
      <Form>
        {!label && <Scaling value={values["normalise"]} onChange={(v) => onChange(withScaling(values, v))} />}
        <SchemaFields area="transform" fields={fields} only={only} values={values} onChange={onChange} />
      </Form>
    </div>
  );
}

function withScaling(values: Values, normalise: Json | undefined): Values {
  const { normalise: _, ...rest } = values;
  return normalise === undefined ? rest : { ...rest, normalise };
}

const kinds = ["auto", "none", "unit", "standard", "given"] as const;
type Kind = (typeof kinds)[number];

const kindOf = (value: Json | undefined): Kind =>
  value === undefined ? "auto" : typeof value === "string" ? (value as Kind) : "given";

/** By a rule, or with a given mean and deviation: one for all, or one for each channel or feature. */
function Scaling({ value, onChange }: { value: Json | undefined; onChange: (value: Json | undefined) => void }) {
  const text = useText().inspector.document;
  const kind = kindOf(value);
  const given = kind === "given" ? (value as Values) : { mean: 0, std: 1 };
  return (
    <>
      <Cell label={text.normalise} wide={true} changed={kind !== "auto"}>
        {({ id }) => (
          <Select
            id={id}
            className={entryClass}
            value={kind}
            options={kinds.map((k) => ({ value: k, label: text.normaliseOptions[k] }))}
            onChange={(k) => onChange(k === "auto" ? undefined : k === "given" ? { mean: 0, std: 1 } : k)}
          />
        )}
      </Cell>
      {kind === "given" &&
        (["mean", "std"] as const).map((key) => (
          <Cell key={key} label={text[key]} wide={true}>
            {({ id }) => (
              <EntryField
                id={id}
                shown={[given[key] as number | readonly number[]].flat().join(", ")}
                parse={(t) => parseChannels(t, key === "std")}
                onChange={(list) => onChange({ ...given, [key]: list.length === 1 ? (list[0] as number) : [...list] })}
              />
            )}
          </Cell>
        ))}
    </>
  );
}

function parseChannels(text: string, positive: boolean): readonly number[] | null {
  const list = parseList(text, {}, false);
  return list && list.length > 0 && (!positive || list.every((v) => v > 0)) ? list : null;
}
