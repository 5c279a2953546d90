import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { useEffect } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { useText } from "../app/text.ts";
import { Button, IconButton } from "./Button.tsx";
import styles from "./Toast.module.css";

export interface ToastMessage {
  readonly text: string;
  readonly kind?: "info" | "ok" | "error";
  /** One thing that can be done about it. */
  readonly action?: { readonly label: string; run(): void };
}

/** Long enough to read; what has an action or is an error stays until it is closed. */
const shownFor = 4000;
const kept = 3;

let count = 0;
const toasts = createStore<{ readonly list: readonly (ToastMessage & { readonly id: number })[] }>(() => ({
  list: [],
}));

/** Says something that needs no answer, at the bottom of the window. */
export function toast(message: ToastMessage): void {
  const id = ++count;
  toasts.setState(({ list }) => ({
    list: [...list.filter((t) => t.text !== message.text), { ...message, id }].slice(-kept),
  }));
}

const close = (id: number): void => toasts.setState(({ list }) => ({ list: list.filter((t) => t.id !== id) }));

const icons = { info: Info, ok: CircleCheck, error: CircleAlert };

/** Draws the messages. Stands once in the window. */
export function ToastHost() {
  const list = useStore(toasts, (s) => s.list);
  return (
    <div className={styles.host} role="status">
      {list.map((t) => (
        <ToastLine key={t.id} id={t.id} message={t} />
      ))}
    </div>
  );
}

function ToastLine({ id, message: { text, kind = "info", action } }: { id: number; message: ToastMessage }) {
  const words = useText().shell;
  const Icon = icons[kind];
  const stays = kind === "error" || action !== undefined;
  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(() => close(id), shownFor);
    return () => clearTimeout(timer);
  }, [id, stays]);
  return (
    <div className={styles.toast} data-kind={kind}>
      <Icon size="1rem" aria-hidden="true" />
      <span className={styles.text}>{text}</span>
      {action && (
        <Button
          size="sm"
          onClick={() => {
            action.run();
            close(id);
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label={words.close} icon={X} onClick={() => close(id)} />
    </div>
  );
}
