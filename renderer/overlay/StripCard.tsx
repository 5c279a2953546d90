import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useText } from "../app/text.ts";
import { scene } from "../canvas/view.ts";
import { boxOf, placeBeside } from "../canvas/viewport.ts";
import { expandedId, useTab } from "../stores/workspace.ts";
import { factsOf } from "./facts.ts";
import { FactGroups } from "./NodeNumbers.tsx";
import { useReadings } from "./readings.ts";
import styles from "./StripCard.module.css";

const width = 420;
/** A pointer on its way elsewhere opens nothing. */
const delay = 350;

/** All statistics of a node in words, beside the node whose strip the pointer rests on. */
export function StripCard({ element }: { element: HTMLElement | null }) {
  const id = useRestedStrip(element);
  return id === null ? null : <Card key={id} id={id} />;
}

function Card({ id }: { id: string }) {
  const text = useText().overlay;
  const expanded = useTab((t) => expandedId(t, id));
  const sighting = useReadings((r) => r.picture.sighting);
  const strip = useReadings((r) => r.picture.strips.get(id) ?? null);
  const box = boxOf(id);
  const card = useRef<HTMLDivElement>(null);
  // Beside the node, but never beyond the foot of the canvas.
  useLayoutEffect(() => {
    const { current: at } = card;
    const room = (scene.element?.clientHeight ?? 0) - (at?.offsetTop ?? 0) - (at?.offsetHeight ?? 0) - 8;
    if (at && room < 0) at.style.top = `${Math.max(8, at.offsetTop + room)}px`;
  });
  if (!box) return null;
  const groups = sighting && strip?.status !== "changed" ? factsOf(sighting, expanded, text) : [];
  const plain = groups.length === 0 ? (strip?.speech ?? "") : "";
  const note = strip ? text.status[strip.status] : "";
  if (groups.length === 0 && plain === "" && note === "") return null;
  return (
    <div
      ref={card}
      className={styles.card}
      style={{ ...placeBeside(box, width), width }}
      data-strip-card={id}
      role="tooltip"
    >
      {groups.length > 0 && (
        <div className={styles.groups}>
          <FactGroups groups={groups} />
        </div>
      )}
      {plain}
      {(sighting !== null || note !== "") && (
        <p className={styles.note}>
          {[sighting && groups.length > 0 ? text.facts.stepOf(sighting.now.step.toLocaleString("en-US")) : "", note]
            .filter(Boolean)
            .join(" · ")}
        </p>
      )}
    </div>
  );
}

/** The node whose strip the pointer has rested on; null once it leaves, or a button is pressed. */
function useRestedStrip(element: HTMLElement | null): string | null {
  const [id, setId] = useState<string | null>(null);
  useEffect(() => {
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = (e: PointerEvent): void => {
      const strip = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-strip]") : null;
      clearTimeout(timer);
      const next = strip?.dataset["strip"] ?? null;
      if (next === null || e.buttons !== 0) setId(null);
      else timer = setTimeout(() => setId(scene.element?.hasAttribute("data-moving") ? null : next), delay);
    };
    const away = (): void => {
      clearTimeout(timer);
      setId(null);
    };
    element.addEventListener("pointerover", over);
    element.addEventListener("pointerdown", away, true);
    element.addEventListener("wheel", away, { passive: true });
    element.addEventListener("pointerleave", away);
    return () => {
      clearTimeout(timer);
      element.removeEventListener("pointerover", over);
      element.removeEventListener("pointerdown", away, true);
      element.removeEventListener("wheel", away);
      element.removeEventListener("pointerleave", away);
    };
  }, [element]);
  return id;
}
