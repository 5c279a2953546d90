import { type ComponentProps, type PointerEvent, useId, useRef, useState } from "react";
import { evaluate } from "./arithmetic.ts";
import styles from "./Field.module.css";

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  /** One press of an arrow key, or 8 px of a scrub. 1 when left out. */
  readonly step?: number;
  readonly integer?: boolean;
}

/** The nearest number of a range, without the digits that sums of binary fractions leave. */
export function inRange(value: number, { min = -Infinity, max = Infinity, integer = false }: NumberRange): number {
  const exact = integer ? Math.round(value) : Number(value.toPrecision(12));
  return Math.min(max, Math.max(min, exact));
}

/** The number an entry means, or null where it is none or out of range. */
export function parseEntry(
  text: string,
  { min = -Infinity, max = Infinity, integer = false }: NumberRange,
): number | null {
  const value = evaluate(text);
  if (value === null || value < min || value > max || (integer && !Number.isInteger(value))) return null;
  return value;
}

/**
 * A number that can be typed, as a sum too (`28*28`), stepped with the arrow keys (Shift: ten steps, Alt: a tenth) and,
 * with a `ScrubLabel`, dragged. `onChange` gets only numbers in range; `gesture` joins what one drag changes to one step.
 */
export function NumberField({
  label,
  value,
  range = {},
  unit,
  placeholder = "",
  disabled = false,
  id,
  describedBy,
  className,
  onChange,
  onInvalid,
}: {
  /** For readers; leave out where a `label` element names `id`. */
  label?: string;
  /** Null shows the placeholder: mixed values, or none. */
  value: number | null;
  range?: NumberRange;
  unit?: string;
  placeholder?: string;
  disabled?: boolean;
  id?: string;
  describedBy?: string;
  className?: string | undefined;
  onChange: (value: number, gesture?: string) => void;
  /** Told what was typed when it is no number in range, and null when all is well again. */
  onInvalid?: (text: string | null) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const invalid = draft !== null && draft.trim() !== "" && parseEntry(draft, range) === null;
  const shown = draft ?? (value === null ? "" : String(value));
  const type = (text: string): void => {
    setDraft(text);
    onInvalid?.(text.trim() === "" || parseEntry(text, range) !== null ? null : text);
  };
  const commit = (): void => {
    const entered = draft === null ? null : parseEntry(draft, range);
    if (entered !== null && entered !== value) onChange(entered);
    onInvalid?.(null);
    setDraft(null);
  };
  const stepBy = (steps: number): void => {
    const from = (draft === null ? value : parseEntry(draft, range)) ?? range.min ?? 0;
    setDraft(null);
    onChange(inRange(from + steps * (range.step ?? 1), range), "step");
  };
  return (
    <span className={`${styles.field} ${className ?? ""}`} data-invalid={invalid} data-disabled={disabled}>
      <input
        type="text"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        className={styles.input}
        value={shown}
        placeholder={placeholder}
        disabled={disabled}
        aria-invalid={invalid}
        {...(id ? { id } : {})}
        {...(label ? { "aria-label": label } : {})}
        {...(describedBy ? { "aria-describedby": describedBy } : {})}
        onChange={(e) => type(e.currentTarget.value)}
        onFocus={(e) => e.currentTarget.select()}
        onBlur={commit}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing) return;
          if (e.key === "Enter") commit();
          if (e.key === "Escape" && draft !== null) {
            e.stopPropagation();
            setDraft(null);
            onInvalid?.(null);
          }
          if (e.key === "ArrowUp" || e.key === "ArrowDown") {
            e.preventDefault();
            stepBy((e.key === "ArrowUp" ? 1 : -1) * (e.shiftKey ? 10 : e.altKey && !range.integer ? 0.1 : 1));
          }
        }}
      />
      {unit && <span className={styles.unit}>{unit}</span>}
    </span>
  );
}

/** Pixels of a drag for one step. */
const scrubPixels = 8;

/** A label whose drag to the left or right changes the number of its field; a click puts the cursor there. */
export function ScrubLabel({
  value,
  range = {},
  onChange,
  ...rest
}: Omit<ComponentProps<"label">, "onChange"> & {
  readonly value: number | null;
  readonly range?: NumberRange;
  readonly onChange: (value: number, gesture: string) => void;
}) {
  const gesture = useId();
  const drag = useRef<{ x: number; from: number; moved: boolean; count: number }>({
    x: 0,
    from: 0,
    moved: false,
    count: 0,
  });
  const active = (e: PointerEvent<HTMLLabelElement>): boolean => e.currentTarget.hasPointerCapture(e.pointerId);
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the caller gives htmlFor and the words
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click only must not follow a drag; keys work in the field itself
    <label
      {...rest}
      className={`${styles.scrub} ${rest.className ?? ""}`}
      onPointerDown={(e) => {
        if (value === null || e.button !== 0) return;
        e.currentTarget.setPointerCapture(e.pointerId);
        drag.current = { x: e.clientX, from: value, moved: false, count: drag.current.count + 1 };
      }}
      onPointerMove={(e) => {
        if (!active(e)) return;
        const steps = Math.trunc((e.clientX - drag.current.x) / scrubPixels);
        if (steps === 0 && !drag.current.moved) return;
        drag.current.moved = true;
        const factor = e.shiftKey ? 10 : 1;
        const to = inRange(drag.current.from + steps * factor * (range.step ?? 1), range);
        if (to !== value) onChange(to, `${gesture}${drag.current.count}`);
      }}
      onClick={(e) => drag.current.moved && e.preventDefault()}
    />
  );
}
