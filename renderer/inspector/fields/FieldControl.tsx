import type { Json } from "../../../src/core/issue.ts";
import { useText } from "../../app/text.ts";
import { NumberField, type NumberRange } from "../../ui/NumberField.tsx";
import { Select } from "../../ui/Select.tsx";
import { Switch } from "../../ui/Switch.tsx";
import type { Field, NumberFacts } from "./describe.ts";
import { EntryField } from "./EntryField.tsx";
import { parseList, parseWords } from "./entries.ts";
import { entryClass } from "./Form.tsx";

/** The range of a number as its field wants it. */
export function rangeOf(facts: NumberFacts): NumberRange {
  const { min, max, integer } = facts;
  return {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(integer ? { integer } : { step: stepOf(facts) }),
  };
}

/** One press of an arrow key: fractions in hundredths, others in tenths. */
const stepOf = ({ min, max }: NumberFacts): number => (min === 0 && max === 1 ? 0.01 : 0.1);

export interface ControlProps {
  readonly field: Field;
  /** Undefined or null: not set, or different from node to node. */
  readonly value: Json | undefined;
  readonly placeholder?: string;
  readonly ids: { readonly id: string; readonly help: string };
  /** Names of the values of a choice. */
  readonly optionName: (value: string) => string;
  readonly onChange: (value: Json | undefined, gesture?: string) => void;
  readonly onInvalid: (invalid: boolean) => void;
}

/** The control for a plain value: number, switch, choice, text, list. Null for what is made of several values. */
export function FieldControl(props: ControlProps) {
  const { field, ids, value, placeholder = "", onChange, onInvalid } = props;
  switch (field.kind) {
    case "number":
      return <NumberControl {...props} facts={field} />;
    case "bool":
      return <Switch id={ids.id} checked={value === true} onChange={onChange} />;
    case "choice":
      return <ChoiceControl {...props} options={field.options} />;
    case "numbers":
      return (
        <EntryField
          id={ids.id}
          describedBy={ids.help}
          shown={Array.isArray(value) ? value.join(", ") : ""}
          placeholder={placeholder}
          parse={(t) => {
            if (t.trim() === "" && (field.nullable || field.optional)) return [];
            const list = parseList(t, field.item, field.item.integer);
            return list && list.length > 0 && (field.length === null || list.length === field.length) ? list : null;
          }}
          onChange={(list) => onChange(list.length === 0 ? unset(field) : [...list])}
          onInvalid={onInvalid}
        />
      );
    case "texts":
      return (
        <EntryField
          id={ids.id}
          describedBy={ids.help}
          shown={Array.isArray(value) ? value.join(", ") : ""}
          placeholder={placeholder}
          parse={parseWords}
          onChange={(list) => onChange(list.length === 0 ? unset(field) : [...list])}
        />
      );
    case "text":
      return (
        <EntryField
          id={ids.id}
          describedBy={ids.help}
          shown={typeof value === "string" ? value : ""}
          placeholder={placeholder}
          parse={(t) => t}
          onChange={(t) => onChange(t === "" && field.optional ? undefined : t)}
        />
      );
    default:
      return null;
  }
}

const unset = (field: Field): null | undefined => (field.nullable ? null : undefined);

function NumberControl({
  field,
  facts,
  ids,
  value,
  placeholder = "",
  onChange,
  onInvalid,
}: ControlProps & { facts: NumberFacts }) {
  if (field.optional || field.nullable) {
    return (
      <EntryField
        id={ids.id}
        describedBy={ids.help}
        shown={typeof value === "number" ? String(value) : ""}
        placeholder={placeholder}
        parse={(t) => (t.trim() === "" ? [] : one(parseList(t, facts, facts.integer)))}
        onChange={([n]) => onChange(n ?? unset(field))}
        onInvalid={onInvalid}
      />
    );
  }
  return (
    <NumberField
      id={ids.id}
      describedBy={ids.help}
      className={entryClass}
      value={typeof value === "number" ? value : null}
      range={rangeOf(facts)}
      placeholder={placeholder}
      onChange={(n, gesture) => onChange(n, gesture)}
      onInvalid={(t) => onInvalid(t !== null)}
    />
  );
}

const one = (list: readonly number[] | null): readonly number[] | null => (list?.length === 1 ? list : null);

/** Stands for no choice; no schema has it as a value. */
const unsetValue = "*";

function ChoiceControl({
  field,
  options,
  ids,
  value,
  placeholder = "",
  optionName,
  onChange,
}: ControlProps & { options: readonly (string | number)[] }) {
  const text = useText().inspector;
  const named = options.map((o) => ({ value: String(o), label: optionName(String(o)) }));
  const free = field.optional || field.nullable;
  const all = free ? [{ value: unsetValue, label: text.automatic }, ...named] : named;
  return (
    <Select
      id={ids.id}
      className={entryClass}
      options={all}
      value={value === undefined || value === null ? (free ? unsetValue : null) : String(value)}
      placeholder={placeholder}
      onChange={(v) => onChange(v === unsetValue ? unset(field) : options.find((o) => String(o) === v))}
    />
  );
}
