import { type CSSProperties, type ReactNode, useState } from "react";
import styles from "./InspectorHead.module.css";

/** The top of the inspector: what is selected, and what can be done with it. */
export function InspectorHead({
  icon,
  color,
  title,
  kind,
  tools,
}: {
  icon: ReactNode;
  /** Colour of the category, as CSS. */
  color?: string;
  /** A word, or a field for it. */
  title: ReactNode;
  kind: string;
  tools?: ReactNode;
}) {
  return (
    <header className={styles.head}>
      <span className={styles.chip} style={color ? ({ "--chip": color } as CSSProperties) : undefined}>
        {icon}
      </span>
      <div className={styles.words}>
        {typeof title === "string" ? <h2 className={styles.title}>{title}</h2> : title}
        <div className={styles.kind}>{kind}</div>
      </div>
      {tools && <span className={styles.tools}>{tools}</span>}
    </header>
  );
}

/** A title that can be written over. `rename` gives the reason when the new name is refused. */
export function NameField({
  value,
  label,
  rename,
}: {
  value: string;
  label: string;
  rename: (name: string) => string | null;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const end = (reason: string | null): void => {
    setDraft(null);
    setFault(reason);
  };
  const commit = (): void => {
    const name = draft?.trim();
    end(name === undefined || name === "" || name === value ? null : rename(name));
  };
  return (
    <>
      <input
        type="text"
        className={styles.name}
        autoComplete="off"
        spellCheck={false}
        value={draft ?? value}
        aria-label={label}
        aria-invalid={fault !== null}
        onChange={(e) => setDraft(e.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing) return;
          if (e.key === "Enter") e.currentTarget.blur();
          if (e.key === "Escape") {
            e.stopPropagation();
            end(null);
          }
        }}
      />
      {fault && (
        <p className={styles.message} role="alert">
          {fault}
        </p>
      )}
    </>
  );
}
