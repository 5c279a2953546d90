import { Plus, X } from "lucide-react";
import type { MouseEvent } from "react";
import { type Tab, useWorkspace, workspace } from "../stores/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import { showContextMenu } from "../ui/Menu.tsx";
import { commandEntries } from "./commands/index.ts";
import styles from "./DocumentTabs.module.css";
import { closeTab } from "./documents.ts";
import { renameDocument } from "./rename.ts";
import { useText } from "./text.ts";

/** The open documents. A dot marks unsaved changes; a middle click closes, a double click renames. */
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

function TabButton({ tab, active }: { tab: Tab; active: boolean }) {
  const text = useText().shell;
  const { name } = tab.edited.document;
  const dirty = tab.saved !== tab.edited.document;
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
    <li className={styles.tab} data-active={active} data-dirty={dirty}>
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
