import { Plus } from "lucide-react";
import { settings, themes, useSettings } from "../stores/settings.ts";
import { useWorkspace, workspace } from "../stores/workspace.ts";
import { Brand } from "../ui/Brand.tsx";
import styles from "./TopBar.module.css";
import { useText } from "./text.ts";

/** The bar on top: documents, language, appearance. */
export function TopBar() {
  const text = useText().shell;
  const tabs = useWorkspace((s) => s.tabs);
  const active = useWorkspace((s) => s.active);
  const { locale, theme, set } = useSettings((s) => s);
  return (
    <header className={styles.bar}>
      <Brand className={styles.brand} />
      <nav className={styles.tabs} aria-label={text.documents}>
        {tabs.map((t) => (
          <button
            key={t.id}
            type="button"
            className={styles.tab}
            data-on={t.id === active}
            onClick={() => workspace.getState().activate(t.id)}
          >
            {t.edited.document.name}
            {t.saved !== t.edited.document && <i className={styles.dot} />}
          </button>
        ))}
        <button
          type="button"
          className={styles.icon}
          aria-label={text.newTab}
          onClick={() => workspace.getState().activate(null)}
        >
          <Plus size="1em" />
        </button>
      </nav>
      <button type="button" onClick={() => set({ locale: locale === "en" ? "zh" : "en" })}>
        {text.otherLanguage}
      </button>
      <button
        type="button"
        onClick={() => set({ theme: themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system" })}
      >
        {theme}
      </button>
      <button type="button" onClick={() => set({ presenter: !settings.getState().presenter })}>
        {text.presenter}
      </button>
    </header>
  );
}
