import { Dices, FileText } from "lucide-react";
import { useDeferredValue, useMemo } from "react";
import { totalCost } from "../../../src/compile/cost.ts";
import { useText } from "../../app/text.ts";
import { useSettings } from "../../stores/settings.ts";
import { useTab } from "../../stores/workspace.ts";
import { IconButton } from "../../ui/Button.tsx";
import { NumberField } from "../../ui/NumberField.tsx";
import { Cell, entryClass, Form } from "../fields/Form.tsx";
import { InspectorHead, NameField } from "../InspectorHead.tsx";
import styles from "../node/Node.module.css";
import { countText } from "../numbers.ts";
import { Section } from "../Section.tsx";
import { DataSections } from "./DataSections.tsx";
import { setPart } from "./edit.ts";
import { ObjectiveSections } from "./ObjectiveSections.tsx";
import { TrainingSections } from "./TrainingSections.tsx";

/** Settings of the document: shown while nothing on the canvas is selected. */
export function DocumentInspector() {
  const text = useText().inspector;
  const presenter = useSettings((s) => s.presenter);
  const name = useTab((t) => t.edited.document.name);
  return (
    <>
      <InspectorHead
        icon={<FileText size="1.125rem" aria-hidden="true" />}
        title={<NameField value={name} label={text.document.name} rename={rename} />}
        kind={text.sections.document}
      />
      <div className={styles.scroll}>
        <NetworkSection />
        {!presenter && (
          <>
            <DataSections />
            <ObjectiveSections />
            <TrainingSections />
          </>
        )}
      </div>
    </>
  );
}

function rename(name: string): null {
  setPart("name", name.slice(0, 200), "rename");
  return null;
}

const seedLimit = 2 ** 32;

/** The size of the network, and the number all random numbers follow from. */
function NetworkSection() {
  const text = useText().inspector;
  // A sum over the whole network may come a moment after the edit.
  const checked = useDeferredValue(useTab((t) => t.checked));
  const seed = useTab((t) => t.edited.document.seed);
  const nodes = useTab((t) => t.edited.document.nodes.length);
  const cost = useMemo(() => totalCost(checked), [checked]);
  const set = (value: number, gesture?: string): void => setPart("seed", value, "setSeed", gesture);
  return (
    <Section title={text.sections.network}>
      <dl className={styles.facts}>
        <dt>{text.cost.nodes}</dt>
        <dd>{countText(nodes)}</dd>
        <dt>{text.cost.parameters}</dt>
        <dd>{countText(cost.parameters)}</dd>
        <dt>{text.cost.multiplyAdds}</dt>
        <dd>{countText(cost.multiplyAdds)}</dd>
      </dl>
      <Form>
        <Cell label={text.document.seed} help={text.document.seedHelp} wide={true}>
          {(ids) => (
            <>
              <NumberField
                id={ids.id}
                describedBy={ids.help}
                className={entryClass}
                value={seed}
                range={{ min: 0, max: seedLimit - 1, integer: true }}
                onChange={set}
              />
              <IconButton
                label={text.document.newSeed}
                icon={Dices}
                onClick={() => set(Math.floor(Math.random() * seedLimit))}
              />
            </>
          )}
        </Cell>
      </Form>
    </Section>
  );
}
