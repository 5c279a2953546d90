import { type RefObject, useId } from "react";
import { useText } from "../../../app/text.ts";
import { Button } from "../../../ui/Button.tsx";
import { Switch } from "../../../ui/Switch.tsx";
import { dock, useDock } from "../state.ts";
import styles from "./Curves.module.css";
import { type CurveFile, type Drawing, saveCurves } from "./save.ts";

/** How the curves are drawn, and where they can go. */
export function CurveOptions({ latest }: { latest: RefObject<Drawing> }) {
  const text = useText().dock.curves;
  const { smoothing, log } = useDock((s) => s);
  const slider = useId();
  const scale = useId();
  const save = (kind: CurveFile): void => void saveCurves(latest.current, kind);
  return (
    <div className={styles.options}>
      <label htmlFor={slider}>{text.smoothing}</label>
      <span className={styles.smoothing}>
        <input
          id={slider}
          type="range"
          min={0}
          max={0.99}
          step={0.01}
          value={smoothing}
          onChange={(e) => dock.getState().set({ smoothing: Number(e.currentTarget.value) })}
        />
        <output htmlFor={slider}>{smoothing.toFixed(2)}</output>
      </span>
      <label htmlFor={scale}>{text.log}</label>
      <Switch id={scale} checked={log} onChange={(on) => dock.getState().set({ log: on })} />
      <span>{text.export}</span>
      <span className={styles.exports}>
        <Button size="sm" onClick={() => save("svg")}>
          SVG
        </Button>
        <Button size="sm" onClick={() => save("png")}>
          PNG
        </Button>
        <Button size="sm" onClick={() => save("csv")}>
          CSV
        </Button>
      </span>
    </div>
  );
}
