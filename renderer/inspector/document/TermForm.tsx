import { lossSchema, type Objective, type ObjectiveTerm } from "../../../src/graph/objective.ts";
import { useText } from "../../app/text.ts";
import { useTab } from "../../stores/workspace.ts";
import { NumberField } from "../../ui/NumberField.tsx";
import { Select } from "../../ui/Select.tsx";
import { describe, type VariantField } from "../fields/describe.ts";
import { Cell, entryClass } from "../fields/Form.tsx";
import { VariantFields } from "../fields/SchemaForm.tsx";
import { asJson, asRecord, setObjective } from "./edit.ts";
import { outputPorts, portKey, targetKey, targetOf } from "./ports.ts";

const lossField = describe(lossSchema) as VariantField;

/** Cells of one loss: its kind and settings, what it compares with what, and how much it counts. */
export function TermCells({ objective, index }: { objective: Objective; index: number }) {
  const text = useText();
  const words = text.inspector.document;
  const term = objective.terms[index];
  if (!term) return null;
  const set = (change: Partial<ObjectiveTerm>, gesture?: string): void => {
    const terms = objective.terms.map((t, i) => (i === index ? { ...t, ...change } : t));
    setObjective(objective.id, asJson({ ...objective, terms }), "setLoss", gesture && `${index} ${gesture}`);
  };
  return (
    <>
      <VariantFields
        area="loss"
        names={text.canvas.losses}
        field={lossField}
        values={asRecord(term.loss)}
        onChange={(loss, gesture) => set({ loss: loss as ObjectiveTerm["loss"] }, gesture)}
      />
      <PortCell label={words.prediction} value={term.prediction} onChange={(prediction) => set({ prediction })} />
      <TargetCell value={term.target} optional={true} onChange={(target) => set({ target })} />
      <Cell
        label={words.weight}
        help={words.weightHelp}
        changed={term.weight !== 1}
        onReset={() => set({ weight: 1 })}
        scrub={{ value: term.weight, range: { step: 0.1 }, onChange: (weight, gesture) => set({ weight }, gesture) }}
      >
        {(ids) => (
          <NumberField
            id={ids.id}
            describedBy={ids.help}
            className={entryClass}
            value={term.weight}
            range={{ step: 0.1 }}
            onChange={(weight, gesture) => set({ weight }, gesture)}
          />
        )}
      </Cell>
    </>
  );
}

type Ref = ObjectiveTerm["prediction"];

/** An output of the network. */
export function PortCell({ label, value, onChange }: { label: string; value: Ref; onChange: (value: Ref) => void }) {
  const document = useTab((t) => t.edited.document);
  const ports = outputPorts(document);
  const keys = [...new Set([...ports.keys(), portKey(value)])];
  return (
    <Cell label={label} wide={true}>
      {({ id }) => (
        <Select
          id={id}
          className={entryClass}
          value={portKey(value)}
          options={keys.map((k) => ({ value: k, label: k }))}
          onChange={(k) => onChange(ports.get(k) ?? value)}
        />
      )}
    </Cell>
  );
}

/** A field of the data, another output, or where that makes sense nothing. */
export function TargetCell({
  value,
  optional,
  onChange,
}: {
  value: ObjectiveTerm["target"];
  optional: boolean;
  onChange: (value: NonNullable<ObjectiveTerm["target"]>) => void;
}) {
  const text = useText().inspector.document;
  const document = useTab((t) => t.edited.document);
  const fields = useTab((t) => t.checked.fields);
  const ports = outputPorts(document);
  const present = value && "field" in value ? [value.field] : [];
  const names = [...new Set([...fields.map((f) => f.name), ...present])];
  const options = [
    ...(optional && value === null ? [{ value: targetKey(null), label: text.noTarget }] : []),
    ...names.map((f) => ({ value: targetKey({ field: f }), label: text.fieldTarget(f) })),
    ...[...ports.keys()].map((k) => ({ value: k, label: text.nodeTarget(k) })),
  ];
  return (
    <Cell label={text.target} wide={true}>
      {({ id }) => (
        <Select
          id={id}
          className={entryClass}
          value={targetKey(value)}
          options={options}
          onChange={(k) => {
            const target = targetOf(k, ports);
            if (target) onChange(target);
          }}
        />
      )}
    </Cell>
  );
}
