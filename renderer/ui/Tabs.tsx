import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import styles from "./Tabs.module.css";

export interface TabItem<I extends string> {
  readonly id: I;
  readonly label: string;
  /** Stands after the word, a count for example. */
  readonly badge?: ReactNode;
  readonly content: ReactNode;
}

/** A row of tabs with what the chosen one shows below; fills its container. */
export function Tabs<I extends string>({
  label,
  items,
  value,
  onChange,
}: {
  label: string;
  items: readonly TabItem<I>[];
  value: I;
  onChange: (id: I) => void;
}) {
  return (
    <Base.Root className={styles.root} value={value} onValueChange={(v) => onChange(v as I)}>
      <Base.List className={styles.list} aria-label={label} activateOnFocus={true}>
        {items.map((t) => (
          <Base.Tab key={t.id} value={t.id} className={styles.tab}>
            {t.label}
            {t.badge}
          </Base.Tab>
        ))}
      </Base.List>
      {items.map((t) => (
        <Base.Panel key={t.id} value={t.id} className={styles.panel}>
          {t.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
