import { useMemo } from "react";
import { workedUpdate } from "../../../src/explain/update.ts";
import { optimizerFormula } from "../../../src/optim/optimizer.ts";
import { useText } from "../../app/text.ts";
import { FittedFormula } from "../../inspector/node/FittedFormula.tsx";
import { updateOf } from "../nodeLook.ts";
import styles from "../step.module.css";
import { Equations } from "../Tex.tsx";
import type { NodeTaleProps } from "./NodeTales.tsx";

/** What the optimizer makes of the weight: its formula with this weight's numbers. */
export function UpdateTale({ look, picks, step, stage }: NodeTaleProps) {
  const text = useText().walk;
  const by = picks.parameter;
  const name = by?.tensor.of === "parameter" ? by.tensor.parameter : "";
  const options = useText().inspector.options;
  const numbers = useMemo(() => by && updateOf(look, name, by.index, step + 1), [look, name, by?.index, step, by]);
  const worked = useMemo(() => numbers && workedUpdate(numbers), [numbers]);
  const { objective } = look;
  if (!by || !objective) return null;
  const spec = look.checked.parameters.find((p) => p.name === name);
  if (!look.parameters[name]) {
    return <p className={styles.tell}>{spec?.kind === "buffer" ? text.told.buffer : text.told.frozen}</p>;
  }
  return (
    <>
      <p className={styles.tell}>
        {worked?.due === false ? text.told.updateRest : text.told.update(options[objective.optimizer.kind])}
      </p>
      <div className={styles.formula}>
        <FittedFormula tex={optimizerFormula(objective.optimizer.kind).replaceAll("\\mathrm{lr}", "\\eta")} />
      </div>
      {worked ? (
        <>
          <h3>{text.withNumbers}</h3>
          <Equations lines={worked.lines} />
          {stage.at.kind === "document" && <p className={styles.tell}>{text.told.firstStep}</p>}
        </>
      ) : (
        <p className={styles.tell}>{text.told.updateLarge}</p>
      )}
    </>
  );
}
