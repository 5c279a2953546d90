import { RotateCcw } from "lucide-react";
import { type ReactNode, useId } from "react";
import { useText } from "../../app/text.ts";
import { textWidth } from "../../canvas/textWidth.ts";
import { type NumberRange, ScrubLabel } from "../../ui/NumberField.tsx";
import { Tooltip } from "../../ui/Tooltip.tsx";
import styles from "./Form.module.css";

/** Fields in two columns, or in one where a large interface leaves no room for two; wide ones take a whole row. */
export function Form({ children }: { children: ReactNode }) {
  return (
    <div className={styles.frame}>
      <div className={styles.form}>{children}</div>
    </div>
  );
}

/** Fields that belong to the one above. */
export function Group({ children }: { children: ReactNode }) {
  return (
    <div className={styles.group}>
      <Form>{children}</Form>
    </div>
  );
}

/** Class of a field that is as low as the rows of a form. */
export const entryClass = styles.entry;

/** Longest label that leaves a number its room in half a row, in px of 12 px text. */
const halfLabel = 70;

export const fitsHalf = (label: string): boolean => textWidth(label, 12) <= halfLabel;

export interface CellProps {
  readonly label: string;
  /** One sentence, shown when the pointer rests on the label and read after the field. */
  readonly help?: string | undefined;
  readonly wide?: boolean;
  /** Label above the field. */
  readonly stacked?: boolean;
  /** Not the default. */
  readonly changed?: boolean;
  /** Says what is wrong with the entry. */
  readonly message?: string | null;
  /** The value has an issue. */
  readonly invalid?: boolean;
  readonly onReset?: (() => void) | undefined;
  /** Makes the label one that changes the number by dragging. */
  readonly scrub?:
    | { readonly value: number; readonly range: NumberRange; onChange(value: number, gesture: string): void }
    | undefined;
  /** Drawn with the ids by which the label and the help are tied to it. */
  readonly children: (ids: { readonly id: string; readonly help: string }) => ReactNode;
}

/** A label and its field. */
export function Cell(props: CellProps) {
  const { label, help, wide = false, stacked = false, changed, message = null, invalid = false, onReset } = props;
  const text = useText().inspector;
  const ids = { id: useId(), help: useId() };
  const name = <CellLabel {...props} id={ids.id} />;
  return (
    <div
      className={styles.cell}
      data-wide={wide && !stacked ? (fitsHalf(label) ? "short" : "long") : undefined}
      data-stacked={stacked}
      data-changed={changed}
      data-invalid={invalid || message !== null}
    >
      {help ? (
        <Tooltip label={help} side="left">
          {name}
        </Tooltip>
      ) : (
        name
      )}
      <span className={styles.control}>
        {props.children(ids)}
        {onReset && changed && (
          <Tooltip label={text.reset(label)} side="left">
            <button type="button" className={styles.reset} aria-label={text.reset(label)} onClick={onReset}>
              <RotateCcw size="0.75rem" aria-hidden="true" />
            </button>
          </Tooltip>
        )}
      </span>
      <span id={ids.help} hidden={true}>
        {help}
      </span>
      {message && (
        <p className={styles.message} role="alert">
          {message}
        </p>
      )}
    </div>
  );
}

/** Takes what the tooltip around it hands down. */
function CellLabel({ label, help: _, scrub, id, ...rest }: CellProps & { readonly id: string }) {
  const { wide, stacked, changed, message, invalid, onReset, children, ...handed } = rest;
  const className = styles.label as string;
  if (!scrub) {
    return (
      <label {...handed} htmlFor={id} className={className}>
        {label}
      </label>
    );
  }
  return (
    <ScrubLabel {...handed} {...scrub} htmlFor={id} className={className}>
      {label}
    </ScrubLabel>
  );
}
