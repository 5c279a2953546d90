import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useText } from "../app/text.ts";
import { IconButton } from "./Button.tsx";
import styles from "./Dialog.module.css";

/**
 * A window over the window, for what must be decided or read before going on. Esc and a click beside it close it. The
 * element with `data-initial-focus` in it gets the focus.
 */
export function Dialog({
  title,
  onClose,
  footer,
  width = "30rem",
  children,
}: {
  title: string;
  onClose: () => void;
  footer?: ReactNode;
  width?: string;
  children: ReactNode;
}) {
  const text = useText().shell;
  return (
    <Base.Root open={true} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Viewport className={styles.viewport}>
          <Base.Popup
            className={styles.popup}
            style={{ width }}
            initialFocus={() => document.querySelector<HTMLElement>("[data-initial-focus]") ?? true}
          >
            <header className={styles.head}>
              <Base.Title className={styles.title}>{title}</Base.Title>
              <IconButton label={text.close} icon={X} onClick={onClose} />
            </header>
            <div className={styles.body}>{children}</div>
            {footer && <footer className={styles.foot}>{footer}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
