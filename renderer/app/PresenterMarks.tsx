import { useEffect, useState } from "react";
import { Kbd } from "../ui/Kbd.tsx";
import { shortcutOf } from "./keys.ts";
import styles from "./PresenterMarks.module.css";
import { placeOf } from "./shortcuts.ts";

/** How long a pressed key is shown (ms). */
const shownFor = 1200;

/** For an audience: which keys were pressed, and where the pointer is while it is held. */
export function PresenterMarks() {
  const [key, setKey] = useState<{ readonly keys: string; readonly time: number } | null>(null);
  const [held, setHeld] = useState<{ readonly x: number; readonly y: number } | null>(null);
  useEffect(() => {
    const onKey = (e: KeyboardEvent): void => {
      // What is typed into a field is seen there.
      if (e.isComposing || placeOf(e.target) === "field") return;
      const keys = shortcutOf(e);
      if (keys) setKey({ keys, time: e.timeStamp });
    };
    const onDown = (e: PointerEvent): void => setHeld({ x: e.clientX, y: e.clientY });
    const onMove = (e: PointerEvent): void => setHeld((h) => (h ? { x: e.clientX, y: e.clientY } : h));
    const onUp = (): void => setHeld(null);
    window.addEventListener("keydown", onKey, true);
    window.addEventListener("pointerdown", onDown, true);
    window.addEventListener("pointermove", onMove, true);
    window.addEventListener("pointerup", onUp, true);
    window.addEventListener("pointercancel", onUp, true);
    return () => {
      window.removeEventListener("keydown", onKey, true);
      window.removeEventListener("pointerdown", onDown, true);
      window.removeEventListener("pointermove", onMove, true);
      window.removeEventListener("pointerup", onUp, true);
      window.removeEventListener("pointercancel", onUp, true);
    };
  }, []);
  useEffect(() => {
    if (!key) return;
    const timer = setTimeout(() => setKey(null), shownFor);
    return () => clearTimeout(timer);
  }, [key]);
  return (
    <div aria-hidden="true">
      {key && (
        <div className={styles.key}>
          <Kbd keys={key.keys} />
        </div>
      )}
      {held && <i className={styles.ring} style={{ left: held.x, top: held.y }} />}
    </div>
  );
}
