import { Plus, X } from "lucide-react";
import type { Json } from "../../../src/core/issue.ts";
import { useText } from "../../app/text.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import type { Fields } from "./describe.ts";
import { EntryField } from "./EntryField.tsx";
import { parseWords } from "./entries.ts";
import { Cell, Form } from "./Form.tsx";
import styles from "./Record.module.css";
import { SchemaFields, type Values } from "./SchemaForm.tsx";

interface RecordProps {
  readonly title: string;
  readonly value: Values;
  readonly onChange: (value: Values) => void;
}

/** Names with a text each: which file, or which array, holds which field. */
export function TextRecord(props: RecordProps) {
  const { value, onChange } = props;
  const text = useText().inspector.document;
  return (
    <Rows {...props} start="data.npy">
      {(name) => (
        <EntryField
          label={text.file}
          shown={String(value[name] ?? "")}
          placeholder={text.file}
          parse={(t) => t.trim() || null}
          onChange={(t) => onChange({ ...value, [name]: t })}
        />
      )}
    </Rows>
  );
}

/** Fields made of columns of a table: which ones, and how they are read. */
export function ColumnRecord({ fields, ...props }: RecordProps & { readonly fields: Fields }) {
  const { value, onChange } = props;
  const text = useText().inspector.document;
  return (
    <Rows {...props} start={{ from: [0] }} stacked={true}>
      {(name) => {
        const column = value[name] as Values;
        const set = (next: Values): void => onChange({ ...value, [name]: next });
        return (
          <Form>
            <Cell label={text.columnsFrom} help={text.columnsHelp} wide={true}>
              {(ids) => (
                <EntryField
                  id={ids.id}
                  describedBy={ids.help}
                  shown={(column["from"] as readonly Json[]).join(", ")}
                  parse={parseColumns}
                  onChange={(from) => set({ ...column, from })}
                />
              )}
            </Cell>
            <SchemaFields area="column" fields={fields} values={column} onChange={set} />
          </Form>
        );
      }}
    </Rows>
  );
}

/** Names of columns, or their places where they are whole numbers. */
function parseColumns(text: string): readonly (string | number)[] | null {
  const words = parseWords(text).map((w) => (/^\d+$/.test(w) ? Number(w) : w));
  return words.length > 0 ? words : null;
}

function Rows({
  title,
  value,
  start,
  stacked = false,
  onChange,
  children,
}: RecordProps & {
  /** What belongs to a name stands below it. */
  readonly stacked?: boolean;
  readonly start: Json;
  readonly children: (name: string) => React.ReactNode;
}) {
  const text = useText().inspector.document;
  const names = Object.keys(value);
  const rename = (from: string, to: string): void =>
    onChange(Object.fromEntries(Object.entries(value).map(([k, v]) => [k === from ? to : k, v])));
  const remove = (name: string): void =>
    onChange(Object.fromEntries(Object.entries(value).filter(([k]) => k !== name)));
  return (
    <fieldset className={styles.record}>
      <legend className={styles.legend}>{title}</legend>
      {names.map((name) => (
        <div key={name} className={styles.row} data-stacked={stacked}>
          <EntryField
            label={text.fieldName}
            shown={name}
            parse={(t) => (t.trim() !== "" && (t.trim() === name || !names.includes(t.trim())) ? t.trim() : null)}
            onChange={(to) => rename(name, to)}
          />
          <div className={styles.value}>{children(name)}</div>
          {names.length > 1 && <IconButton label={text.removeField} icon={X} onClick={() => remove(name)} />}
        </div>
      ))}
      <Button size="sm" kind="quiet" icon={Plus} onClick={() => onChange({ ...value, [freeName(names)]: start })}>
        {text.addField}
      </Button>
    </fieldset>
  );
}

function freeName(names: readonly string[]): string {
  let k = names.length + 1;
  while (names.includes(`field${k}`)) k++;
  return `field${k}`;
}
