import { ChevronDown, ChevronUp, Search, X } from "lucide-react";
import { useMemo, useState } from "react";
import type { EditableGraph } from "../../src/graph/change.ts";
import type { Locale } from "../../src/i18n/locale.ts";
import { layerTexts } from "../../src/i18n/texts.ts";
import type { LayerId } from "../../src/layers/registry.gen.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { selectItems } from "../app/editing.ts";
import { useLocale, useText } from "../app/text.ts";
import { shownGraph, useTab } from "../stores/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import { layerTerms, search, type Terms } from "../ui/search.ts";
import { canvas } from "./controller.ts";
import styles from "./FindBox.module.css";
import { readingOrder } from "./reading.ts";
import { scene, setView, useView } from "./view.ts";

/** Finds nodes by name, layer or parameter and flies from one to the next. */
export function FindBox() {
  return useView((s) => s.finding) && <Box />;
}

function Box() {
  const text = useText().canvas.find;
  const locale = useLocale();
  const graph = useTab(shownGraph);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const found = useMemo(() => findItems(query, graph, locale), [query, graph, locale]);
  const go = (to: number, list = found): void => {
    if (list.length === 0) return;
    const next = (to + list.length) % list.length;
    setAt(next);
    const id = list[next] as string;
    selectItems([id]);
    canvas()?.flyTo(id);
  };
  const close = (): void => {
    setView({ finding: false });
    scene.element?.focus({ preventScroll: true });
  };
  return (
    <search className={`${styles.find} nopan nodrag`}>
      <Search size={14} aria-hidden="true" />
      <input
        value={query}
        placeholder={text.placeholder}
        aria-label={text.label}
        autoComplete="off"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: the box was opened to be typed into
        autoFocus={true}
        onChange={(e) => {
          setQuery(e.target.value);
          const list = findItems(e.target.value, graph, locale);
          if (e.target.value.trim() !== "") go(0, list);
        }}
        onKeyDown={(e) => {
          e.stopPropagation();
          if (e.nativeEvent.isComposing) return;
          if (e.key === "Enter") go(at + (e.shiftKey ? -1 : 1));
          if (e.key === "Escape") close();
        }}
      />
      <span className={styles.count} role="status">
        {query.trim() === "" ? "" : found.length === 0 ? text.none : text.count(at + 1, found.length)}
      </span>
      <IconButton label={text.previous} keys="Shift+Enter" icon={ChevronUp} onClick={() => go(at - 1)} />
      <IconButton label={text.next} keys="Enter" icon={ChevronDown} onClick={() => go(at + 1)} />
      <IconButton label={text.close} keys="Escape" icon={X} onClick={close} />
    </search>
  );
}

/** Ids of nodes and notes that a query means, in reading order. */
export function findItems(query: string, graph: EditableGraph, locale: Locale): readonly string[] {
  if (query.trim() === "") return [];
  const places = [...graph.nodes, ...graph.notes].map((n) => ({ ...n.position, id: n.id, width: 0, height: 0 }));
  const order = new Map(readingOrder(places).map((s, i) => [s.id, i]));
  const items = [
    ...graph.nodes.map((n) => ({ id: n.id, terms: nodeTerms(n, locale) })),
    ...graph.notes.map((n) => ({ id: n.id, terms: [n.text.slice(0, 400)] })),
  ];
  const hits = search(query, items, (i) => i.terms);
  return hits.map((h) => h.id).sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

/** Name, words of the layer, and parameters that differ from the usual as `kernel 5`. */
function nodeTerms(node: EditableGraph["nodes"][number], locale: Locale): Terms {
  const known = layerRegistry.get(node.layer) !== null;
  const texts = known ? layerTexts[locale][node.layer as LayerId].params : {};
  const params = Object.entries(node.params).flatMap(([name, value]) => {
    const shown = Array.isArray(value) ? value.join("×") : typeof value === "object" ? "" : String(value);
    return [`${name} ${shown}`, `${texts[name]?.label ?? name} ${shown}`];
  });
  return [node.id, node.label ?? "", ...(known ? layerTerms(node.layer as LayerId, locale) : [node.layer]), ...params];
}
