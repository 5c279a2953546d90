import { useText } from "../app/text.ts";
import { useSettings } from "../stores/settings.ts";
import { Formula } from "../ui/Formula.tsx";
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
    </section>
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
