import { ArrowLeftRight, Route } from "lucide-react";
import { useStore } from "zustand";
import { commandById, runCommand, shownKey } from "../app/commands/index.ts";
import { useText } from "../app/text.ts";
import { useSettings } from "../stores/settings.ts";
import { useTraining } from "../stores/training.ts";
import { IconButton } from "../ui/Button.tsx";
import { Formula } from "../ui/Formula.tsx";
import { guiltyPath } from "./guilt.ts";
import styles from "./Legend.module.css";
import type { LegendView } from "./picture.ts";
import { useReadings } from "./readings.ts";
import { gradientOf } from "./scale.ts";
import { isSick, markOf } from "./strips.ts";

/** Bottom left on the canvas: unit, middle and both ends of the scale, and how many nodes have which verdict. */
export function Legend() {
  const legend = useReadings((r) => r.picture.legend);
  const text = useText().overlay.legend;
  const presenter = useSettings((s) => s.presenter);
  if (!legend) return null;
  return (
    <section className={`${styles.legend} nopan nodrag`} aria-label={text.label} data-legend={legend.overlay}>
      <span className={styles.title}>
        {text.titles[legend.overlay]}
        {legend.tex !== null && !presenter && <Formula tex={legend.tex} className={styles.formula} />}
      </span>
      {legend.note === null ? (
        <>
          <ScaleBar legend={legend} presenter={presenter} />
          <Counts legend={legend} />
          {legend.hint !== null && !presenter && <span className={styles.hint}>{legend.hint}</span>}
        </>
      ) : (
        <span className={styles.hint}>{legend.note}</span>
      )}
      {!presenter && <Switches legend={legend} />}
    </section>
  );
}

/** The direction of the arrows, and the guilty path where something is sick. */
function Switches({ legend }: { legend: LegendView }) {
  const text = useText();
  const backward = useTraining((s) => s.backward);
  const lit = useStore(guiltyPath, (s) => s.lit);
  const sick = legend.overlay === "gradients" && legend.counts.some((c) => isSick(c.verdict));
  return (
    <span className={styles.switches}>
      {(sick || lit) && (
        <IconButton
          label={text.overlay.legend.path}
          keys={shownKey(commandById("view.guiltyPath"))}
          icon={Route}
          pressed={lit}
          onClick={() => runCommand("view.guiltyPath")}
        />
      )}
      <IconButton
        label={text.overlay.direction}
        keys={shownKey(commandById("view.backward"))}
        icon={ArrowLeftRight}
        pressed={backward}
        onClick={() => runCommand("view.backward")}
      />
    </span>
  );
}

function ScaleBar({ legend, presenter }: { legend: LegendView; presenter: boolean }) {
  const text = useText().overlay.legend;
  const { low, middle, high, scale } = legend;
  return (
    <span className={styles.scale}>
      <i style={{ background: gradientOf(scale) }} data-middle={middle !== null || undefined} />
      <span className={styles.numbers}>
        <span>{presenter ? text.small : low}</span>
        {!presenter && middle !== null && <span>{middle}</span>}
        <span>{presenter ? text.large : high}</span>
      </span>
    </span>
  );
}

function Counts({ legend: { counts } }: { legend: LegendView }) {
  const { legend: text, verdicts } = useText().overlay;
  const [only] = counts;
  if (counts.length === 1 && only?.verdict === "healthy") {
    return (
      <span className={styles.count} data-verdict="healthy">
        <b>{markOf("healthy")}</b>
        {text.allHealthy(only.n)}
      </span>
    );
  }
  return counts.map(({ verdict, n }) => (
    <span key={verdict} className={styles.count} data-verdict={verdict} data-sick={isSick(verdict) || undefined}>
      <b>{markOf(verdict)}</b>
      {text.count(n, verdicts[verdict])}
    </span>
  ));
}
