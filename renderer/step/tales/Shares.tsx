import { useEffect, useMemo, useState } from "react";
import type { Place } from "../../../src/explain/place.ts";
import { type Share, sharesFrom, sharesOf, summed } from "../../../src/explain/shares.ts";
import { useText } from "../../app/text.ts";
import { engine } from "../../bridge/engine.ts";
import { countText } from "../../inspector/numbers.ts";
import { valueText } from "../../tensors/texts.ts";
import { shownPlace } from "../Card.tsx";
import type { NodeLook } from "../nodeLook.ts";
import { stepping } from "../session.ts";
import styles from "../step.module.css";
import type { NodeTaleProps } from "./NodeTales.tsx";

export interface Shares {
  /** Null while they are added up, or where they cannot be had. */
  readonly list: readonly Share[] | null;
  readonly busy: boolean;
}

/** The shares of a gradient: gone through here where they are few, else from the column that the engine gives. */
export function useShares({ look, stage, samples }: NodeTaleProps, by: Place | null): Shares {
  const own = useMemo(
    () => by && sharesOf(look.form, look.numbers, look.outputs, by),
    [look, by?.tensor, by?.index, by],
  );
  const [asked, setAsked] = useState<{
    readonly by: Place;
    readonly look: NodeLook;
    readonly list: readonly Share[] | null;
  } | null>(null);
  const needed = by !== null && own === null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the look stands for stage and samples
  useEffect(() => {
    if (!needed || !by) return;
    let dropped = false;
    const column =
      by.tensor.of === "input"
        ? ({ of: "input", input: by.tensor.input, index: by.index } as const)
        : ({
            of: "parameter",
            parameter: by.tensor.of === "parameter" ? by.tensor.parameter : "",
            index: by.index,
          } as const);
    const command = {
      kind: "linearize",
      at: stage.at,
      samples,
      mode: "training",
      node: look.checked.node.id,
      column,
    } as const;
    void engine()
      ?.command(command)
      .then((reply) => {
        if (dropped) return;
        const value = reply.ok && reply.value?.kind === "linear" ? reply.value.column : null;
        const columns = look.checked.outputPorts.map((p) => value?.[p.name] ?? null);
        setAsked({ by, look, list: value ? sharesFrom(columns, look.outputs) : null });
      });
    return () => {
      dropped = true;
    };
  }, [needed, look, by?.tensor, by?.index]);
  if (own) return { list: own, busy: false };
  if (asked && asked.by === by && asked.look === look) return { list: asked.list, busy: false };
  return { list: null, busy: needed };
}

/** The largest shares with their numbers, what the others add, and what it comes to. */
export function ShareTable({
  look,
  shares,
  first,
  gradient,
  of,
  rest: restLabel,
}: {
  look: NodeLook;
  shares: Shares;
  /** The output that is looked at, which stands first. */
  first: { readonly output: number; readonly index: number } | null;
  /** The gradient as the engine gives it. */
  gradient: number;
  of: string;
  /** What it has that none of these outputs gives. */
  rest: string;
}) {
  const text = useText().walk;
  const sum = useMemo(
    () => shares.list && summed(shares.list, shownAtMost, first ?? undefined),
    [shares.list, first?.output, first?.index, first],
  );
  if (shares.busy) return <p className={styles.tell}>{text.counting}</p>;
  const outside = sum ? gradient - sum.total : 0;
  // What rounding leaves is far below this part of the largest share.
  const largest = Math.max(Math.abs(gradient), ...(sum?.shown ?? []).map((s) => Math.abs(s.value)));
  const foreign = Math.abs(outside) > 1e-4 * largest;
  return (
    <>
      <h3>{text.withNumbers}</h3>
      <table className={styles.table}>
        <tbody>
          {sum?.shown.map((s) => (
            <tr key={`${s.output} ${s.index}`} data-first={s.output === first?.output && s.index === first.index}>
              <th scope="row">
                <button type="button" className={styles.place} onClick={() => pickOutput(s)}>
                  {sharePlace(look, s)}
                </button>
              </th>
              <td>
                {valueText(s.gradient)} · {s.local < 0 ? `(${valueText(s.local)})` : valueText(s.local)}
              </td>
              <td>{valueText(s.value)}</td>
            </tr>
          ))}
          {sum && sum.restCount > 0 && (
            <tr data-rest={true}>
              <th scope="row">{text.more(countText(sum.restCount))}</th>
              <td />
              <td>{valueText(sum.rest)}</td>
            </tr>
          )}
          {foreign && (
            <tr data-rest={true}>
              <th scope="row" colSpan={2}>
                {restLabel}
              </th>
              <td>{valueText(outside)}</td>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              {of}
            </th>
            <td data-total={true}>{valueText(gradient)}</td>
          </tr>
        </tfoot>
      </table>
    </>
  );
}

const shownAtMost = 10;

const pickOutput = ({ output, index }: Share): void =>
  stepping.getState().pick({ output: { tensor: { of: "output", output }, index } });

/** Place of an output; of a batch with the number of the sample. */
function sharePlace(look: NodeLook, { output, index }: Share): string {
  const tensor = look.numbers.outputs[output];
  if (!tensor) return "";
  const [samples = 1] = tensor.dims;
  const place = shownPlace(tensor, index, samples <= 1);
  const port = look.numbers.outputs.length > 1 ? `${look.checked.outputPorts[output]?.name} ` : "";
  return `${port}${place === "" ? "y" : place}`;
}
