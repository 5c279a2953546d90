import { LifeBuoy } from "lucide-react";
import { useEffect, useState } from "react";
import { openLost } from "../app/documents.ts";
import { useLocale, useText } from "../app/text.ts";
import { forgetLost, type JournalEntry, lostDocuments, readLost, writeJournal } from "../bridge/journal.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./Recovery.module.css";
import { timeAgo } from "./timeAgo.ts";

/** Offers what a window that went away left unsaved. */
export function Recovery() {
  const text = useText().shell;
  const locale = useLocale();
  const [lost, setLost] = useState<readonly JournalEntry[]>([]);
  useEffect(() => {
    let shown = true;
    void lostDocuments().then((entries) => shown && setLost(entries));
    return () => {
      shown = false;
    };
  }, []);
  if (lost.length === 0) return null;
  const done = (entry: JournalEntry): void => {
    void forgetLost(entry.id);
    setLost((list) => list.filter((e) => e.id !== entry.id));
  };
  const recover = async (entry: JournalEntry): Promise<void> => {
    if (!openLost(await readLost(entry))) return;
    // It stands in the journal of this window before it goes out of the other one's.
    await writeJournal();
    done(entry);
  };
  return (
    <section className={styles.recovery} aria-labelledby="recovery-title">
      <LifeBuoy size="1.25rem" aria-hidden="true" />
      <div className={styles.body}>
        <h2 id="recovery-title">{text.recoverTitle}</h2>
        <p>{text.recoverText}</p>
        <ul>
          {lost.map((entry) => (
            <li key={entry.id}>
              <strong>{entry.document.name}</strong>
              <span>{timeAgo(entry.time, Date.now(), locale)}</span>
              <Button size="sm" onClick={() => void recover(entry)}>
                {text.recover}
              </Button>
              <Button size="sm" kind="quiet" onClick={() => done(entry)}>
                {text.discard}
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
