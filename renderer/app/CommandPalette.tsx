import { Dialog as Base } from "@base-ui/react/dialog";
import { LayoutTemplate, type LucideIcon, Search } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { replaceLayer } from "../../src/graph/edit/nodes.ts";
import type { Locale } from "../../src/i18n/locale.ts";
import { categoryTexts, layerTexts, templateTexts } from "../../src/i18n/texts.ts";
import type { UiText } from "../../src/i18n/ui.ts";
import { layers as layerTable } from "../../src/layers/registry.gen.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { templates } from "../bridge/templates.ts";
import { LayerGlyph } from "../ui/Glyph.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import { commandTerms, layersByUse, layerTerms, search, type Terms, withSounds } from "../ui/search.ts";
import { addLayer } from "./addLayer.ts";
import styles from "./CommandPalette.module.css";
import { groupOf } from "./command.ts";
import { commands, isAvailable, isEnabled, shownKey } from "./commands/index.ts";
import { closeDialog } from "./dialogs.ts";
import { openTemplate } from "./documents.ts";
import { commit, editing } from "./editing.ts";
import { useLocale, useText } from "./text.ts";

/** Something a palette offers. */
interface Offer {
  readonly id: string;
  readonly title: string;
  /** What kind of thing it is, in grey. */
  readonly hint: string;
  readonly lead: ReactNode;
  readonly keys?: string | undefined;
  readonly enabled: boolean;
  readonly terms: Terms;
  run(): void;
}

/** Every command, layer and template by name, in both languages, by sound or by letters. */
export function CommandPalette() {
  const text = useText();
  const locale = useLocale();
  const offers = useMemo(() => allOffers(text, locale), [text, locale]);
  return <Palette label={text.commands["help.palette"]} placeholder={text.shell.palettePlaceholder} offers={offers} />;
}

/** The layers that the selected node could be instead. */
export function ReplaceLayer() {
  const text = useText().shell;
  const locale = useLocale();
  const node = editing()?.nodes[0];
  const offers = useMemo(() => replaceOffers(locale, node?.layer ?? ""), [locale, node]);
  return <Palette label={text.replaceTitle(node?.id ?? "")} placeholder={text.replacePlaceholder} offers={offers} />;
}

function allOffers(text: UiText, locale: Locale): readonly Offer[] {
  const hasDocument = editing() !== null;
  const ofCommands = commands
    .filter((c) => c.id !== "help.palette" && isAvailable(c))
    .map(
      (c): Offer => ({
        id: c.id,
        title: text.commands[c.id],
        hint: c.submenu
          ? `${text.shell.groups[groupOf(c.id)]} › ${text.shell.submenus[c.submenu]}`
          : text.shell.groups[groupOf(c.id)],
        lead: <Lead icon={c.icon} />,
        keys: shownKey(c),
        enabled: isEnabled(c),
        terms: [...commandTerms(c.id, locale), ...(c.submenu ? withSounds(text.shell.submenus[c.submenu]) : [])],
        run: () => void c.run(),
      }),
    );
  const ofTemplates = templates.map((t): Offer => {
    const { title } = templateTexts[locale][t.name];
    return {
      id: `template.${t.name}`,
      title: text.shell.openTemplateNamed(title),
      hint: text.shell.openTemplate,
      lead: <Lead icon={LayoutTemplate} />,
      enabled: true,
      terms: [text.shell.openTemplateNamed(title), ...withSounds(title), templateTexts.en[t.name].title, t.name],
      run: () => openTemplate(t),
    };
  });
  const ofLayers = layerOffers(locale, hasDocument, text.shell.addLayerNamed, addLayer);
  return [...ofCommands.filter((o) => o.enabled), ...ofLayers, ...ofTemplates, ...ofCommands.filter((o) => !o.enabled)];
}

