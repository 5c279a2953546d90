import { Copy } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import { useLocale, useText } from "../../app/text.ts";
import { countText } from "../../inspector/numbers.ts";
import { IconButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { toast } from "../../ui/Toast.tsx";
import type { LogLine } from "../run.ts";
import styles from "./Log.module.css";
import { logCopy, logText, severityOf } from "./logText.ts";
import { timeText } from "./runNames.ts";
import { useRun } from "./useRun.ts";

/** Lines that are drawn; the copy has them all. */
const shownAtMost = 300;

/** What happened in the run and when, the latest at the bottom. */
export function Log() {
  const text = useText();
  const locale = useLocale();
  const run = useRun(500);
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lines = run?.log ?? [];
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new line may be out of sight
  useLayoutEffect(() => {
    if (list.current && atEnd.current) list.current.scrollTop = list.current.scrollHeight;
  }, [lines.length]);
  if (lines.length === 0) return <EmptyState text={text.dock.logLines.empty} />;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(logCopy(lines, text, locale));
      toast({ text: text.dock.logLines.copied, kind: "ok" });
    } catch {
      toast({ text: text.dock.logLines.notCopied, kind: "error" });
    }
  };
  const earlier = Math.max(0, lines.length - shownAtMost);
  return (
    <div className={styles.panel}>
      <div
        ref={list}
        role="log"
        aria-label={text.dock.parts.log}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keys
        tabIndex={0}
        className={styles.list}
        onScroll={({ currentTarget: e }) => {
          atEnd.current = e.scrollTop + e.clientHeight >= e.scrollHeight - 8;
        }}
      >
        {earlier > 0 && <p className={styles.earlier}>{text.dock.logLines.earlier(countText(earlier))}</p>}
        <table className={styles.lines}>
          <tbody>
            {lines.slice(earlier).map((line, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added
              <Line key={`${earlier + i}`} line={line} />
            ))}
          </tbody>
        </table>
      </div>
      <IconButton label={text.dock.logLines.copy} icon={Copy} className={styles.copy} onClick={() => void copy()} />
    </div>
  );
}

function Line({ line }: { line: LogLine }) {
  const text = useText();
  const locale = useLocale();
  return (
    <tr data-severity={severityOf(line)} data-line={line.what.kind}>
      <td className={styles.time}>{timeText(line.time)}</td>
      <td className={styles.step}>{countText(line.step)}</td>
      <td>{logText(line, text, locale)}</td>
    </tr>
  );
}
