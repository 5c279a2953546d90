import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { useText } from "../../app/text.ts";
import { countText } from "../../inspector/numbers.ts";
import { training, useTraining } from "../../stores/training.ts";
import { isUnderWay, type Run } from "../run.ts";
import { momentsOf } from "./moments.ts";
import styles from "./TimeSlider.module.css";
import { epochMarks, moved, stepAt, totalOf } from "./timeline.ts";

/** The time machine: every view of the window can be taken back to an earlier step of the run. */
export function TimeSlider({ run }: { run: Run }) {
  const text = useText().dock;
  const cursor = useTraining((s) => s.cursor);
  const track = useRef<HTMLDivElement>(null);
  const total = totalOf(run);
  const at = Math.min(cursor ?? run.step, run.step);
  const share = (step: number): string => `${(step / total) * 100}%`;
  const go = (step: number): void => training.getState().set({ cursor: step >= run.step ? null : Math.max(0, step) });
  const point = (e: PointerEvent<HTMLDivElement>): void => {
    const box = track.current?.getBoundingClientRect();
    if (box) go(stepAt((e.clientX - box.left) / box.width, run));
  };
  const press = (e: KeyboardEvent): void => {
    const to = moved(e.key, at, run, e.shiftKey);
    if (to === null) return;
    e.preventDefault();
    e.stopPropagation();
    go(to);
  };
  const moments = isUnderWay(run) ? [] : momentsOf(run);
  return (
    <div
      ref={track}
      role="slider"
      tabIndex={0}
      className={styles.slider}
      aria-label={text.time}
      aria-valuemin={0}
      aria-valuemax={run.step}
      aria-valuenow={at}
      aria-valuetext={cursor === null ? text.atNow(countText(run.step)) : text.atStep(countText(at))}
      onPointerDown={(e) => {
        if (e.button !== 0) return;
        e.currentTarget.setPointerCapture(e.pointerId);
        point(e);
      }}
      onPointerMove={(e) => {
        if (e.currentTarget.hasPointerCapture(e.pointerId)) point(e);
      }}
      onKeyDown={press}
    >
      <div className={styles.marks}>
        {epochMarks(run).map((step) => (
          <i key={step} className={styles.epoch} style={{ left: share(step) }} />
        ))}
        {moments.map((m) => (
          <i key={`${m.kind} ${m.step}`} className={styles.moment} data-kind={m.kind} style={{ left: share(m.step) }} />
        ))}
      </div>
      <div className={styles.track} />
      <div className={styles.done} style={{ width: share(run.step) }} data-past={cursor !== null} />
      {cursor !== null && <div className={styles.seen} style={{ width: share(at) }} />}
      <div className={styles.thumb} style={{ left: share(at) }} />
    </div>
  );
}