function replaceOffers(locale: Locale, current: string): readonly Offer[] {
  const replace = (layer: string, name: string): void => {
    const now = editing();
    const node = now?.nodes[0];
    if (now && node)
      commit(replaceLayer(now.document, now.scope, node.id, layer, now.layers), "replaceLayer", { layer: name });
  };
  const category = layerRegistry.get(current)?.category;
  const offers = layerOffers(
    locale,
    true,
    (name) => name,
    (id) => replace(id, layerTexts[locale][id].name),
  );
  const same = (o: Offer): boolean => layerRegistry.get(o.id)?.category === category;
  return [...offers.filter(same), ...offers.filter((o) => !same(o))].filter((o) => o.id !== current);
}

const layerOffers = (
  locale: Locale,
  enabled: boolean,
  title: (name: string) => string,
  run: (id: keyof typeof layerTable) => void,
): readonly Offer[] =>
  layersByUse.map((id) => ({
    id,
    title: title(layerTexts[locale][id].name),
    hint: categoryTexts[locale][layerTable[id].category],
    lead: <LayerGlyph layer={id} />,
    enabled,
    terms: [...layerTerms(id, locale), title(layerTexts[locale][id].name)],
    run: () => run(id),
  }));

function Lead({ icon: Icon }: { icon: LucideIcon | undefined }) {
  return Icon ? <Icon size="0.875rem" /> : null;
}

const shownAtMost = 60;

function Palette({ label, placeholder, offers }: { label: string; placeholder: string; offers: readonly Offer[] }) {
  const text = useText().shell;
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const found = useMemo(() => search(query, offers, (o) => o.terms).slice(0, shownAtMost), [query, offers]);
  const current = found[Math.min(chosen, found.length - 1)];
  const run = (offer: Offer | undefined): void => {
    if (!offer?.enabled) return;
    closeDialog();
    // After the dialog has given the focus back.
    requestAnimationFrame(() => offer.run());
  };
  const move = (by: number): void =>
    setChosen((i) => (Math.min(i, found.length - 1) + by + found.length) % found.length);
  return (
    <Base.Root open={true} onOpenChange={(open) => !open && closeDialog()}>
      <Base.Portal>
        <Base.Viewport className={styles.viewport}>
          <Base.Popup className={styles.palette} aria-label={label}>
            <div className={styles.query}>
              <Search size="1rem" aria-hidden="true" />
              <input
                type="text"
                role="combobox"
                aria-expanded={true}
                aria-controls="palette-list"
                aria-activedescendant={current && `offer-${current.id}`}
                aria-label={label}
                placeholder={placeholder}
                autoComplete="off"
                spellCheck={false}
                value={query}
                onChange={(e) => {
                  setQuery(e.currentTarget.value);
                  setChosen(0);
                }}
                onKeyDown={(e) => {
                  if (e.nativeEvent.isComposing || found.length === 0) return;
                  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[e.key];
                  if (steps !== undefined) {
                    e.preventDefault();
                    move(steps);
                  }
                  if (e.key === "Enter") {
                    e.preventDefault();
                    run(current);
                  }
                }}
              />
            </div>
            <div id="palette-list" role="listbox" aria-label={label} className={styles.list}>
              {found.map((o) => (
                <OfferLine key={o.id} offer={o} active={o === current} onRun={() => run(o)} />
              ))}
            </div>
            {found.length === 0 && <p className={styles.nothing}>{text.nothingFound(query)}</p>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

function OfferLine({ offer, active, onRun }: { offer: Offer; active: boolean; onRun: () => void }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's
    // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
    <div
      id={`offer-${offer.id}`}
      role="option"
      aria-selected={active}
      aria-disabled={!offer.enabled}
      className={styles.offer}
      data-active={active}
      ref={(line) => void (active && line?.scrollIntoView({ block: "nearest" }))}
      onClick={onRun}
    >
      <span className={styles.lead}>{offer.lead}</span>
      <span className={styles.title}>{offer.title}</span>
      <span className={styles.hint}>{offer.hint}</span>
      {offer.keys && <Kbd keys={offer.keys} />}
    </div>
  );
}
