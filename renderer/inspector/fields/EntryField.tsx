import { useState } from "react";
import field from "../../ui/Field.module.css";
import { entryClass } from "./Form.tsx";

/**
 * A line of text that means something: what cannot be read is marked and, when the field is left, forgotten.
 * Enter or leaving the field sets the value; with `onStep`, the arrow keys count it up and down.
 */
export function EntryField<V>({
  id,
  shown,
  placeholder = "",
  describedBy,
  label,
  parse,
  onChange,
  onStep,
  onInvalid,
}: {
  id?: string;
  /** The value as text. */
  shown: string;
  placeholder?: string;
  describedBy?: string;
  /** For readers; leave out where a `label` element names `id`. */
  label?: string;
  parse: (text: string) => V | null;
  onChange: (value: V) => void;
  onStep?: (by: number) => void;
  onInvalid?: (invalid: boolean) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const invalid = draft !== null && parse(draft) === null;
  const end = (): void => {
    setDraft(null);
    onInvalid?.(false);
  };
  const commit = (): void => {
    const value = draft === null || draft === shown ? null : parse(draft);
    end();
    if (value !== null) onChange(value);
  };
  return (
    <span className={`${field.field} ${entryClass}`} data-invalid={invalid}>
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        className={field.input}
        value={draft ?? shown}
        placeholder={placeholder}
        aria-invalid={invalid}
        {...(id ? { id } : {})}
        {...(label ? { "aria-label": label } : {})}
        {...(describedBy ? { "aria-describedby": describedBy } : {})}
        onChange={(e) => {
          setDraft(e.currentTarget.value);
          onInvalid?.(parse(e.currentTarget.value) === null);
        }}
        onFocus={(e) => e.currentTarget.select()}
        onBlur={commit}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing) return;
          if (e.key === "Enter") commit();
          if (e.key === "Escape" && draft !== null) {
            e.stopPropagation();
            end();
          }
          if (onStep && draft === null && (e.key === "ArrowUp" || e.key === "ArrowDown")) {
            e.preventDefault();
            onStep((e.key === "ArrowUp" ? 1 : -1) * (e.shiftKey ? 10 : 1));
          }
        }}
      />
    </span>
  );
}
