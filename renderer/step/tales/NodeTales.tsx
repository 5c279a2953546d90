import { useMemo } from "react";
import { equation, resultOf } from "../../../src/explain/expression.ts";
import { localLine } from "../../../src/explain/multilinear.ts";
import { elementOf, type Place, sameTensor } from "../../../src/explain/place.ts";
import type { Term } from "../../../src/explain/worked.ts";
import { useText } from "../../app/text.ts";
import { FittedFormula } from "../../inspector/node/FittedFormula.tsx";
import { nodeFormula } from "../../inspector/node/formula.ts";
import { countText } from "../../inspector/numbers.ts";
import { valueText } from "../../tensors/texts.ts";
import { shownPlace } from "../Card.tsx";
import { inputName, parameterName } from "../captions.ts";
import { plainLetter } from "../Lanes.tsx";
import type { NodeLook } from "../nodeLook.ts";
import type { StoryProps } from "../Story.tsx";
import { useLayerName } from "../Story.tsx";
import styles from "../step.module.css";
import { Equations } from "../Tex.tsx";
import { ShareTable, useShares } from "./Shares.tsx";

export type NodeTaleProps = Omit<StoryProps, "look"> & { readonly look: NodeLook };

const outputOf = ({ picks }: NodeTaleProps): { readonly output: number; readonly index: number } | null =>
  picks.output?.tensor.of === "output" ? { output: picks.output.tensor.output, index: picks.output.index } : null;

/** The formula of the layer, and how the element that is looked at came about. */
export function ForwardTale(props: NodeTaleProps) {
  const { look } = props;
  const text = useText().walk;
  const layer = useLayerName(look);
  const at = outputOf(props);
  const worked = useMemo(
    () => at && look.form.worked(look.numbers, at.output, at.index),
    [look, at?.output, at?.index, at],
  );
  const tensor = at && look.numbers.outputs[at.output];
  if (!at || !worked || !tensor) return null;
  const value = valueText(elementOf(tensor, at.index));
  const place = shownPlace(tensor, at.index, true);
  if (look.checked.node.layer === "input") return <p className={styles.tell}>{text.told.data(place, value)}</p>;
  // As many as the equation has written out need no list.
  const many = worked.terms.length > 4;
  return (
    <>
      <p className={styles.tell}>
        {many
          ? text.told.forward(place, value, layer, countText(worked.terms.length))
          : text.told.forwardOne(place, value, layer)}
      </p>
      <div className={styles.formula}>
        <FittedFormula tex={nodeFormula(look.checked)} />
      </div>
      <h3>{text.withNumbers}</h3>
      <Equations lines={worked.lines} />
      {many && <Terms look={look} terms={worked.terms} />}
    </>
  );
}

const shownTerms = 10;

