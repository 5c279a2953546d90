import { useMemo } from "react";
import { predictionLetter } from "../../src/explain/loss.ts";
import { coordinates, elementOf, flatIndex } from "../../src/explain/place.ts";
import { classAxis } from "../../src/optim/losses/define.ts";
import { isInteger, type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import { useText } from "../app/text.ts";
import { valueText } from "../tensors/texts.ts";
import { shownPlace, TensorCard } from "./Card.tsx";
import { pageNames, shapeOf } from "./captions.ts";
import { Arrow, type LanesProps, Told, useMarks } from "./Lanes.tsx";
import type { LossLook } from "./nodeLook.ts";
import { stepping } from "./session.ts";
import styles from "./step.module.css";

/** Prediction and target of a loss, and below them the gradient that the backward pass begins with. */
export function LossLanes({ look, picks, stops, stop, side }: LanesProps & { look: LossLook; side: number }) {
  const text = useText().walk;
  const markOf = useMarks({ stops, stop });
  const { prediction, target, spec } = look.numbers;
  const compared = useMemo(() => laidOut(prediction, target), [prediction, target]);
  const probabilities = useMemo(
    () => (spec.kind === "cross-entropy" ? softmaxOf(prediction, target) : null),
    [spec.kind, prediction, target],
  );
  const index = picks.output?.index ?? 0;
  const letter = predictionLetter(spec.kind);
  const at = shownPlace(prediction, index, true);
  const pick = (i: number): void =>
    stepping.getState().pick({ output: { tensor: { of: "output", output: 0 }, index: i } });
  const common = { picked: index, side, onPick: pick, pageNames: pageNames(text, prediction, true) };
  return (
    <>
      <div className={styles.lane} data-lane="forward">
        <TensorCard
          {...common}
          tensor={prediction}
          kind="value"
          symbol={letter}
          caption={`${text.cards.prediction} ${shapeOf(prediction)}`}
          told={<Told name={`${letter}${at}`} value={elementOf(prediction, index)} />}
        />
        <Arrow back={false} />
        {probabilities ? (
          <TensorCard
            {...common}
            tensor={probabilities}
            kind="value"
            symbol="p"
            caption={text.cards.probabilities}
            told={<Told name={`p${at}`} value={elementOf(probabilities, index)} />}
          />
        ) : (
          <div className={styles.card}>
            <output className={styles.bigLoss} style={{ width: side, height: side }}>
              {text.lossValue(valueText(look.loss))}
            </output>
          </div>
        )}
        <Arrow back={true} />
        <TensorCard
          {...common}
          tensor={compared}
          kind="value"
          symbol="t"
          caption={text.cards.target}
          mark={markOf("forward")}
          told={<Told name={`t${at}`} value={elementOf(compared, index)} />}
        />
      </div>
      <div className={styles.lane} data-lane="backward">
        <TensorCard
          {...common}
          tensor={look.gradient}
          kind="gradient"
          symbol={`\\partial L / \\partial ${letter}`}
          caption={text.cards.outgoing}
          mark={markOf("outgoing")}
          told={<Told name={`∂L/∂${letter}${at}`} value={elementOf(look.gradient, index)} strong={true} />}
        />
        <Arrow back={true} />
        <div className={styles.card}>
          <output className={styles.bigLoss} style={{ width: side, height: side }}>
            {text.lossValue(valueText(look.loss))}
          </output>
        </div>
        <span />
        <span />
      </div>
    </>
  );
}

const axisOf = (prediction: Tensor, target: Tensor): number | null =>
  isInteger(target.dtype) ? classAxis(prediction.dims, target.dims) : null;

/** The target in the shape of the prediction: class numbers as ones among zeros. */
function laidOut(prediction: Tensor, target: Tensor): Tensor {
  const axis = axisOf(prediction, target);
  const { dims } = prediction;
  if (axis === null) return tensor("float32", dims, toNumbers(target));
  const rest = dims.filter((_, i) => i !== axis);
  return tensor(
    "float32",
    dims,
    Array.from({ length: prediction.data.length }, (_, i) => {
      const at = coordinates(dims, i);
      const own = elementOf(
        target,
        flatIndex(
          rest,
          at.filter((_, k) => k !== axis),
        ),
      );
      return own === at[axis] ? 1 : 0;
    }),
  );
}

function softmaxOf(prediction: Tensor, target: Tensor): Tensor {
  const axis = axisOf(prediction, target) ?? 1;
  const { dims } = prediction;
  const size = dims[axis] as number;
  const stride = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  const out = new Float32Array(prediction.data.length);
  for (let i = 0; i < out.length; i++) {
    const start = i - (Math.floor(i / stride) % size) * stride;
    const column = Array.from({ length: size }, (_, c) => elementOf(prediction, start + c * stride));
    const top = Math.max(...column);
    const sum = column.reduce((s, v) => s + Math.exp(v - top), 0);
    out[i] = Math.exp(elementOf(prediction, i) - top) / sum;
  }
  return tensor("float32", dims, out);
}
