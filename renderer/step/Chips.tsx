import { Formula } from "../ui/Formula.tsx";
import styles from "./step.module.css";

/** A few letters to choose one of. */
export function Chips({
  label,
  items,
  chosen,
  onChoose,
}: {
  label: string;
  items: readonly string[];
  chosen: number;
  onChoose: (i: number) => void;
}) {
  return (
    <span className={styles.chips} role="radiogroup" aria-label={label}>
      {items.map((item, i) => (
        // biome-ignore lint/a11y/useSemanticElements: a button looks the same everywhere
        <button
          key={item}
          type="button"
          role="radio"
          aria-checked={i === chosen}
          className={styles.chip}
          onClick={() => onChoose(i)}
        >
          <Formula tex={item} />
        </button>
      ))}
    </span>
  );
}
