import type { LucideIcon } from "lucide-react";
import { FolderOpen, Languages, Plus, Search, SunMoon } from "lucide-react";
import { type ComponentProps, useMemo, useState } from "react";
import { readDocument } from "../../src/graph/read.ts";
import { templateTexts } from "../../src/i18n/texts.ts";
import { commandById, runCommand, shownKey } from "../app/commands/index.ts";
import { openRecent, openTemplate } from "../app/documents.ts";
import { appearanceEntries } from "../app/TopBar.tsx";
import { useLocale, useText } from "../app/text.ts";
import { forget, type RecentDocument, useRecents } from "../bridge/recent.ts";
import { templates } from "../bridge/templates.ts";
import { useWorkspace } from "../stores/workspace.ts";
import { Brand } from "../ui/Brand.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import { Menu, showContextMenu } from "../ui/Menu.tsx";
import { search, withSounds } from "../ui/search.ts";
import { TextField } from "../ui/TextField.tsx";
import { Card } from "./Card.tsx";
import { Recovery } from "./Recovery.tsx";
import styles from "./StartPage.module.css";
import { Trainings } from "./Trainings.tsx";
import { timeAgo } from "./timeAgo.ts";

/** Shown while no document is: new, open, recent documents, templates. */
export function StartPage() {
  return (
    <div className={styles.page}>
      <Sidebar />
      <div className={styles.content}>
        <Recovery />
        <Trainings />
        <Recents />
        <Handbook />
      </div>
    </div>
  );
}

function Sidebar() {
  const text = useText();
  const withBar = useWorkspace((s) => s.tabs.length > 0);
  const newKey = shownKey(commandById("file.new"));
  return (
    <nav className={styles.nav} aria-label={text.start.title}>
      {!withBar && (
        <h1 className={styles.logo}>
          <Brand className={styles.brand} />
          {text.start.product}
        </h1>
      )}
      <button type="button" className={styles.create} onClick={() => runCommand("file.new")}>
        <Plus size="1rem" aria-hidden="true" />
        {text.commands["file.new"]}
        {newKey && <Kbd keys={newKey} />}
      </button>
      <NavItem icon={FolderOpen} label={text.commands["file.open"]} onClick={() => runCommand("file.open")}>
        <Kbd keys={shownKey(commandById("file.open")) ?? ""} />
      </NavItem>
      {!withBar && (
        <div className={styles.foot}>
          <NavItem icon={Languages} label={text.shell.language} onClick={() => runCommand("view.language")} />
          <Menu trigger={<NavItem icon={SunMoon} label={text.shell.appearance} />} entries={appearanceEntries} />
        </div>
      )}
    </nav>
  );
}

function NavItem({
  icon: Icon,
  label,
  children,
  ...rest
}: ComponentProps<"button"> & { icon: LucideIcon; label: string }) {
  return (
    <button type="button" {...rest} className={styles.item}>
      <Icon size="1rem" aria-hidden="true" />
      <span>{label}</span>
      {children}
    </button>
  );
}

function Recents() {
  const text = useText().start;
  const locale = useLocale();
  const recents = useRecents();
  if (recents.length === 0) return null;
  return (
    <section aria-labelledby="recent-title">
      <div className={styles.head}>
        <h2 id="recent-title">{text.recent}</h2>
      </div>
      <ul className={`${styles.cards} ${styles.oneRow}`}>
        {recents.map((r) => (
          <RecentCard key={r.id} recent={r} when={timeAgo(r.time, Date.now(), locale)} />
        ))}
      </ul>
    </section>
  );
}

function RecentCard({ recent, when }: { recent: RecentDocument; when: string }) {
  const text = useText().start;
  const document = useMemo(() => {
    const read = readDocument(recent.document);
    return read.ok ? read.value : null;
  }, [recent.document]);
  return (
    <Card
      title={recent.document.name}
      line={recent.file ? `${when} · ${recent.file}` : when}
      document={document}
      action={text.open}
      onOpen={() => void openRecent(recent)}
      onContextMenu={(e) => {
        e.preventDefault();
        showContextMenu({ x: e.clientX, y: e.clientY }, [
          { label: text.open, onSelect: () => void openRecent(recent) },
          { label: text.forget, onSelect: () => void forget(recent.id) },
        ]);
      }}
    />
  );
}

function Handbook() {
  const text = useText().start;
  const locale = useLocale();
  const [query, setQuery] = useState("");
  const found = search(query, templates, (t) => {
    const { title, summary } = templateTexts[locale][t.name];
    return [...withSounds(title), templateTexts.en[t.name].title, t.name, summary];
  });
  return (
    <section aria-labelledby="handbook-title">
      <div className={styles.head}>
        <h2 id="handbook-title">{text.handbook}</h2>
        <span className={styles.caption}>{text.handbookCaption}</span>
        <TextField
          icon={Search}
          className={styles.search}
          aria-label={text.searchHandbook}
          placeholder={text.searchHandbook}
          value={query}
          onChange={(e) => setQuery(e.currentTarget.value)}
        />
      </div>
      <ul className={styles.cards}>
        {found.map((t) => {
          const { title, summary } = templateTexts[locale][t.name];
          return (
            <Card
              key={t.name}
              title={title}
              line={summary}
              document={t.document}
              action={text.open}
              onOpen={() => openTemplate(t)}
            />
          );
        })}
      </ul>
      {found.length === 0 && <p className={styles.nothing}>{text.nothingFound(query)}</p>}
    </section>
  );
}
