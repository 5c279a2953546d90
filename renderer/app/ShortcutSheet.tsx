import { Plus, RotateCcw, Search } from "lucide-react";
import { useMemo, useState } from "react";
import { settings, useSettings } from "../stores/settings.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import { commandTerms, search } from "../ui/search.ts";
import { TextField } from "../ui/TextField.tsx";
import { type Command, type CommandId, commandGroups, groupOf } from "./command.ts";
import { commands, isAvailable, keysOf } from "./commands/index.ts";
import { closeDialog } from "./dialogs.ts";
import { shortcutLabel, shortcutOf, takenByBrowser } from "./keys.ts";
import { bind } from "./rebind.ts";
import styles from "./ShortcutSheet.module.css";
import { useLocale, useText } from "./text.ts";

/** All shortcuts by group. A key is bound anew by clicking it and pressing another. */
export function ShortcutSheet() {
  const text = useText();
  const locale = useLocale();
  const bound = useSettings((s) => s.shortcuts);
  const [query, setQuery] = useState("");
  const [listening, setListening] = useState<CommandId | null>(null);
  const [message, setMessage] = useState("");
  const found = useMemo(
    () => search(query, commands.filter(isAvailable), (c) => commandTerms(c.id, locale)),
    [query, locale],
  );
  const take = (command: Command, key: string | null): void => {
    setListening(null);
    const { shortcuts, from } = bind(commands, bound, command.id, key);
    settings.getState().set({ shortcuts });
    if (key !== null && takenByBrowser(key)) setMessage(text.shell.keyOfBrowser(shortcutLabel(key)));
    else setMessage(from && key ? text.shell.keyTaken(shortcutLabel(key), text.commands[from]) : "");
  };
  const reset = (id: CommandId): void => {
    const { [id]: _, ...rest } = bound;
    settings.getState().set({ shortcuts: rest });
    setMessage("");
  };
  return (
    <Dialog
      title={text.shell.shortcuts}
      onClose={closeDialog}
      width="58rem"
      footer={
        <>
          <p className={styles.message} role="status">
            {listening ? text.shell.pressKeysHint : message || text.shell.shortcutsHint}
          </p>
          <Button
            icon={RotateCcw}
            disabled={Object.keys(bound).length === 0}
            onClick={() => settings.getState().set({ shortcuts: {} })}
          >
            {text.shell.resetKeys}
          </Button>
        </>
      }
    >
      <TextField
        icon={Search}
        className={styles.search}
        data-initial-focus={true}
        aria-label={text.shell.shortcutsSearch}
        placeholder={text.shell.shortcutsSearch}
        value={query}
        onChange={(e) => setQuery(e.currentTarget.value)}
      />
      <div className={styles.groups}>
        {commandGroups.map((group) => {
          const rows = found.filter((c) => groupOf(c.id) === group);
          if (rows.length === 0) return null;
          return (
            <section key={group} className={styles.group}>
              <h3>{text.shell.groups[group]}</h3>
              {rows.map((c) => (
                <ShortcutRow
                  key={c.id}
                  command={c}
                  listening={listening === c.id}
                  changed={bound[c.id] !== undefined}
                  onListen={() => setListening(c.id)}
                  onKey={(key) => take(c, key)}
                  onStop={() => setListening(null)}
                  onReset={() => reset(c.id)}
                />
              ))}
            </section>
          );
        })}
      </div>
      {found.length === 0 && <p className={styles.nothing}>{text.shell.nothingFound(query)}</p>}
    </Dialog>
  );
}

function ShortcutRow({
  command,
  listening,
  changed,
  onListen,
  onKey,
  onStop,
  onReset,
}: {
  command: Command;
  listening: boolean;
  changed: boolean;
  onListen: () => void;
  onKey: (key: string | null) => void;
  onStop: () => void;
  onReset: () => void;
}) {
  const text = useText();
  const title = command.submenu
    ? `${text.shell.submenus[command.submenu]}: ${text.commands[command.id]}`
    : text.commands[command.id];
  const keys = keysOf(command).filter((k) => changed || !takenByBrowser(k));
  return (
    <div className={styles.row}>
      <span className={styles.title}>{title}</span>
      {changed && <IconButton label={text.shell.resetKey} icon={RotateCcw} onClick={onReset} />}
      <button
        type="button"
        className={styles.keys}
        data-listening={listening}
        aria-label={`${title}: ${keys.map((k) => shortcutLabel(k)).join(", ") || text.shell.noKey}`}
        onClick={onListen}
        onBlur={onStop}
        onKeyDown={(e) => {
          if (!listening) return;
          e.preventDefault();
          e.stopPropagation();
          if (e.key === "Escape") onStop();
          else if (e.key === "Backspace" && !e.ctrlKey && !e.metaKey && !e.altKey) onKey(null);
          else {
            const key = shortcutOf(e.nativeEvent);
            if (key) onKey(key);
          }
        }}
      >
        {listening ? (
          <span className={styles.press}>{text.shell.pressKeys}</span>
        ) : keys.length > 0 ? (
          keys.map((k) => <Kbd key={k} keys={k} />)
        ) : (
          <Plus size="0.75rem" aria-hidden="true" />
        )}
      </button>
    </div>
  );
}
