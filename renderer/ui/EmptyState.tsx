import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";

/** Where there is nothing to show yet: what would stand here, and how it gets here. */
export function EmptyState({ icon: Icon, text, children }: { icon?: LucideIcon; text: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      {Icon && <Icon size="1.25rem" aria-hidden="true" />}
      <p>{text}</p>
      {children}
    </div>
  );
}
