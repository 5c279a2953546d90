import { useState } from "react";
import type { Json } from "../../../src/core/issue.ts";
import { useText } from "../../app/text.ts";
import { Select } from "../../ui/Select.tsx";
import { Switch } from "../../ui/Switch.tsx";
import type { Field, Fields, VariantField } from "./describe.ts";
import { FieldControl, rangeOf } from "./FieldControl.tsx";
import { Cell, entryClass, fitsHalf, Group } from "./Form.tsx";
import { optionText, rangeText, settingText } from "./names.ts";
import { ColumnRecord, TextRecord } from "./RecordCells.tsx";
import { startOf, variantStart } from "./starts.ts";

export type Values = { readonly [key: string]: Json };

interface Context {
  /** Part of the document, by which words with several meanings are told apart. */
  readonly area: string;
  /** Names of options where the texts of the settings are not meant. */
  readonly names?: { readonly [value: string]: string };
}

/** A cell for each field of an object, made from its schema. `only` chooses some and their order. */
export function SchemaFields({
  fields,
  values,
  only,
  onChange,
  ...context
}: Context & {
  fields: Fields;
  values: Values;
  only?: readonly string[];
  /** The object with one field changed. */
  onChange: (values: Values, gesture?: string) => void;
}) {
  return (only ?? Object.keys(fields)).map((key) => {
    const field = fields[key];
    return (
      field && (
        <SchemaField
          key={key}
          {...context}
          name={key}
          field={field}
          value={values[key]}
          onChange={(value, gesture) => onChange(withKey(values, key, value), gesture && `${key}/${gesture}`)}
        />
      )
    );
  });
}

function withKey(values: Values, key: string, value: Json | undefined): Values {
  const { [key]: _, ...rest } = values;
  return value === undefined ? rest : { ...values, [key]: value };
}

/** One field: plain values in their cell, objects that can be switched on and off, and variants with their fields. */
export function SchemaField({
  name,
  field,
  value: given,
  onChange,
  ...context
}: Context & {
  name: string;
  field: Field;
  value: Json | undefined;
  onChange: (value: Json | undefined, gesture?: string) => void;
}) {
  const inspector = useText().inspector;
  const [invalid, setInvalid] = useState(false);
  // What a document leaves out is the default.
  const value = given === undefined ? field.default : given;
  const text = settingText(inspector, context.area, name) ?? { label: name };
  if (field.kind === "variant" || field.kind === "object") {
    return <Compound {...context} name={name} field={field} value={value} onChange={onChange} />;
  }
  if (field.kind === "record")
    return <RecordField name={name} field={field} value={value} title={text.label} onChange={onChange} />;
  if (field.kind === "other") return null;
  const long = typeof value === "number" && String(value).length > 5;
  const halves = (field.kind === "number" && !long) || field.kind === "bool";
  const changed = isChanged(field, value);
  const fallback = field.default ?? (field.nullable ? null : undefined);
  return (
    <Cell
      label={text.label}
      help={text.help}
      wide={!halves || !fitsHalf(text.label)}
      changed={changed}
      message={invalid && "integer" in field ? rangeText(inspector, field) : invalid ? inspector.range.list : null}
      onReset={field.kind === "number" || field.kind === "numbers" ? () => onChange(fallback) : undefined}
      scrub={
        field.kind === "number" && typeof value === "number"
          ? { value, range: rangeOf(field), onChange: (n, gesture) => allowed(field, n) && onChange(n, gesture) }
          : undefined
      }
    >
      {(ids) => (
        <FieldControl
          field={field}
          value={value ?? undefined}
          placeholder={field.optional || field.nullable ? inspector.automatic : ""}
          ids={ids}
          optionName={(v) => context.names?.[v] ?? optionText(inspector, context.area, name, v) ?? v}
          onChange={(v, gesture) => (allowed(field, v) ? onChange(v, gesture) : setInvalid(true))}
          onInvalid={setInvalid}
        />
      )}
    </Cell>
  );
}

/** A limit that is itself not allowed is no number of the field. */
function allowed(field: Field, value: Json | undefined): boolean {
  if (field.kind !== "number" || typeof value !== "number") return true;
  return !(field.above && value === field.min) && !(field.below && value === field.max);
}

