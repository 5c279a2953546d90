import { ChevronDown, Search, Star, X } from "lucide-react";
import { type CSSProperties, type ReactNode, useMemo, useState } from "react";
import { createStore, useStore } from "zustand";
import { categoryTexts, layerTexts } from "../../src/i18n/texts.ts";
import type { LayerId } from "../../src/layers/registry.gen.ts";
import { addLayer } from "../app/addLayer.ts";
import { commandById, shownKey } from "../app/commands/index.ts";
import { useLocale, useText } from "../app/text.ts";
import { layerDrag } from "../canvas/DropTip.tsx";
import { kindOfLayer } from "../canvas/nodeView.ts";
import { settings, useSettings } from "../stores/settings.ts";
import { IconButton } from "../ui/Button.tsx";
import { categoryVar, LayerGlyph } from "../ui/Glyph.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import { TextField } from "../ui/TextField.tsx";
import { Tooltip } from "../ui/Tooltip.tsx";
import { BlockSections } from "./BlockSections.tsx";
import styles from "./Palette.module.css";
import { type PaletteSection, paletteSections } from "./paletteSections.ts";
import { moveFocus } from "./roving.ts";

/** Headings that are folded; kept while the window is open. */
const folded = createStore<{ readonly ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));

/** All layers by category, with search, favourites and what was used last; blocks below. */
export function Palette() {
  const text = useText().panels.palette;
  const locale = useLocale();
  const [query, setQuery] = useState("");
  const favourites = useSettings((s) => s.favourites);
  const recentLayers = useSettings((s) => s.recentLayers);
  const sections = useMemo(
    () => paletteSections(query, locale, { favourites, recentLayers }),
    [query, locale, favourites, recentLayers],
  );
  const searching = query.trim() !== "";
  const [first] = sections;
  const addFirst = (): void => {
    const best = first?.layers[0];
    if (searching && best) addLayer(best);
  };
  const key = shownKey(commandById("add.layer"));
  return (
    <div className={styles.palette}>
      <TextField
        className={styles.find}
        icon={Search}
        role="searchbox"
        value={query}
        placeholder={text.search}
        aria-label={text.search}
        onChange={(e) => setQuery(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing) return;
          if (e.key === "Enter") addFirst();
          if (e.key === "Escape" && query !== "") {
            e.stopPropagation();
            setQuery("");
          }
        }}
        tail={
          searching ? (
            <IconButton label={text.clear} icon={X} onClick={() => setQuery("")} />
          ) : (
            key && <Kbd keys={key} />
          )
        }
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the buttons inside */}
      <div className={styles.list} onKeyDown={moveFocus}>
        {sections.map((section) => (
          <LayerSection key={section.id} section={section} />
        ))}
        {searching && first?.layers.length === 0 && <p className={styles.note}>{text.none}</p>}
        <BlockSections query={query} />
      </div>
    </div>
  );
}

function LayerSection({ section: { id, layers } }: { section: PaletteSection }) {
  const text = useText().panels.palette;
  const names = categoryTexts[useLocale()];
  const own = id === "favourites" || id === "recent" || id === "found";
  const title = own ? text[id] : names[id];
  const [first] = layers;
  if (!first) return null;
  return (
    <FoldSection id={id} title={title} count={layers.length} {...(own ? {} : { color: categoryVar(first) })}>
      {layers.map((layer, i) => (
        <LayerRow key={layer} layer={layer} first={i === 0} />
      ))}
    </FoldSection>
  );
}

/** A heading with a count that folds what is below it. */
export function FoldSection({
  id,
  title,
  count,
  color,
  children,
}: {
  id: string;
  title: string;
  count: number;
  color?: string;
  children: ReactNode;
}) {
  const closed = useStore(folded, (s) => s.ids.has(id));
  const toggle = (): void => {
    const ids = new Set(folded.getState().ids);
    if (!ids.delete(id)) ids.add(id);
    folded.setState({ ids });
  };
  return (
    <section>
      <h2>
        <button type="button" data-row={true} className={styles.heading} aria-expanded={!closed} onClick={toggle}>
          <i className={styles.bar} style={color ? ({ "--color": color } as CSSProperties) : undefined} />
          {title}
          <ChevronDown size="0.75rem" aria-hidden="true" />
          <span className={styles.count}>{count}</span>
        </button>
      </h2>
      {!closed && <ul>{children}</ul>}
    </section>
  );
}

function LayerRow({ layer, first }: { layer: LayerId; first: boolean }) {
  const text = useText();
  const locale = useLocale();
  const { name, summary } = layerTexts[locale][layer];
  const favourite = useSettings((s) => s.favourites.includes(layer));
  const shown = locale === "zh" ? name : kindOfLayer(layer, text.canvas);
  const words = text.panels.palette;
  return (
    <li className={styles.item}>
      <Tooltip label={shown === name ? summary : `${name}. ${summary}`} side="right">
        <button
          type="button"
          data-row={true}
          data-layer={layer}
          className={styles.row}
          tabIndex={first ? 0 : -1}
          draggable={true}
          onClick={() => addLayer(layer)}
          onDragStart={(e) => {
            e.dataTransfer.setData(layerDrag, layer);
            e.dataTransfer.effectAllowed = "copy";
          }}
        >
          <LayerGlyph layer={layer} />
          <span className={styles.name}>{shown}</span>
        </button>
      </Tooltip>
      <IconButton
        className={styles.tool}
        label={favourite ? words.unfavour(shown) : words.favour(shown)}
        icon={Star}
        pressed={favourite}
        tabIndex={-1}
        onClick={() => toggleFavourite(layer)}
      />
    </li>
  );
}

function toggleFavourite(layer: string): void {
  const { favourites, set } = settings.getState();
  set({
    favourites: favourites.includes(layer) ? favourites.filter((id) => id !== layer) : [...favourites, layer],
  });
}
