import { Copy, Ellipsis, Library, Link2, Trash2 } from "lucide-react";
import type { Block } from "../../src/graph/document.ts";
import { useText } from "../app/text.ts";
import type { Item } from "../canvas/addItem.ts";
import { blockDrag } from "../canvas/DropTip.tsx";
import { useSettings } from "../stores/settings.ts";
import { scopeOf, useTab } from "../stores/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import { Glyph } from "../ui/Glyph.tsx";
import { Menu, type MenuEntry } from "../ui/Menu.tsx";
import { search, withSounds } from "../ui/search.ts";
import { insertCopy, insertKept, insertLinked, removeFromLibrary, saveToLibrary } from "./library.ts";
import styles from "./Palette.module.css";
import { FoldSection } from "./Palette.tsx";

/** Blocks of this document, and those kept for every document. */
export function BlockSections({ query }: { query: string }) {
  const text = useText().panels.palette;
  const document = useTab((t) => t.edited.document);
  const scope = useTab(scopeOf);
  const path = useTab((t) => t.path);
  const library = useSettings((s) => s.library);
  // A block cannot stand inside itself.
  const usable = document.blocks.filter((b) => b.id !== scope && !path.includes(b.id));
  const blocks = search(query, usable, (b) => withSounds(b.name));
  const kept = search(query, library, (b) => withSounds(b.name));
  const entries = (block: Block): readonly MenuEntry[] => [
    { label: text.insertLinked, icon: Link2, onSelect: () => insertLinked(block) },
    { label: text.insertCopy, icon: Copy, onSelect: () => insertCopy(block) },
    "separator",
    { label: text.save, icon: Library, onSelect: () => saveToLibrary(document, block) },
  ];
  return (
    <>
      {blocks.length > 0 && (
        <FoldSection id="blocks" title={text.blocks} count={blocks.length}>
          {blocks.map((b, i) => (
            <BlockRow
              key={b.id}
              name={b.name}
              first={i === 0}
              item={{ kind: "block", block: b.id }}
              onAdd={() => insertLinked(b)}
              entries={() => entries(b)}
            />
          ))}
        </FoldSection>
      )}
      {kept.length > 0 && (
        <FoldSection id="library" title={text.library} count={kept.length}>
          {kept.map((b, i) => (
            <BlockRow
              key={b.id}
              name={b.name}
              first={i === 0}
              item={{ kind: "library", clip: b.clip }}
              onAdd={() => insertKept(b)}
              entries={() => [
                { label: text.remove, icon: Trash2, danger: true, onSelect: () => removeFromLibrary(b.id) },
              ]}
            />
          ))}
        </FoldSection>
      )}
    </>
  );
}

function BlockRow({
  name,
  first,
  item,
  onAdd,
  entries,
}: {
  name: string;
  first: boolean;
  item: Item;
  onAdd: () => void;
  entries: () => readonly MenuEntry[];
}) {
  const text = useText();
  return (
    <li className={styles.item}>
      <button
        type="button"
        data-row={true}
        className={styles.row}
        tabIndex={first ? 0 : -1}
        draggable={true}
        onClick={onAdd}
        onDragStart={(e) => {
          e.dataTransfer.setData(blockDrag, JSON.stringify({ item, name }));
          e.dataTransfer.effectAllowed = "copy";
        }}
      >
        <Glyph name="block" />
        <span className={styles.name}>{name}</span>
      </button>
      <Menu
        trigger={<IconButton className={styles.tool} label={text.inspector.more} icon={Ellipsis} />}
        entries={entries}
      />
    </li>
  );
}
