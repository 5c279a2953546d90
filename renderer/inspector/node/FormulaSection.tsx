import { Footprints } from "lucide-react";
import { useMemo } from "react";
import type { CheckedNode } from "../../../src/graph/check.ts";
import { commandById, runCommand, shownKey } from "../../app/commands/index.ts";
import { useText } from "../../app/text.ts";
import { shapeOf } from "../../canvas/shapes.ts";
import { useTraining } from "../../stores/training.ts";
import { checkedNode, useTab } from "../../stores/workspace.ts";
import { Button } from "../../ui/Button.tsx";
import { Tooltip } from "../../ui/Tooltip.tsx";
import { Section } from "../Section.tsx";
import { FittedFormula } from "./FittedFormula.tsx";
import { nodeFormula } from "./formula.ts";
import styles from "./Node.module.css";

/** What a node computes, with its own sizes in the sums, and its shapes beside the heading. */
export function FormulaSection({ id }: { id: string }) {
  const text = useText().inspector;
  const checked = useTab((t) => checkedNode(t, id));
  const tex = useMemo(() => (checked ? nodeFormula(checked) : ""), [checked]);
  if (!checked || tex === "") return null;
  return (
    <Section title={text.sections.formula} aside={<Sizes checked={checked} />}>
      <FittedFormula tex={tex} />
      <WalkButton />
    </Section>
  );
}

function Sizes({ checked: { inputTypes, outputTypes } }: { checked: CheckedNode }) {
  const [output] = outputTypes ?? [];
  if (!output) return null;
  const inputs = (inputTypes ?? []).map(shapeOf);
  // Two tensors stand side by side; of more, the first and the number of the rest.
  const shown = inputs.length > 2 ? `${inputs[0]} + ${inputs.length - 1}` : inputs.join(", ");
  return <span className={styles.sizes}>{shown === "" ? shapeOf(output) : `${shown} → ${shapeOf(output)}`}</span>;
}

/** Walks through the node with the numbers of one batch. */
function WalkButton() {
  const title = useText().commands["run.walk"];
  const ready = useTraining((s) => s.connection === "ready");
  const command = commandById("run.walk");
  return (
    <Tooltip label={title} keys={shownKey(command)}>
      <Button
        size="sm"
        icon={Footprints}
        disabled={!ready}
        className={styles.walk}
        onClick={() => runCommand("run.walk")}
      >
        {title}
      </Button>
    </Tooltip>
  );
}
