import { useText } from "../app/text.ts";
import { Formula } from "../ui/Formula.tsx";
import type { Fact, FactGroup } from "./facts.ts";
import styles from "./NodeNumbers.module.css";
import { isSick, markOf, type Verdict } from "./strips.ts";

/** Numbers with their words, one a line. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(({ tex, label, value }) => (
        <div key={`${tex} ${label}`}>
          <dt>
            {tex !== null && <Formula tex={tex} className={styles.tex} />}
            {label}
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A verdict with its mark; healthy ones are green, sick ones are not. */
export function VerdictPill({ verdict }: { verdict: Verdict | null }) {
  const words = useText().overlay.verdicts;
  if (verdict === null || words[verdict] === "") return null;
  return (
    <span className={styles.pill} data-verdict={verdict} data-sick={isSick(verdict) || undefined}>
      <b aria-hidden="true">{markOf(verdict)}</b>
      {words[verdict]}
    </span>
  );
}

/** Several groups below each other, each under its heading. */
export function FactGroups({ groups }: { groups: readonly FactGroup[] }) {
  const text = useText().overlay.facts;
  return groups.map(({ kind, verdict, facts }) => (
    <section key={kind} className={styles.group}>
      <h4>
        {text[kind]}
        <VerdictPill verdict={verdict} />
      </h4>
      <Facts facts={facts} />
    </section>
  ));
}
