import { useMemo } from "react";
import { glyphOf } from "../../src/codegen/glyphs.ts";
import { curveOf } from "../../src/explain/forms/activation.ts";
import { elementOf, type Place } from "../../src/explain/place.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { tensor } from "../../src/shape/dtype.ts";
import { useText } from "../app/text.ts";
import { Formula } from "../ui/Formula.tsx";
import { Glyph } from "../ui/Glyph.tsx";
import { type Mark, MarkButton, shownPlace, TensorCard } from "./Card.tsx";
import { Chips } from "./Chips.tsx";
import { Curve } from "./Curve.tsx";
import { pageNames, parameterCard, parameterName, parameterSymbol } from "./captions.ts";
import { Told } from "./Lanes.tsx";
import type { NodeLook } from "./nodeLook.ts";
import { parameterNames } from "./picks.ts";
import { type Picks, stepping } from "./session.ts";
import { frameOf, sliceAt } from "./slices.ts";
import styles from "./step.module.css";

export interface MiddleProps {
  readonly look: NodeLook;
  readonly picks: Picks;
  /** The lane of the gradients. */
  readonly gradient: boolean;
  readonly side: number;
  readonly mark: Mark | undefined;
}

/** What stands between input and output: the parameters, the curve of the function, what the window sees, or a sign. */
export function Middle(props: MiddleProps) {
  const { look, picks } = props;
  const { layer } = look.checked.node;
  const curve = useMemo(() => curveOf(layer, look.numbers.params), [layer, look.numbers.params]);
  if (picks.parameter && look.checked.parameters.length > 0)
    return <ParameterCard {...props} place={picks.parameter} />;
  if (curve) return <CurveCard {...props} curve={curve} />;
  return <WindowCard {...props} />;
}

function ParameterCard({ look, gradient, side, mark, place }: MiddleProps & { place: Place }) {
  const text = useText().walk;
  const names = parameterNames(look);
  const name = place.tensor.of === "parameter" ? place.tensor.parameter : "";
  const value = look.numbers.parameters[name];
  const shown = gradient ? look.parameters[name]?.gradient : value;
  const letters = names.map((n) => parameterSymbol(look, n));
  const letter = letters[names.indexOf(name)] ?? "w";
  if (!shown || !value) {
    return (
      <div className={styles.card}>
        <p className={styles.nothing} style={{ width: side, minHeight: side }}>
          {look.checked.parameters.find((p) => p.name === name)?.kind === "buffer"
            ? text.told.buffer
            : text.told.frozen}
        </p>
      </div>
    );
  }
  const { symbol, caption } = parameterCard(text, look, name, letter, value, place.index);
  const at = shownPlace(value, place.index, false);
  const plain = parameterName(look, name);
  return (
    <TensorCard
      tensor={shown}
      kind="parameter"
      picked={place.index}
      side={side}
      symbol={gradient ? `\\partial L / \\partial ${symbol}` : symbol}
      caption={gradient ? text.cards.gradientOf(plain) : caption}
      mark={mark}
      pageNames={pageNames(text, value, false)}
      chips={
        names.length > 1 && !gradient ? (
          <Chips
            label={text.chooseTensor}
            items={letters}
            names={names}
            chosen={names.indexOf(name)}
            onChoose={(i) => stepping.getState().choose(names[i] as string)}
          />
        ) : undefined
      }
      told={
        <Told name={`${gradient ? "∂L/∂" : ""}${plain}${at}`} value={elementOf(shown, place.index)} strong={gradient} />
      }
      onPick={(index) => stepping.getState().pick({ parameter: { ...place, index } })}
    />
  );
}

function CurveCard({
  look,
  picks,
  gradient,
  side,
  mark,
  curve,
}: MiddleProps & { curve: NonNullable<ReturnType<typeof curveOf>> }) {
  const text = useText().walk;
  const { numbers } = look;
  const index = picks.output?.index ?? 0;
  const x = numbers.inputs[0];
  if (!x) return <span />;
  const at = elementOf(x, index);
  const value = gradient ? curve.slope(at) : curve.value(at);
  return (
    <div className={styles.card}>
      <Curve
        curve={gradient ? curve.slope : curve.value}
        tangent={gradient ? null : curve.slope(at)}
        at={at}
        values={x}
        side={side}
        label={gradient ? text.cards.slope : text.cards.function}
      />
      <div className={styles.caption}>
        {!gradient && mark && <MarkButton mark={mark} />}
        <Formula tex={gradient ? "f'(x)" : "f(x)"} />
        <span>{gradient ? text.cards.slope : text.cards.function}</span>
      </div>
      <div className={styles.told}>
        <Told name={gradient ? "f′(x)" : "f(x)"} value={value} strong={true} />
      </div>
    </div>
  );
}

/** The part of the input that an output looks at, enlarged; a sign of the layer where that is no rectangle. */
function WindowCard({ look, picks, gradient, side, mark }: MiddleProps) {
  const text = useText().walk;
  const patch = useMemo(() => patchOf(look, picks, gradient), [look, picks, gradient]);
  const { layer } = look.checked.node;
  if (!patch) {
    const glyph = glyphOf(layer, layerRegistry.get(layer)?.category ?? null);
    return (
      <div className={styles.card}>
        <div className={styles.sign} style={{ width: side, height: side }}>
          <Glyph name={glyph} size="4rem" />
        </div>
        <div className={styles.caption}>{!gradient && mark && <MarkButton mark={mark} />}</div>
      </div>
    );
  }
  return (
    <TensorCard
      tensor={patch.tensor}
      kind="parameter"
      picked={patch.picked}
      side={side}
      symbol={gradient ? "\\partial L / \\partial x" : "x"}
      caption={text.cards.window}
      mark={gradient ? undefined : mark}
      told={<Told name={gradient ? "∂L/∂x" : "x"} value={elementOf(patch.tensor, patch.picked)} />}
      onPick={(i) => {
        const index = patch.indices[i];
        if (index !== undefined) stepping.getState().pick({ input: { tensor: { of: "input", input: 0 }, index } });
      }}
    />
  );
}

/** Largest window that is shown enlarged. */
const widest = 12;

function patchOf(look: NodeLook, { output, input }: Picks, gradient: boolean) {
  const source = gradient ? look.inputs[0] : look.numbers.inputs[0];
  if (!source || !output || output.tensor.of !== "output" || !input) return null;
  const reads = look.form
    .reads(look.numbers, output.tensor.output, output.index)
    .flatMap((r) => (r.tensor.of === "input" && r.tensor.input === 0 ? [r.index] : []));
  const { plane } = sliceAt(source.dims, reads[0] ?? 0, true);
  const frame = frameOf(plane, reads);
  if (!frame || frame.rows > widest || frame.columns > widest || source.dims.length < 3) return null;
  const indices = Array.from({ length: frame.rows * frame.columns }, (_, i) => {
    const row = frame.row + Math.floor(i / frame.columns);
    return plane.offset + row * plane.rowStride + (frame.column + (i % frame.columns)) * plane.columnStride;
  });
  const values = indices.map((i) => elementOf(source, i));
  const best = indices.indexOf(input.index);
  return { tensor: tensor("float32", [frame.rows, frame.columns], values), indices, picked: Math.max(0, best) };
}
