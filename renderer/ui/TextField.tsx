import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import styles from "./Field.module.css";

/** A line of text. `icon` stands before it, `tail` after it. */
export function TextField({
  icon: Icon,
  tail,
  invalid = false,
  className,
  ...rest
}: Omit<ComponentProps<"input">, "size"> & {
  readonly icon?: LucideIcon;
  readonly tail?: ReactNode;
  readonly invalid?: boolean;
}) {
  return (
    <span
      className={`${styles.field} ${className ?? ""}`}
      data-invalid={invalid}
      data-disabled={rest.disabled ?? false}
    >
      {Icon && <Icon size="0.875rem" aria-hidden="true" />}
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        {...rest}
        className={styles.input}
        aria-invalid={invalid}
      />
      {tail}
    </span>
  );
}
