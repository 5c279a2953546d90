import type { ReactNode } from "react";
import styles from "./Cell.module.css";

/** A part of the dock: its head (title and what stands right of it), and below it the rest. */
export function Cell({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.cell}>
      <div className={styles.head}>
        {typeof title === "string" ? <h2 className={styles.title}>{title}</h2> : title}
        {aside && <div className={styles.aside}>{aside}</div>}
      </div>
      <div className={styles.body}>{children}</div>
    </div>
  );
}
