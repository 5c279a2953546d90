import { ChevronLeft, ChevronRight } from "lucide-react";
import { useText } from "../app/text.ts";
import { IconButton } from "../ui/Button.tsx";
import { type Session, stepping } from "./session.ts";
import styles from "./step.module.css";
import type { Frozen } from "./useLook.ts";

/** What goes through: one sample of the frozen batch, or all of it, of which one is shown. */
export function SampleBar({ session, frozen }: { session: Session; frozen: Frozen }) {
  const text = useText().walk;
  const count = frozen.batch?.indices.length ?? 0;
  if (count === 0) return null;
  const { set } = stepping.getState();
  const turn = (by: number): void => set({ sample: (session.sample + by + count) % count });
  return (
    <div className={styles.samples}>
      <fieldset className={styles.choice} aria-label={text.samples}>
        {[true, false].map((alone) => (
          <button
            key={String(alone)}
            type="button"
            aria-pressed={session.alone === alone}
            className={styles.choiceItem}
            onClick={() => set({ alone })}
          >
            {alone ? text.one : text.batchOf(count)}
          </button>
        ))}
      </fieldset>
      <IconButton label={text.earlierSample} icon={ChevronLeft} onClick={() => turn(-1)} />
      <output className={styles.sampleNumber}>{text.sampleNumber(session.sample + 1)}</output>
      <IconButton label={text.laterSample} icon={ChevronRight} onClick={() => turn(1)} />
    </div>
  );
}
