import type { ReactNode } from "react";
import styles from "./Badge.module.css";

/** A short word or count on a soft ground. */
export function Badge({
  kind = "plain",
  children,
}: {
  kind?: "plain" | "ok" | "warn" | "error" | "info";
  children: ReactNode;
}) {
  return (
    <span className={styles.badge} data-kind={kind}>
      {children}
    </span>
  );
}