/** The largest terms of a sum, each with where it comes from. */
function Terms({ look, terms }: { look: NodeLook; terms: readonly Term[] }) {
  const text = useText().walk;
  const sorted = useMemo(() => [...terms].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)), [terms]);
  const shown = sorted.slice(0, shownTerms);
  const rest = sorted.slice(shownTerms).reduce((sum, t) => sum + t.value, 0);
  return (
    <>
      <h3>{text.largest}</h3>
      <table className={styles.table}>
        <tbody>
          {shown.map((t) => (
            <tr key={t.factors.map((f) => (f.at ? `${JSON.stringify(f.at.tensor)}${f.at.index}` : f.letters)).join()}>
              <th scope="row">{termPlace(look, t)}</th>
              <td>{t.factors.map((f) => bracketed(f.value)).join(" · ")}</td>
              <td>{valueText(t.value)}</td>
            </tr>
          ))}
          {sorted.length > shownTerms && (
            <tr>
              <th scope="row">{text.more(countText(sorted.length - shownTerms))}</th>
              <td />
              <td>{valueText(rest)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </>
  );
}

/** A factor behind another one: a negative number in brackets. */
const bracketed = (v: number, i = 1): string => (v < 0 && i > 0 ? `(${valueText(v)})` : valueText(v));

function termPlace(look: NodeLook, { factors }: Term): string {
  const at = factors.map((f) => f.at).find((p) => p?.tensor.of === "input");
  if (at?.tensor.of !== "input") return "";
  const tensor = look.numbers.inputs[at.tensor.input];
  const letter = plainLetter(inputName(look, at.tensor.input));
  return tensor ? `${letter}${shownPlace(tensor, at.index, true)}` : "";
}

/** What the layers behind say of an output. */
export function IncomingTale(props: NodeTaleProps) {
  const { look } = props;
  const text = useText().walk;
  const at = outputOf(props);
  const gradient = at && look.outputs[at.output];
  if (!at || !gradient) return null;
  const g = elementOf(gradient, at.index);
  const place = shownPlace(gradient, at.index, true);
  const told = g === 0 ? (gradient.data.every((v) => Number(v) === 0) ? text.told.noGradient : text.told.flat) : null;
  const change = valueText(Math.abs(g) * 1e-3, 3);
  return (
    <>
      <p className={styles.tell}>{text.told.incoming(place, valueText(g))}</p>
      <Equations lines={[`\\frac{\\partial L}{\\partial y${subscript(place)}} = ${tex(g)}`]} />
      <p className={styles.tell}>{told ?? (g > 0 ? text.told.grow(change) : text.told.shrink(change))}</p>
    </>
  );
}

const subscript = (place: string): string => (place === "" ? "" : `_{${place.slice(1, -1).replace(/ /g, "")}}`);
const tex = (v: number): string =>
  equation("", { kind: "leaf", letters: "", value: v, exact: false }).replace(/^ = /, "");

/** The gradient of a weight as the shares of all outputs that it takes part in. */
export function WeightsTale(props: NodeTaleProps) {
  const { look, picks } = props;
  const text = useText().walk;
  const by = picks.parameter;
  const name = by?.tensor.of === "parameter" ? by.tensor.parameter : "";
  const shares = useShares(props, by);
  const value = look.numbers.parameters[name];
  const gradient = look.parameters[name]?.gradient;
  if (!by || !value) return null;
  const spec = look.checked.parameters.find((p) => p.name === name);
  const letter = `${parameterName(look, name)}${shownPlace(value, by.index, false)}`;
  if (!gradient) return <p className={styles.tell}>{spec?.kind === "buffer" ? text.told.buffer : text.told.frozen}</p>;
  const formula = look.form.backward(look.numbers.params).parameters[name];
  return (
    <>
      <p className={styles.tell}>
        {shares.list?.length === 0 ? text.told.weightsNone(letter) : text.told.weights(letter, ...counted(shares.list))}
      </p>
      {formula && (
        <div className={styles.formula}>
          <FittedFormula tex={formula} />
        </div>
      )}
      <ShareTable
        look={look}
        shares={shares}
        first={outputOf(props)}
        gradient={elementOf(gradient, by.index)}
        of={`∂L/∂${letter}`}
        rest={restOf(props, by, text.told)}
      />
      <LocalLine {...props} by={by} />
    </>
  );
}

const counted = (list: readonly unknown[] | null): [number, string] =>
  list ? [list.length, countText(list.length)] : [2, "…"];

/** The gradient of an input as the shares of all outputs that it goes into. */
export function OutgoingTale(props: NodeTaleProps) {
  const { look, picks } = props;
  const text = useText().walk;
  const by = picks.input;
  const input = by?.tensor.of === "input" ? by.tensor.input : 0;
  const shares = useShares(props, by);
  const value = look.numbers.inputs[input];
  const gradient = look.inputs[input];
  if (!by || !value) return null;
  if (!gradient) return <p className={styles.tell}>{text.told.outgoingWhole}</p>;
  const letter = `${plainLetter(inputName(look, input))}${shownPlace(value, by.index, true)}`;
  return (
    <>
      <p className={styles.tell}>
        {shares.list?.length === 0
          ? text.told.outgoingNone(letter)
          : text.told.outgoing(letter, ...counted(shares.list))}
      </p>
      <div className={styles.formula}>
        <FittedFormula tex={look.form.backward(look.numbers.params).input} />
      </div>
      <LocalLine {...props} by={by} />
      <ShareTable
        look={look}
        shares={shares}
        first={outputOf(props)}
        gradient={elementOf(gradient, by.index)}
        of={`∂L/∂${letter}`}
        rest={restOf(props, by, text.told)}
      />
    </>
  );
}

/** What a gradient has that does not come from this layer. */
function restOf(
  { look, stage }: NodeTaleProps,
  by: Place,
  told: {
    readonly otherBranches: string;
    readonly otherUsers: string;
    readonly otherSamples: string;
    readonly rest: string;
  },
): string {
  const { node, sources } = look.checked;
  if (by.tensor.of === "input") {
    const source = sources[by.tensor.input];
    const readers = [...stage.graph.nodes.values()].flatMap((n) => n.sources).filter((s) => s.node === source?.node);
    return readers.length > 1 ? told.otherBranches : told.rest;
  }
  const owner = node.share ?? node.id;
  const users = [...stage.graph.nodes.values()].filter((n) => (n.node.share ?? n.node.id) === owner);
  return users.length > 1 ? told.otherUsers : stage.document.training.accumulate > 1 ? told.otherSamples : told.rest;
}

/** The local derivative of the output that is looked at, where it reads the element. */
function LocalLine({ look, picks, by }: NodeTaleProps & { by: Place }) {
  const text = useText().walk;
  const { output } = picks;
  if (output?.tensor.of !== "output") return null;
  const reads = look.form.reads(look.numbers, output.tensor.output, output.index);
  if (!reads.some((r) => r.index === by.index && sameTensor(r.tensor, by.tensor))) return null;
  const local = look.form.local(look.numbers, output.tensor.output, output.index, by);
  if (!Number.isFinite(resultOf(local.expression))) return null;
  return (
    <>
      <h3>{text.localTitle}</h3>
      <Equations lines={[localLine(local)]} />
    </>
  );
}
