import { useEffect, useMemo, useRef } from "react";
import { stepTitle } from "../../src/i18n/step-text.ts";
import { useText } from "../app/text.ts";
import { useTab, workspace } from "../stores/workspace.ts";
import styles from "./HistoryList.module.css";
import { type HistoryRow, historyRows } from "./historyRows.ts";
import panel from "./Problems.module.css";

/** Everything that was done, by name; a click goes back or forth to the state after a step. */
export function HistoryList() {
  const text = useText();
  const history = useTab((t) => t.edited.history);
  const rows = useMemo(() => historyRows(history), [history]);
  const now = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every step may move the present row out of sight
  useEffect(() => {
    // Newer browsers return a promise here, which an effect must not.
    void now.current?.scrollIntoView({ block: "nearest" });
  }, [history]);
  return (
    <div className={panel.panel} data-history={true}>
      <ol className={styles.list} aria-label={text.panels.history.label}>
        {rows.map((row) => (
          <li key={row.distance}>
            <button
              ref={row.distance === 0 ? now : null}
              type="button"
              className={styles.step}
              data-undone={row.distance > 0}
              aria-current={row.distance === 0 ? "step" : undefined}
              onClick={() => goTo(row)}
            >
              <i className={styles.mark} />
              <span className={styles.name}>
                {row.name ? stepTitle(text.steps, row.name) : text.panels.history.start}
              </span>
              {row.distance === 0 && <span className={styles.word}>{text.panels.history.now}</span>}
              {row.distance > 0 && <span className={styles.word}>{text.panels.history.undone}</span>}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

function goTo({ distance }: HistoryRow): void {
  const { undo, redo } = workspace.getState();
  for (let i = 0; i < Math.abs(distance); i++) distance < 0 ? undo() : redo();
}
