import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import styles from "./Field.module.css";
import floating from "./floating.module.css";

/** One of several; `null` as value shows the placeholder (mixed values, nothing chosen). */
export function Select<V extends string>({
  label,
  options,
  value,
  placeholder = "",
  disabled = false,
  id,
  className,
  onChange,
}: {
  /** For readers; leave out where a `label` element names `id`. */
  label?: string;
  options: readonly { readonly value: V; readonly label: string }[];
  value: V | null;
  placeholder?: string;
  disabled?: boolean;
  id?: string;
  className?: string | undefined;
  onChange: (value: V) => void;
}) {
  return (
    <Base.Root
      items={[...options]}
      value={value}
      disabled={disabled}
      modal={false}
      onValueChange={(v) => v !== null && onChange(v as V)}
    >
      <Base.Trigger
        className={`${styles.field} ${styles.select} ${className ?? ""}`}
        {...(id ? { id } : {})}
        {...(label ? { "aria-label": label } : {})}
      >
        <Base.Value placeholder={placeholder} />
        <ChevronDown size="0.75rem" aria-hidden="true" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className={floating.positioner} sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className={floating.popup}>
            <Base.List className={styles.list}>
              {options.map((o) => (
                <Base.Item key={o.value} value={o.value} className={styles.option}>
                  <Base.ItemText>{o.label}</Base.ItemText>
                  <Base.ItemIndicator>
                    <Check size="0.75rem" />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
