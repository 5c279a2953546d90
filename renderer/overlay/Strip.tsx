import { memo, useLayoutEffect, useRef } from "react";
import { readings } from "./readings.ts";
import styles from "./Strip.module.css";
import { emptyStrip, type Strip as StripView } from "./strips.ts";

/** Narrower nodes have room for mark and value only. */
const roomForWord = 112;

/**
 * The strip at the foot of a node: mark, value, word and a bar. It has its place before the first value; values are
 * painted into it without drawing the node anew.
 */
export const Strip = memo(function Strip({ id, width }: { id: string; width: number }) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const strip = element.current;
    if (!strip) return;
    let shown: StripView | null = null;
    const follow = (): void => {
      const next = readings.getState().picture.strips.get(id) ?? emptyStrip;
      if (next !== shown) paint(strip, next);
      shown = next;
    };
    follow();
    return readings.subscribe(follow);
  }, [id]);
  return (
    <div
      ref={element}
      className={styles.strip}
      data-strip={id}
      data-narrow={width < roomForWord || undefined}
      aria-hidden="true"
    >
      <b className={styles.mark} />
      <span className={styles.value} />
      <span className={styles.word} />
      <i className={styles.bar} />
    </div>
  );
});

function paint(strip: HTMLElement, { mark, value, word, color, from, to, look, status, verdict }: StripView): void {
  const [markAt, valueAt, wordAt, barAt] = [...strip.children] as HTMLElement[];
  write(markAt, mark);
  write(valueAt, value);
  write(wordAt, word);
  strip.style.setProperty("--v", color);
  barAt?.style.setProperty("--from", String(Math.round(from * 1000) / 1000));
  barAt?.style.setProperty("--to", String(Math.round(to * 1000) / 1000));
  strip.dataset["look"] = look;
  strip.dataset["status"] = status;
  strip.dataset["verdict"] = verdict ?? "";
}

function write(element: HTMLElement | undefined, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
