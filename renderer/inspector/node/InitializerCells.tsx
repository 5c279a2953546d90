import type { Json } from "../../../src/core/issue.ts";
import { initializerSchema } from "../../../src/graph/initializer.ts";
import type { ParamText } from "../../../src/i18n/layer-text.ts";
import { initializerTexts } from "../../../src/i18n/texts.ts";
import { useLocale, useText } from "../../app/text.ts";
import { Select } from "../../ui/Select.tsx";
import { describe, type VariantField } from "../fields/describe.ts";
import { Cell, entryClass, Group } from "../fields/Form.tsx";
import { SchemaFields, type Values } from "../fields/SchemaForm.tsx";
import { variantStart } from "../fields/starts.ts";
import type { ParamView } from "./values.ts";

const field = describe(initializerSchema) as VariantField;

/** How a parameter gets its first values: the kind, and below it the settings of that kind. */
export function InitializerCells({
  view,
  text,
  faulty,
  onChange,
}: {
  view: ParamView;
  text: ParamText;
  faulty: boolean;
  onChange: (value: Json | undefined, gesture?: string) => void;
}) {
  const names = initializerTexts[useLocale()];
  const inspector = useText().inspector;
  const values = (view.value ?? {}) as Values;
  const kind = String(values["kind"] ?? "");
  const fields = field.variants[kind]?.fields ?? {};
  return (
    <>
      <Cell
        label={text.label}
        help={text.help}
        wide={true}
        changed={view.changed}
        invalid={faulty}
        onReset={() => onChange(undefined)}
      >
        {({ id }) => (
          <Select
            id={id}
            className={entryClass}
            value={kind || null}
            placeholder={view.mixed ? inspector.mixed : ""}
            options={Object.entries(names).map(([value, label]) => ({ value, label }))}
            onChange={(k) => onChange(variantStart(field, k, values))}
          />
        )}
      </Cell>
      {Object.keys(fields).length > 0 && (
        <Group>
          <SchemaFields area="initializer" fields={fields} values={values} onChange={onChange} />
        </Group>
      )}
    </>
  );
}
