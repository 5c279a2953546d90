import styles from "./Bars.module.css";
import type { Values } from "./values.ts";

/** Most tokens that are drawn. */
const most = 256;

/** Whole numbers in a row, with what they stand for where that is known. */
export function TokenStrip({
  values,
  label,
  words,
  picked = null,
}: {
  values: Values;
  label: string;
  /** Word of each token. */
  words?: readonly string[];
  picked?: number | null;
}) {
  const shown = Array.from({ length: Math.min(values.length, most) }, (_, i) => values[i] as number);
  return (
    <ol className={styles.tokens} aria-label={label}>
      {shown.map((token, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a token is known by its place
        <li key={i} className={styles.token} data-picked={i === picked || undefined}>
          {words?.[token] ?? token}
          {words?.[token] !== undefined && <small>{token}</small>}
        </li>
      ))}
      {values.length > most && <li className={styles.token}>…</li>}
    </ol>
  );
}
