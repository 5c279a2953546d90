import { useState } from "react";
import type { Json } from "../../../src/core/issue.ts";
import type { ParamSpec } from "../../../src/graph/params.ts";
import type { ParamText } from "../../../src/i18n/layer-text.ts";
import { layerTexts } from "../../../src/i18n/texts.ts";
import type { LayerId } from "../../../src/layers/registry.gen.ts";
import { useLocale, useText } from "../../app/text.ts";
import { NumberField, type NumberRange } from "../../ui/NumberField.tsx";
import { Select } from "../../ui/Select.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { EntryField } from "../fields/EntryField.tsx";
import { axesText, parseAxes, parseList, parseShape } from "../fields/entries.ts";
import { Cell, entryClass, Form, fitsHalf } from "../fields/Form.tsx";
import { rangeText } from "../fields/names.ts";
import { InitializerCells } from "./InitializerCells.tsx";
import type { ParamView } from "./values.ts";

export interface ParamFormProps {
  readonly layer: string;
  readonly params: readonly ParamView[];
  /** Parameters that have an issue. */
  readonly faulty: ReadonlySet<string>;
  /** Undefined takes a parameter back to its default. */
  readonly onChange: (param: string, value: Json | undefined, gesture?: string) => void;
}

/** The parameters of a layer, made from its schema. */
export function ParamForm({ layer, params, faulty, onChange }: ParamFormProps) {
  const texts = layerTexts[useLocale()][layer as LayerId]?.params ?? {};
  return (
    <Form>
      {arranged(params, (name) => texts[name]?.label ?? name).map((view) => (
        <ParamCells
          key={view.name}
          view={view}
          text={texts[view.name] ?? { label: view.name }}
          faulty={faulty.has(view.name)}
          onChange={(value, gesture) => onChange(view.name, value, gesture)}
        />
      ))}
    </Form>
  );
}

/**
 * Short fields first, two to a row, then those that take a whole one; what depends on a long one stays behind it.
 */
function arranged(params: readonly ParamView[], label: (name: string) => string): readonly ParamView[] {
  const wide = new Set(params.filter((p) => isWide(p, label(p.name))).map((p) => p.name));
  const later = (p: ParamView): boolean => wide.has(p.name) || wide.has(p.spec.when?.param ?? "");
  return [...params.filter((p) => !later(p)), ...params.filter(later)];
}

const isWide = ({ spec, value }: ParamView, label: string): boolean =>
  !isShort(spec) || !fitsHalf(label) || (typeof value === "number" && String(value).length > shortNumber);

/** Characters of a number that fit into half a row. */
const shortNumber = 5;

interface CellsProps {
  readonly view: ParamView;
  readonly text: ParamText;
  readonly faulty: boolean;
  readonly onChange: (value: Json | undefined, gesture?: string) => void;
}

function ParamCells(props: CellsProps) {
  const { view, text, faulty, onChange } = props;
  const inspector = useText().inspector;
  const [invalid, setInvalid] = useState(false);
  const { spec } = view;
  if (spec.kind === "initializer") return <InitializerCells {...props} />;
  return (
    <Cell
      label={text.label}
      help={text.help}
      wide={isWide(view, text.label)}
      changed={view.changed}
      invalid={faulty}
      message={invalid ? expectation(spec, inspector) : null}
      onReset={() => onChange(undefined)}
      scrub={scrubOf(view, onChange)}
    >
      {(ids) => <ParamControl {...props} ids={ids} onInvalid={setInvalid} />}
    </Cell>
  );
}

/** Kinds whose values fit into half a row. */
const isShort = (spec: ParamSpec): boolean =>
  ["int", "float", "bool"].includes(spec.kind) || (spec.kind === "ints" && spec.length !== null && spec.length < 3);

