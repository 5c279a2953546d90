import { Formula } from "../ui/Formula.tsx";
import styles from "./step.module.css";

/** A few letters to choose one of. */
export function Chips({
  label,
  items,
  names,
  chosen,
  onChoose,
}: {
  label: string;
  items: readonly string[];
  /** What readers hear for the letters. */
  names: readonly string[];
  chosen: number;
  onChoose: (i: number) => void;
}) {
  return (
    <fieldset className={styles.chips} aria-label={label}>
      {items.map((item, i) => (
        <button
          key={item}
          type="button"
          aria-pressed={i === chosen}
          aria-label={names[i]}
          className={styles.chip}
          onClick={() => onChoose(i)}
        >
          <Formula tex={item} />
        </button>
      ))}
    </fieldset>
  );
}
