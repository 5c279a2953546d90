import { Ellipsis } from "lucide-react";
import { ask, prompt } from "../../app/dialogs.ts";
import { currentText, useText } from "../../app/text.ts";
import { engine } from "../../bridge/engine.ts";
import { countText } from "../../inspector/numbers.ts";
import { training, useTraining } from "../../stores/training.ts";
import { useTab } from "../../stores/workspace.ts";
import { IconButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Menu, type MenuEntry } from "../../ui/Menu.tsx";
import { isUnderWay, type Run } from "../run.ts";
import { type Difference, differences } from "./changes.ts";
import { lineStyle } from "./curves/scene.ts";
import styles from "./RunList.module.css";
import { metricText, numberText } from "./readings.ts";
import { runName } from "./runNames.ts";
import { dock, useDock } from "./state.ts";
import { useRun } from "./useRun.ts";
import { metricName, reading } from "./words.ts";

type DockText = ReturnType<typeof useText>["dock"];

/** Runs that are kept, the latest first: what each changed and what came of it, and which are drawn together. */
export function RunList() {
  const text = useText().dock;
  const tab = useTab((t) => t.id);
  const shown = useRun(1000);
  const keys = useTraining((s) => s.runs.map((r) => `${r.key} ${r.phase}`).join("\n"));
  const compared = useDock((s) => s.compared);
  const runs = keys === "" ? [] : [...training.getState().runs].reverse();
  if (runs.length === 0) return <EmptyState text={text.runs.empty} />;
  const beside = [shown?.key, ...compared.filter((k) => k !== shown?.key)].filter((k) => runs.some((r) => r.key === k));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keys
    <ul className={styles.list} aria-label={text.parts.runs} tabIndex={0}>
      {runs.map((run) => (
        <Row
          key={run.key}
          run={run.key === shown?.key ? shown : run}
          before={runs.slice(runs.indexOf(run) + 1).find((r) => r.document.name === run.document.name) ?? null}
          style={beside.indexOf(run.key)}
          isShown={run.key === shown?.key}
          canShow={run.tab === tab}
        />
      ))}
    </ul>
  );
}

function Row({
  run,
  before,
  style,
  isShown,
  canShow,
}: {
  run: Run;
  before: Run | null;
  style: number;
  isShown: boolean;
  canShow: boolean;
}) {
  const text = useText().dock;
  const names = useDock((s) => s.names);
  const name = runName(run, names, text.runs.run);
  const { colour, dash } = lineStyle(Math.max(0, style));
  const changed = before ? differences(before.document, run.document) : null;
  return (
    <li className={styles.row} data-run={run.key} data-shown={isShown}>
      <input
        type="checkbox"
        className={styles.check}
        aria-label={text.runs.draw(name)}
        checked={style >= 0}
        disabled={isShown}
        onChange={(e) => compare(run.key, e.currentTarget.checked)}
      />
      <svg className={styles.swatch} viewBox="0 0 24 4" aria-hidden="true" data-on={style >= 0}>
        <path d="M0 2h24" stroke={`var(--ch-${colour})`} strokeDasharray={dash.join(" ")} />
      </svg>
      <div className={styles.about}>
        <span className={styles.name}>
          {canShow && !isShown ? (
            <button
              type="button"
              className={styles.link}
              onClick={() => training.getState().show(run.tab ?? "", run.key)}
            >
              {name}
            </button>
          ) : (
            <b>{name}</b>
          )}
          <span className={styles.phase}>
            {canShow ? text.phases[run.phase] : `${run.document.name}, ${text.phases[run.phase]}`}
          </span>
        </span>
        <span className={styles.changed}>{changed === null ? text.runs.first : changedText(changed, text)}</span>
        <span className={styles.result}>{resultText(run, text)}</span>
      </div>
      <Menu
        trigger={<IconButton label={text.runs.more(name)} icon={Ellipsis} />}
        entries={() => entriesOf(run, name, text)}
      />
    </li>
  );
}

function compare(key: string, on: boolean): void {
  const { compared, set } = dock.getState();
  set({ compared: on ? [...compared.filter((k) => k !== key), key] : compared.filter((k) => k !== key) });
}

function changedText(changed: readonly Difference[], text: DockText): string {
  if (changed.length === 0) return text.runs.same;
  const words = text.runs.changes as { readonly [what: string]: string };
  const said = changed.map(({ what, from, to }) => {
    const name = words[what] ?? what;
    if (from === null && to === null) return text.runs.other(name);
    return from === null ? `${name} ${to}` : `${name} ${from} → ${to ?? "–"}`;
  });
  return said.join(text.logLines.comma);
}

/** The scores at its end, or where it stands. */
function resultText(run: Run, text: DockText): string {
  const loss = run.done?.test.loss ?? run.loss.y.at(-1);
  const metric = reading(run, null);
  const parts = [
    ...(loss === undefined ? [] : [`${text.loss} ${numberText(loss)}`]),
    ...(metric ? [`${metricName(metric.metric, text)} ${metricText(metric.metric, metric.value)}`] : []),
    text.runs.steps(countText(run.step)),
  ];
  return parts.join(" · ");
}

function entriesOf(run: Run, name: string, text: DockText): readonly MenuEntry[] {
  return [
    { label: text.runs.rename, onSelect: () => void rename(run, name) },
    { label: text.runs.remove, danger: true, disabled: isUnderWay(run), onSelect: () => void remove(run, name) },
  ];
}

async function rename(run: Run, name: string): Promise<void> {
  const { shell, dock: text } = currentText();
  const given = await prompt({
    title: text.runs.renameTitle,
    label: shell.name,
    value: name,
    action: shell.rename,
    check: (value) => (value.trim().length > 0 && value.length <= 100 ? null : text.runs.nameForm),
  });
  if (given !== null) dock.getState().set({ names: { ...dock.getState().names, [run.key]: given.trim() } });
}

/** Deletes a run after a question: what it learnt is kept in a folder, which goes too. */
async function remove(run: Run, name: string): Promise<void> {
  const { shell, dock: text } = currentText();
  const buttons = [
    { id: "cancel", label: shell.cancel },
    { id: "remove", label: text.runs.remove, danger: true },
  ];
  if ((await ask({ title: text.runs.removeTitle(name), text: text.runs.removeText, buttons })) !== "remove") return;
  const folder = run.plan?.folder.split(/[\\/]/).at(-1);
  // The list no longer has it even where its folder is gone already.
  if (folder !== undefined) await engine()?.request("forget-run", { run: folder });
  training.getState().forget(run.key);
  compare(run.key, false);
}
