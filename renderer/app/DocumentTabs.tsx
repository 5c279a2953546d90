import { Plus, X } from "lucide-react";
import type { DragEvent, MouseEvent } from "react";
import { type Tab, useDirty, useWorkspace, workspace } from "../stores/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import { showContextMenu } from "../ui/Menu.tsx";
import { commandEntries } from "./commands/index.ts";
import styles from "./DocumentTabs.module.css";
import { closeTab } from "./documents.ts";
import { renameDocument } from "./rename.ts";
import { useText } from "./text.ts";

/** Type of what a dragged tab carries: its id. */
const tabDrag = "application/x-gradloom-tab";

/**
 * The open documents. A dot marks unsaved changes; a middle click closes, a double click renames, a drag (or Ctrl+Shift
 * with an arrow) puts a tab elsewhere.
 */
export function DocumentTabs() {
  const text = useText().shell;
  const tabs = useWorkspace((s) => s.tabs);
  const active = useWorkspace((s) => s.active);
  return (
    <nav className={styles.tabs} aria-label={text.documents}>
      <ul className={styles.list}>
        {tabs.map((tab) => (
          <TabButton key={tab.id} tab={tab} active={tab.id === active} />
        ))}
      </ul>
      <IconButton
        label={text.newTab}
        icon={Plus}
        className={styles.add}
        onClick={() => workspace.getState().activate(null)}
      />
    </nav>
  );
}

/** The tab in the hand: what a drag carries cannot be read before it is dropped. */
let dragged: string | null = null;

/** Whether the pointer is past the middle of the tab it moves onto: else tabs of unequal width would flicker. */
function crossed(e: DragEvent<HTMLElement>, id: string, over: string): boolean {
  const order = workspace.getState().tabs.map((t) => t.id);
  const { left, width } = e.currentTarget.getBoundingClientRect();
  const past = e.clientX - left > width / 2;
  return order.indexOf(id) < order.indexOf(over) ? past : !past;
}

/** Puts a tab one place to the left or right. */
function shift(id: string, by: -1 | 1): void {
  const { tabs, moveTab } = workspace.getState();
  const next = tabs[tabs.findIndex((t) => t.id === id) + by];
  if (next) moveTab(id, next.id);
}

function TabButton({ tab, active }: { tab: Tab; active: boolean }) {
  const text = useText().shell;
  const { name } = tab.edited.document;
  const dirty = useDirty(() => tab);
  const close = (): void => void closeTab(tab.id);
  const showMenu = (e: MouseEvent): void => {
    e.preventDefault();
    workspace.getState().activate(tab.id);
    showContextMenu(
      { x: e.clientX, y: e.clientY },
      commandEntries("file.save", "file.saveAs", "file.rename", null, "file.close"),
    );
  };
  return (
    <li
      className={styles.tab}
      data-active={active}
      data-dirty={dirty}
      draggable={true}
      onDragStart={(e) => {
        e.dataTransfer.setData(tabDrag, tab.id);
        e.dataTransfer.effectAllowed = "move";
        dragged = tab.id;
      }}
      onDragOver={(e) => {
        if (!e.dataTransfer.types.includes(tabDrag)) return;
        e.preventDefault();
        // The tabs change places under the pointer: what is seen is what will be.
        if (dragged !== null && dragged !== tab.id && crossed(e, dragged, tab.id))
          workspace.getState().moveTab(dragged, tab.id);
      }}
      onDrop={(e) => e.preventDefault()}
      onDragEnd={() => {
        dragged = null;
      }}
    >
      <button
        type="button"
        className={styles.name}
        aria-current={active ? "page" : undefined}
        title={tab.file ?? name}
        onClick={() => workspace.getState().activate(tab.id)}
        onDoubleClick={() => void renameDocument()}
        // A middle press would start scrolling by itself.
        onMouseDown={(e) => e.button === 1 && e.preventDefault()}
        onAuxClick={(e) => e.button === 1 && close()}
        onContextMenu={showMenu}
        onKeyDown={(e) => {
          const by = e.key === "ArrowLeft" ? -1 : e.key === "ArrowRight" ? 1 : null;
          if (by !== null && e.shiftKey && (e.ctrlKey || e.metaKey)) shift(tab.id, by);
        }}
      >
        <span className={styles.label}>{name}</span>
        {dirty && <span className="visually-hidden">{text.unsaved}</span>}
      </button>
      <button type="button" className={styles.close} aria-label={text.closeNamed(name)} onClick={close}>
        <X size="0.75rem" aria-hidden="true" />
      </button>
      {dirty && <i className={styles.dot} aria-hidden="true" />}
    </li>
  );
}
