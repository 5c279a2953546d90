import { useMemo } from "react";
import { equation, resultOf } from "../../../src/explain/expression.ts";
import { lossGradient, unitOf, unitsOf, workedLoss, workedUnit } from "../../../src/explain/loss.ts";
import { lossFormula } from "../../../src/optim/loss.ts";
import { useText } from "../../app/text.ts";
import { FittedFormula } from "../../inspector/node/FittedFormula.tsx";
import { valueText } from "../../tensors/texts.ts";
import { shownPlace } from "../Card.tsx";
import type { LossLook } from "../nodeLook.ts";
import type { StoryProps } from "../Story.tsx";
import styles from "../step.module.css";
import { Equations } from "../Tex.tsx";

type LossTaleProps = Omit<StoryProps, "look"> & { readonly look: LossLook };

/** What the loss of one sample is, and of all. */
export function LossForward({ look, picks }: LossTaleProps) {
  const text = useText().walk;
  const { numbers } = look;
  const index = picks.output?.index ?? 0;
  const unit = unitOf(numbers, index);
  const [one, all] = useMemo(() => [workedUnit(numbers, unit), workedLoss(numbers)], [numbers, unit]);
  const single = unitsOf(numbers) === 1;
  const perSample = unitsOf(numbers) === (numbers.prediction.dims[0] ?? 1);
  const name = perSample ? text.unit(unit + 1) : text.element(shownPlace(numbers.prediction, index, true));
  return (
    <>
      <p className={styles.tell}>
        {single ? text.told.lossOne(valueText(all.value)) : text.told.loss(name, valueText(one.value))}
      </p>
      <div className={styles.formula}>
        <FittedFormula tex={lossFormula(numbers.spec.kind)} />
      </div>
      <h3>{text.withNumbers}</h3>
      <Equations lines={single && numbers.weight === 1 ? one.lines : [...one.lines, ...all.lines]} />
    </>
  );
}

/** Where the backward pass begins: the gradient by one element of the prediction. */
export function LossGradient({ look, picks }: LossTaleProps) {
  const text = useText().walk;
  const { numbers } = look;
  const index = picks.output?.index ?? 0;
  const { letters, expression } = useMemo(() => lossGradient(numbers, index), [numbers, index]);
  return (
    <>
      <p className={styles.tell}>
        {text.told.lossGradient(shownPlace(numbers.prediction, index, true), valueText(resultOf(expression)))}
      </p>
      <h3>{text.withNumbers}</h3>
      <Equations lines={[equation(letters, expression)]} />
    </>
  );
}
