import { useEffect, useId, useMemo } from "react";
import { useText } from "../app/text.ts";
import { Section } from "../inspector/Section.tsx";
import { frameAt, useTraining } from "../stores/training.ts";
import { expandedId, useTab } from "../stores/workspace.ts";
import { useRun } from "../training/dock/useRun.ts";
import { watch } from "../training/watching.ts";
import { chartOf, factsOf } from "./facts.ts";
import { LayerChart } from "./LayerChart.tsx";
import styles from "./NodeNumbers.module.css";
import { Facts, VerdictPill } from "./NodeNumbers.tsx";
import { changedNodes, sightingOf } from "./picture.ts";

/** What the statistics of a run say of one node: gradient with its way through the layers, activation, weights, updates. */
export function NodeSection({ id }: { id: string }) {
  const text = useText().overlay;
  const who = useId();
  const tab = useTab((t) => t);
  const run = useRun();
  const cursor = useTraining((s) => s.cursor);
  const frame = frameAt(run, cursor);
  const { rows = null, document = null } = run ?? {};
  // Only these parts of run and tab are looked at: a run is another object with every message.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const shown = useMemo(() => {
    const sighting = sightingOf(tab, run, cursor);
    if (!sighting) return null;
    const node = expandedId(tab, id);
    const changed = changedNodes(sighting.checked, tab.checked)?.has(node) ?? false;
    return changed ? "changed" : { groups: factsOf(sighting, node, text), chart: chartOf(sighting, node) };
  }, [frame, rows, document, tab.checked, tab.path, id, text]);
  useEffect(() => {
    watch(who, { statistics: true });
    return () => watch(who, null);
  }, [who]);
  if (run === null) return null;
  if (shown === null || shown === "changed") {
    return (
      <Section title={text.facts.gradient} fold="node-gradient">
        <p className={styles.told}>{shown === null ? text.facts.noValues : text.facts.changed}</p>
      </Section>
    );
  }
  return shown.groups.map(({ kind, verdict, facts }) => (
    <Section
      key={kind}
      title={text.facts[kind]}
      fold={`node-${kind}`}
      folded={kind !== "gradient"}
      aside={<VerdictPill verdict={verdict} />}
    >
      <Facts facts={facts} />
      {kind === "gradient" && shown.chart && <LayerChart chart={shown.chart} run={run.key} label={text.facts.chart} />}
    </Section>
  ));
}
