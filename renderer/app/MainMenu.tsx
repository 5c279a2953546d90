import { Menu as MenuIcon } from "lucide-react";
import { categoryTexts, layerTexts, templateTexts } from "../../src/i18n/texts.ts";
import { categories } from "../../src/layers/define.ts";
import { type LayerId, layers } from "../../src/layers/registry.gen.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { recents } from "../bridge/recent.ts";
import { templates } from "../bridge/templates.ts";
import { settings } from "../stores/settings.ts";
import { IconButton } from "../ui/Button.tsx";
import { Menu, type MenuEntry } from "../ui/Menu.tsx";
import { addLayer } from "./addLayer.ts";
import { commandGroups } from "./command.ts";
import { groupEntries } from "./commands/index.ts";
import { openRecent, openTemplate } from "./documents.ts";
import { hasDocument } from "./editing.ts";
import { currentText, useText } from "./text.ts";

/** The menus of the window behind one button, made from the table of commands. */
export function MainMenu() {
  const text = useText().shell;
  return <Menu trigger={<IconButton label={text.menu} icon={MenuIcon} size="md" />} entries={menuBar} />;
}

/** All menus, in their order; the desktop app makes those of the system from them. */
export function menuBar(): readonly MenuEntry[] {
  const { groups } = currentText().shell;
  return commandGroups.map((group): MenuEntry => {
    const entries = groupEntries(group);
    if (group === "file") return { label: groups.file, entries: withFiles(entries) };
    if (group === "add" && hasDocument())
      return { label: groups.add, entries: [...entries, "separator", ...byCategory()] };
    return { label: groups[group], entries };
  });
}

/** Recent documents and templates stand after "Open". */
function withFiles(entries: readonly MenuEntry[]): readonly MenuEntry[] {
  const text = currentText().shell;
  const { locale } = settings.getState();
  const recent = recents
    .getState()
    .list.map((r): MenuEntry => ({ label: r.document.name, onSelect: () => void openRecent(r) }));
  const ready = templates.map(
    (t): MenuEntry => ({ label: templateTexts[locale][t.name].title, onSelect: () => openTemplate(t) }),
  );
  return [
    ...entries.slice(0, 2),
    ...(recent.length > 0 ? [{ label: text.recent, entries: recent }] : []),
    { label: text.openTemplate, entries: ready },
    ...entries.slice(2),
  ];
}

function byCategory(): readonly MenuEntry[] {
  const { locale } = settings.getState();
  const line = (id: LayerId): MenuEntry => ({ label: layerTexts[locale][id].name, onSelect: () => addLayer(id) });
  return categories.map((category) => ({
    label: categoryTexts[locale][category],
    entries: layerRegistry.ids.filter((id) => layers[id].category === category).map(line),
  }));
}