/** What has no default is always as somebody set it. */
function isChanged(field: Field, value: Json | undefined): boolean {
  if (value === undefined || value === null) return false;
  return field.default === undefined || JSON.stringify(field.default) !== JSON.stringify(value);
}

const asValues = (value: Json | undefined): Values =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : {};

/** Names with a value each; where they may be left out, behind a switch. */
function RecordField({
  name,
  field,
  value,
  title,
  onChange,
}: {
  name: string;
  field: Extract<Field, { kind: "record" }>;
  value: Json | undefined;
  title: string;
  onChange: (value: Json | undefined) => void;
}) {
  const on = value !== undefined;
  const inner = field.value;
  const rows =
    inner.kind === "object" ? (
      <ColumnRecord title={title} fields={inner.fields} value={asValues(value)} onChange={onChange} />
    ) : (
      <TextRecord title={title} value={asValues(value)} onChange={onChange} />
    );
  if (!field.optional) return rows;
  return (
    <>
      <Cell label={title} wide={true} changed={on}>
        {({ id }) => <Switch id={id} checked={on} onChange={(c) => onChange(c ? startOf(name, field) : undefined)} />}
      </Cell>
      {on && <Group>{rows}</Group>}
    </>
  );
}

function Compound({
  name,
  field,
  value,
  onChange,
  ...context
}: Context & {
  name: string;
  field: Extract<Field, { kind: "variant" | "object" }>;
  value: Json | undefined;
  onChange: (value: Json | undefined, gesture?: string) => void;
}) {
  const text = settingText(useText().inspector, context.area, name) ?? { label: name };
  const inner = { ...context, area: name };
  const on = value !== null && value !== undefined;
  const content = on && (
    <CompoundFields {...inner} field={field} values={asValues(value)} onChange={(v, gesture) => onChange(v, gesture)} />
  );
  if (!field.nullable) return content;
  return (
    <>
      <Cell label={text.label} help={text.help} wide={true} changed={on}>
        {({ id }) => <Switch id={id} checked={on} onChange={(c) => onChange(c ? startOf(name, field) : null)} />}
      </Cell>
      {on && <Group>{content}</Group>}
    </>
  );
}

function CompoundFields({
  field,
  values,
  onChange,
  ...context
}: Context & {
  field: Extract<Field, { kind: "variant" | "object" }>;
  values: Values;
  onChange: (values: Values, gesture?: string) => void;
}) {
  return field.kind === "object" ? (
    <SchemaFields {...context} fields={field.fields} values={values} onChange={onChange} />
  ) : (
    <VariantFields {...context} field={field} values={values} onChange={onChange} />
  );
}

/** The choice between variants, and the fields of the chosen one. */
export function VariantFields({
  field,
  values,
  only,
  onChange,
  ...context
}: Context & {
  field: VariantField;
  values: Values;
  /** Fields of the variant to show, where others are shown elsewhere. */
  only?: (key: string) => boolean;
  onChange: (values: Values, gesture?: string) => void;
}) {
  const inspector = useText().inspector;
  const tag = String(values[field.key] ?? "");
  const variant = field.variants[tag];
  const text = settingText(inspector, context.area, field.key) ?? { label: field.key };
  const keys = Object.keys(variant?.fields ?? {}).filter((k) => only?.(k) ?? true);
  return (
    <>
      <Cell label={text.label} help={text.help} wide={true}>
        {({ id }) => (
          <Select
            id={id}
            className={entryClass}
            value={tag}
            options={Object.keys(field.variants).map((v) => {
              return { value: v, label: context.names?.[v] ?? optionText(inspector, context.area, field.key, v) ?? v };
            })}
            onChange={(v) => onChange(variantStart(field, v, values))}
          />
        )}
      </Cell>
      {variant && (
        <SchemaFields
          {...context}
          area={areaOf(context.area, tag)}
          fields={variant.fields}
          values={values}
          only={keys}
          onChange={onChange}
        />
      )}
      {variant?.nested && (
        <VariantFields
          {...context}
          area={tag}
          field={variant.nested}
          values={values}
          onChange={(next, gesture) => onChange({ [field.key]: tag, ...next }, gesture)}
        />
      )}
    </>
  );
}

/** Variants of the source have words of their own; those of the rest share them. */
const areaOf = (area: string, tag: string): string => (area === "source" ? tag : area);
