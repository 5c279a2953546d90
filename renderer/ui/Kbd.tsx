import { shortcutLabel } from "../app/keys.ts";
import styles from "./Kbd.module.css";

/** A shortcut as keys: `keys` is its name in the table of commands, such as `Mod+Z`. */
export function Kbd({ keys, className }: { keys: string; className?: string | undefined }) {
  return <kbd className={`${styles.kbd} ${className ?? ""}`}>{shortcutLabel(keys)}</kbd>;
}
