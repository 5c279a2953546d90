import { Search } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useLocale, useText } from "../app/text.ts";
import { Glyph, LayerGlyph } from "../ui/Glyph.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import styles from "./QuickAdd.module.css";
import { choose, focusElement, type Offer, offersFor } from "./quickAdd.ts";
import { type QuickAdd as QuickAddState, scene, setView, useView, view } from "./view.ts";

/** The list of layers at the cursor: letters search, arrows choose, Enter adds, Shift+Enter keeps it open. */
export function QuickAdd() {
  const quick = useView((s) => s.quickAdd);
  // A new place is a new list.
  return quick && <List key={`${quick.at.x} ${quick.at.y}`} quick={quick} />;
}

function List({ quick }: { quick: QuickAddState }) {
  const text = useText().canvas;
  const locale = useLocale();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const offers = useMemo(() => offersFor(quick, query, locale), [quick, query, locale]);
  const chosen = Math.min(at, offers.length - 1);
  const style = usePlace(quick, box);
  useOutsideClose(box);
  useEffect(() => {
    box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  });

  const onKeyDown = (e: React.KeyboardEvent): void => {
    if (e.nativeEvent.isComposing || e.keyCode === 229) return;
    e.stopPropagation();
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      const step = e.key === "ArrowDown" ? 1 : -1;
      setAt((chosen + step + offers.length) % Math.max(1, offers.length));
    } else if (e.key === "Enter") {
      e.preventDefault();
      const offer = offers[chosen];
      if (offer) choose(offer, e.shiftKey);
    } else if (e.key === "Escape" || (e.key === "Tab" && query === "")) {
      e.preventDefault();
      close();
    } else if (e.key === "Tab") e.preventDefault();
  };
  return (
    <div ref={box} className={`${styles.list} nowheel nopan nodrag`} style={style} data-quick-add="">
      <div className={styles.field}>
        <Search size={14} aria-hidden="true" />
        <input
          value={query}
          placeholder={text.quickAdd.placeholder}
          aria-label={text.quickAdd.label}
          role="combobox"
          aria-expanded={true}
          aria-controls="quick-add-list"
          aria-activedescendant={offers[chosen] ? `quick-${offers[chosen].key}` : undefined}
          autoComplete="off"
          spellCheck={false}
          // biome-ignore lint/a11y/noAutofocus: the list was opened to be typed into
          autoFocus={true}
          onChange={(e) => {
            setQuery(e.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id="quick-add-list" role="listbox" aria-label={text.quickAdd.label} className={styles.offers}>
        {offers.map((offer, i) => (
          <Line key={offer.key} offer={offer} query={query} on={i === chosen} point={() => setAt(i)} />
        ))}
        {offers.length === 0 && (
          <p className={styles.none}>{quick.wire || quick.into ? text.quickAdd.noneFits : text.quickAdd.none}</p>
        )}
      </div>
      <div className={styles.foot}>
        <Kbd keys="Enter" />
        {text.quickAdd.adds}
        <Kbd keys="Shift+Enter" />
        {text.quickAdd.keepsOpen}
      </div>
    </div>
  );
}

function Line({ offer, query, on, point }: { offer: Offer; query: string; on: boolean; point: () => void }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard
    // biome-ignore lint/a11y/useFocusableInteractive: the field above has the focus and names the active line
    <div
      id={`quick-${offer.key}`}
      role="option"
      aria-selected={on}
      className={styles.offer}
      data-offer={offer.key}
      onPointerMove={point}
      onClick={(e) => choose(offer, e.shiftKey)}
    >
      {offer.item.kind === "layer" ? (
        <LayerGlyph layer={offer.item.layer} size="16px" />
      ) : (
        <Glyph name="block" size="16px" />
      )}
      <span className={styles.title}>
        <Found text={[...(offer.before ?? []), offer].map((o) => o.title).join(" → ")} query={query} />
      </span>
      {offer.hint !== "" && <span className={styles.hint}>{offer.hint}</span>}
    </div>
  );
}

/** A title with the letters that were typed set off. */
function Found({ text, query }: { text: string; query: string }) {
  const at = query.trim() === "" ? -1 : text.toLowerCase().indexOf(query.trim().toLowerCase());
  if (at < 0) return text;
  const end = at + query.trim().length;
  return (
    <>
      {text.slice(0, at)}
      <b>{text.slice(at, end)}</b>
      {text.slice(end)}
    </>
  );
}

/** Keeps the list inside the canvas. Never hidden, or its field could not take the focus. */
function usePlace(quick: QuickAddState, box: React.RefObject<HTMLDivElement | null>) {
  const [place, setPlace] = useState({
    left: quick.at.x,
    top: quick.at.y,
    opacity: 0,
  });
  useLayoutEffect(() => {
    const [own, room] = [box.current?.getBoundingClientRect(), scene.element?.getBoundingClientRect()];
    if (!own || !room) return;
    const margin = 8;
    // Kept for the highest list, so that it does not jump while letters come.
    const clamp = (v: number, size: number, all: number): number => Math.max(margin, Math.min(v, all - size - margin));
    setPlace({
      left: clamp(quick.at.x + 4, own.width, room.width),
      top: clamp(quick.at.y + 4, own.height, room.height),
      opacity: 1,
    });
  }, [quick, box]);
  return place;
}

function useOutsideClose(box: React.RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const down = (e: PointerEvent): void => {
      if (e.target instanceof Node && !box.current?.contains(e.target)) setView({ quickAdd: null });
    };
    window.addEventListener("pointerdown", down, true);
    return () => window.removeEventListener("pointerdown", down, true);
  }, [box]);
}

/** Gives the keyboard back to where it was. */
function close(): void {
  const { focus } = view.getState();
  setView({ quickAdd: null });
  if (focus === null || !focusElement(focus)) scene.element?.focus();
}
