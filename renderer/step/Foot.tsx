import { Copy, Scale } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { workedUpdate } from "../../src/explain/update.ts";
import { writeClipboard } from "../app/clipboardText.ts";
import { useText } from "../app/text.ts";
import { engine } from "../bridge/engine.ts";
import { valueText } from "../tensors/texts.ts";
import { Button } from "../ui/Button.tsx";
import { toast } from "../ui/Toast.tsx";
import { shownPlace } from "./Card.tsx";
import { parameterName } from "./captions.ts";
import { type Checked, checkedText, judge } from "./check.ts";
import { latexOf } from "./latex.ts";
import { updateOf } from "./nodeLook.ts";
import type { StoryProps } from "./Story.tsx";
import { stepping } from "./session.ts";
import styles from "./step.module.css";

/** Below every stop: the update of the weight, the check by differences, the formulas to take away. */
export function Foot(props: StoryProps) {
  const { look, picks } = props;
  const text = useText().walk;
  const copy = async (): Promise<void> => {
    const done = await writeClipboard(latexOf(props));
    toast(done ? { kind: "ok", text: text.copied } : { kind: "error", text: text.notCopied });
  };
  const weight = look.kind === "node" && picks.parameter?.tensor.of === "parameter" ? picks.parameter : null;
  const trained = look.kind === "node" && weight?.tensor.of === "parameter" && look.parameters[weight.tensor.parameter];
  return (
    <footer className={styles.foot}>
      {trained && <UpdateLine {...props} />}
      <FootActions {...props} onCopy={copy} check={Boolean(trained)} />
    </footer>
  );
}

/** `w(3, 3) ← 0.3950 − 0.02 · 0.1263 = 0.3925`, or what the optimizer adds. */
function UpdateLine({ look, picks, step, stop, stops }: StoryProps) {
  const text = useText().walk;
  const by = picks.parameter;
  const name = by?.tensor.of === "parameter" ? by.tensor.parameter : "";
  const worked = useMemo(() => {
    const numbers = look.kind === "node" && by ? updateOf(look, name, by.index, step + 1) : null;
    return numbers && { numbers, ...workedUpdate(numbers) };
  }, [look, name, by?.index, step, by]);
  if (look.kind !== "node" || !by) return null;
  const value = look.numbers.parameters[name];
  const update = look.parameters[name]?.update;
  if (!value || !update) return null;
  const before = Number(value.data[by.index]);
  const change = Number(update.data[by.index]);
  const sign = change < 0 ? "−" : "+";
  return (
    <button
      type="button"
      className={styles.update}
      data-current={stop === "update"}
      onClick={() => stepping.getState().set({ stop: "update" })}
    >
      <span className={styles.updateTitle}>
        <i className={styles.mark} data-state={stop === "update" ? "now" : "open"}>
          {stops.indexOf("update") + 1}
        </i>
        {text.updateShort(valueText(look.learningRate, 3))}
      </span>
      <span className={styles.updateLine}>
        {parameterName(look, name)}
        {shownPlace(value, by.index, false).replaceAll(" ", "")} ← {valueText(before)} {sign}{" "}
        {valueText(Math.abs(change), 3)} = <b>{valueText(worked?.value ?? before + change)}</b>
      </span>
    </button>
  );
}

type CheckState = { readonly kind: "none" } | { readonly kind: "busy" } | { readonly kind: "failed" } | Checked;

function FootActions({
  check: possible,
  onCopy,
  ...props
}: StoryProps & { check: boolean; onCopy: () => Promise<void> }) {
  const { look, picks, stage, samples } = props;
  const text = useText().walk;
  const [state, setState] = useState<CheckState>({ kind: "none" });
  const by = picks.parameter;
  const parameter = by?.tensor.of === "parameter" ? by.tensor.parameter : "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: another weight or other numbers are not checked yet
  useEffect(() => setState({ kind: "none" }), [look, parameter, by?.index]);
  const check = async (): Promise<void> => {
    if (look.kind !== "node" || !by) return;
    setState({ kind: "busy" });
    const node = look.checked.node.share ?? look.checked.node.id;
    const reply = await engine()?.command({
      kind: "difference",
      at: stage.at,
      samples,
      mode: "training",
      node,
      parameter,
      index: by.index,
    });
    const value = reply?.ok && reply.value?.kind === "difference" ? reply.value : null;
    setState(value ? { kind: "checked", ...judge(value) } : { kind: "failed" });
  };
  return (
    <>
      {state.kind !== "none" && <CheckResult state={state} />}
      <div className={styles.actions}>
        {possible && (
          <Button icon={Scale} onClick={() => void check()} disabled={state.kind === "busy"}>
            {state.kind === "busy" ? text.checking : text.check}
          </Button>
        )}
        <Button kind="quiet" icon={Copy} onClick={() => void onCopy()}>
          {text.copy}
        </Button>
      </div>
    </>
  );
}

function CheckResult({ state }: { state: CheckState }) {
  const text = useText().walk;
  if (state.kind === "busy") return <p className={styles.checkTold}>{text.checkHelp}</p>;
  if (state.kind !== "checked") return <p className={styles.checkTold}>{text.checkFailed}</p>;
  return (
    <div className={styles.check} role="status" data-verdict={state.verdict}>
      <dl>
        <dt>{text.analytic}</dt>
        <dd>{valueText(state.analytic, 5)}</dd>
        <dt>{text.numeric}</dt>
        <dd>{valueText(state.numeric, 5)}</dd>
        {state.verdict === "side" && (
          <>
            <dt>{text.inSingle}</dt>
            <dd>{valueText(state.shown, 5)}</dd>
          </>
        )}
        <dt>{text.relativeError}</dt>
        <dd>{valueText(state.error, 2)}</dd>
      </dl>
      <p>{checkedText(state.verdict, text)}</p>
    </div>
  );
}
