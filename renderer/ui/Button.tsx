import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import styles from "./Button.module.css";
import { Tooltip } from "./Tooltip.tsx";

type Kind = "default" | "primary" | "quiet" | "danger";
type Size = "sm" | "md" | "lg";

export interface ButtonProps extends ComponentProps<"button"> {
  readonly kind?: Kind;
  readonly size?: Size;
  readonly icon?: LucideIcon;
}

/** A verb with its object. One `primary` in a view. */
export function Button({ kind = "default", size = "md", icon: Icon, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${styles.button} ${className ?? ""}`}
      data-kind={kind}
      data-size={size}
      data-icon={false}
    >
      {Icon && <Icon size="0.875rem" aria-hidden="true" />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label" | "children"> {
  /** What it does, as tooltip and for readers. */
  readonly label: string;
  readonly icon: LucideIcon;
  readonly size?: "sm" | "md";
  /** Shown in the tooltip, as the table of commands writes it. */
  readonly keys?: string | undefined;
  /** For switches: on or off. */
  readonly pressed?: boolean | undefined;
}

/** A picture without a word; the tooltip says the word and the shortcut. */
export function IconButton({ label, icon: Icon, size = "sm", keys, pressed, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label} keys={keys}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={pressed}
        className={`${styles.button} ${className ?? ""}`}
        data-kind="quiet"
        data-size={size}
        data-icon={true}
      >
        <Icon size={size === "sm" ? "0.875rem" : "1rem"} aria-hidden="true" />
      </button>
    </Tooltip>
  );
}
