import { Switch as Base } from "@base-ui/react/switch";
import styles from "./Field.module.css";

/** On or off, at once. */
export function Switch({
  label,
  checked,
  disabled = false,
  id,
  onChange,
}: {
  /** For readers; leave out where a `label` element names `id`. */
  label?: string;
  checked: boolean;
  disabled?: boolean;
  id?: string;
  onChange: (checked: boolean) => void;
}) {
  return (
    <Base.Root
      className={styles.switch}
      checked={checked}
      disabled={disabled}
      onCheckedChange={(c) => onChange(c)}
      {...(id ? { id } : {})}
      {...(label ? { "aria-label": label } : {})}
    >
      <Base.Thumb className={styles.thumb} />
    </Base.Root>
  );
}
