import { Menu as Base } from "@base-ui/react/menu";
import { Check, ChevronRight, type LucideIcon } from "lucide-react";
import { Fragment, type ReactElement } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import styles from "./floating.module.css";
import { Kbd } from "./Kbd.tsx";

/** One line of a menu. Lines from the table of commands come from `commandEntry` (renderer/app/commands). */
export type MenuEntry =
  | "separator"
  | { readonly heading: string }
  | {
      /** Names the line where a menu of the system shows it. */
      readonly id?: string;
      readonly label: string;
      /** A second line, such as why it is not possible. */
      readonly note?: string | undefined;
      readonly icon?: LucideIcon | undefined;
      /** As the table of commands writes it. */
      readonly keys?: string | undefined;
      readonly disabled?: boolean;
      /** True or false makes it a switch. */
      readonly checked?: boolean | undefined;
      readonly danger?: boolean;
      onSelect(): void;
    }
  | { readonly label: string; readonly icon?: LucideIcon | undefined; readonly entries: readonly MenuEntry[] };

/** A button (`trigger`) that opens a menu. `entries` is asked when the menu opens. */
export function Menu({ trigger, entries }: { trigger: ReactElement; entries: () => readonly MenuEntry[] }) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles.positioner} sideOffset={4} align="start" collisionPadding={8}>
          <Base.Popup className={`${styles.popup} ${styles.menu}`}>
            <LazyEntries entries={entries} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Drawn only while the menu is open, so the entries are those of that moment. */
function LazyEntries({ entries }: { entries: () => readonly MenuEntry[] }) {
  return <MenuEntries entries={entries()} />;
}

interface OpenMenu {
  readonly at: { readonly x: number; readonly y: number };
  readonly entries: readonly MenuEntry[];
}

const contextMenu = createStore<{ readonly menu: OpenMenu | null }>(() => ({ menu: null }));

/** Opens a context menu at a point of the window (`clientX`, `clientY`); no entries closes it. */
export function showContextMenu(at: OpenMenu["at"], entries: readonly MenuEntry[]): void {
  contextMenu.setState({ menu: entries.length > 0 ? { at, entries } : null });
}

/** Draws the context menu that `showContextMenu` opened. Stands once in the window. */
export function ContextMenuHost() {
  const menu = useStore(contextMenu, (s) => s.menu);
  if (!menu) return null;
  const { x, y } = menu.at;
  return (
    // A new place is a new menu, never one that jumps.
    <Base.Root
      key={`${x} ${y}`}
      open={true}
      modal={false}
      onOpenChange={(open) => !open && contextMenu.setState({ menu: null })}
    >
      <Base.Portal>
        <Base.Positioner
          className={styles.positioner}
          anchor={{ getBoundingClientRect: () => new DOMRect(x, y, 0, 0) }}
          align="start"
          collisionPadding={8}
        >
          <Base.Popup className={`${styles.popup} ${styles.menu}`}>
            <MenuEntries entries={menu.entries} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function MenuEntries({ entries }: { entries: readonly MenuEntry[] }) {
  return entries.map((entry, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an open menu do not change
    <Fragment key={i}>
      <MenuLine entry={entry} />
    </Fragment>
  ));
}

function MenuLine({ entry }: { entry: MenuEntry }) {
  if (entry === "separator") return <Base.Separator className={styles.separator} />;
  if ("heading" in entry) return <div className={styles.heading}>{entry.heading}</div>;
  const Icon = entry.icon;
  if ("entries" in entry) {
    return (
      <Base.SubmenuRoot>
        <Base.SubmenuTrigger className={styles.item}>
          <span className={styles.lead}>{Icon && <Icon size="0.875rem" />}</span>
          {entry.label}
          <span className={styles.tail}>
            <ChevronRight size="0.75rem" />
          </span>
        </Base.SubmenuTrigger>
        <Base.Portal>
          <Base.Positioner className={styles.positioner} sideOffset={2} alignOffset={-5} collisionPadding={8}>
            <Base.Popup className={`${styles.popup} ${styles.menu}`}>
              <MenuEntries entries={entry.entries} />
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.SubmenuRoot>
    );
  }
  const inside = (
    <>
      <span className={styles.lead}>
        {entry.checked ? <Check size="0.875rem" /> : Icon && entry.checked === undefined && <Icon size="0.875rem" />}
      </span>
      <span>
        {entry.label}
        {entry.note && <span className={styles.note}>{entry.note}</span>}
      </span>
      <span className={styles.tail}>{entry.keys && <Kbd keys={entry.keys} />}</span>
    </>
  );
  const common = {
    className: entry.note ? `${styles.item} ${styles.noted}` : styles.item,
    disabled: entry.disabled ?? false,
    "data-danger": entry.danger ?? false,
  };
  if (entry.checked === undefined) {
    return (
      <Base.Item {...common} onClick={entry.onSelect}>
        {inside}
      </Base.Item>
    );
  }
  return (
    <Base.CheckboxItem {...common} checked={entry.checked} onCheckedChange={() => entry.onSelect()} closeOnClick={true}>
      {inside}
    </Base.CheckboxItem>
  );
}
