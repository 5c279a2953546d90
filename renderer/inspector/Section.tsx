import { ChevronDown } from "lucide-react";
import { type ReactNode, useId } from "react";
import { createStore, useStore } from "zustand";
import styles from "./Section.module.css";

/** Sections that the user folded or unfolded, by name; kept while the window is open. */
const chosen = createStore<{ readonly [name: string]: boolean }>(() => ({}));

/** A part of the inspector under its heading; `aside` stands at the right of it. */
export function Section({
  title,
  aside,
  fold,
  folded = false,
  children,
}: {
  title: string;
  aside?: ReactNode;
  /** A name makes the section one that can be folded. */
  fold?: string;
  /** Folded until the user opens it. */
  folded?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  const open = useStore(chosen, (s) => fold === undefined || (s[fold] ?? !folded));
  return (
    <section className={styles.section} aria-labelledby={id} data-folded={!open}>
      <div className={styles.head}>
        <h3 id={id}>
          {fold === undefined ? (
            title
          ) : (
            <button
              type="button"
              className={styles.fold}
              aria-expanded={open}
              onClick={() => chosen.setState({ [fold]: !open })}
            >
              {title}
              <ChevronDown size="0.75rem" aria-hidden="true" />
            </button>
          )}
        </h3>
        {aside && <span className={styles.aside}>{aside}</span>}
      </div>
      {open && children}
    </section>
  );
}