function expectation(spec: ParamSpec, text: ReturnType<typeof useText>["inspector"]): string {
  if (spec.kind === "int" || spec.kind === "float") return rangeText(text, { ...spec, integer: spec.kind === "int" });
  if (spec.kind === "shape") return text.range.shape;
  if (spec.kind === "ints") {
    const limits = rangeText(text, { ...spec, integer: true });
    return spec.length === null || spec.length === 1 ? limits : `${text.range.perAxis(spec.length)} ${limits}`;
  }
  return text.range.refused;
}

function rangeOf(spec: ParamSpec & { readonly min?: number; readonly max?: number }): NumberRange {
  const { kind, min, max } = spec;
  const fraction = kind === "float" && min === 0 && max === 1;
  return {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(kind === "float" ? { step: fraction ? 0.01 : 0.1 } : { integer: true }),
  };
}

function scrubOf({ spec, value }: ParamView, onChange: CellsProps["onChange"]) {
  const number = spec.kind === "ints" && Array.isArray(value) && value.length === 1 ? value[0] : value;
  const isNumber = spec.kind === "int" || spec.kind === "float" || (spec.kind === "ints" && spec.length !== null);
  return isNumber && typeof number === "number" ? { value: number, range: rangeOf(spec), onChange } : undefined;
}

interface ControlProps extends CellsProps {
  readonly ids: { readonly id: string; readonly help: string };
  readonly onInvalid: (invalid: boolean) => void;
}

function ParamControl(props: ControlProps) {
  const inspector = useText().inspector;
  const { view, text, ids, onChange, onInvalid } = props;
  const { spec, value, mixed } = view;
  const placeholder = mixed ? inspector.mixed : "";
  const common = { id: ids.id, describedBy: ids.help, placeholder };
  switch (spec.kind) {
    case "int":
    case "float":
      return (
        <NumberField
          {...common}
          className={entryClass}
          value={typeof value === "number" ? value : null}
          range={rangeOf(spec)}
          onChange={onChange}
          onInvalid={(t) => onInvalid(t !== null)}
        />
      );
    case "bool":
      return <Switch id={ids.id} checked={value === true} onChange={onChange} />;
    case "choice":
      return (
        <Select
          id={ids.id}
          className={entryClass}
          placeholder={placeholder}
          value={typeof value === "string" ? value : null}
          options={spec.options.map((o) => ({ value: o, label: text.options?.[o] ?? o }))}
          onChange={onChange}
        />
      );
    case "ints":
      return <IntsControl {...props} spec={spec} common={common} />;
    case "shape":
      return (
        <EntryField
          {...common}
          shown={Array.isArray(value) ? value.join(" × ") : ""}
          parse={parseShape}
          onChange={(v) => onChange([...v])}
          onInvalid={onInvalid}
        />
      );
    case "text":
      return (
        <EntryField {...common} shown={typeof value === "string" ? value : ""} parse={(t) => t} onChange={onChange} />
      );
    case "initializer":
      return null;
  }
}

function IntsControl({
  view: { value },
  spec,
  common,
  onChange,
  onInvalid,
}: ControlProps & {
  spec: Extract<ParamSpec, { kind: "ints" }>;
  common: { id: string; describedBy: string; placeholder: string };
}) {
  const numbers = typeof value === "number" ? value : ((value ?? []) as readonly number[]);
  if (spec.length === null) {
    return (
      <EntryField
        {...common}
        shown={[numbers].flat().join(", ")}
        parse={(t) => parseList(t, spec, true)}
        onChange={(v) => onChange([...v])}
        onInvalid={onInvalid}
      />
    );
  }
  const { length, min = -Infinity, max = Infinity } = spec;
  const moved = (by: number) => [numbers].flat().map((v) => Math.min(max, Math.max(min, v + by)));
  return (
    <EntryField
      {...common}
      shown={value === null ? "" : axesText(numbers)}
      parse={(t) => parseAxes(t, length, spec)}
      onChange={(v) => onChange(typeof v === "number" ? v : [...v])}
      onStep={(by) => onChange(typeof numbers === "number" ? (moved(by)[0] as number) : moved(by), "step")}
      onInvalid={onInvalid}
    />
  );
}
