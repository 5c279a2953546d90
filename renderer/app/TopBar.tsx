import { Contrast, Moon, Presentation, Sun, SunMoon } from "lucide-react";
import { desktop } from "../bridge/desktop.ts";
import { OverlayChooser } from "../overlay/Chooser.tsx";
import { StepBadge } from "../step/StepBadge.tsx";
import { useSession } from "../step/session.ts";
import { type Theme, useSettings } from "../stores/settings.ts";
import { useWorkspace } from "../stores/workspace.ts";
import { ProviderMenu } from "../training/ProviderMenu.tsx";
import { Brand } from "../ui/Brand.tsx";
import { Button, IconButton } from "../ui/Button.tsx";
import { Menu } from "../ui/Menu.tsx";
import { Tooltip } from "../ui/Tooltip.tsx";
import type { CommandId } from "./command.ts";
import { commandById, commandEntries, runCommand, shownKey } from "./commands/index.ts";
import { DocumentTabs } from "./DocumentTabs.tsx";
import { MainMenu } from "./MainMenu.tsx";
import styles from "./TopBar.module.css";
import { useText } from "./text.ts";

/** The bar on top: menus, documents, language, appearance, presenter mode. */
export function TopBar() {
  const text = useText().shell;
  const presenter = useSettings((s) => s.presenter);
  const walking = useSession((s) => s !== null);
  const document = useWorkspace((s) => s.active !== null);
  return (
    <header className={styles.bar}>
      {!desktop && <MainMenu />}
      <Brand className={styles.brand} />
      <DocumentTabs />
      <StepBadge />
      {document && !walking && <OverlayChooser />}
      <div className={styles.tools}>
        <ProviderMenu />
        <LanguageButton />
        <AppearanceMenu />
        <IconButton
          label={text.presenter}
          icon={Presentation}
          size="md"
          keys={keyOf("view.presenter")}
          pressed={presenter}
          onClick={() => runCommand("view.presenter")}
        />
      </div>
    </header>
  );
}

const keyOf = (id: CommandId): string | undefined => shownKey(commandById(id));

function LanguageButton() {
  const text = useText().shell;
  return (
    <Tooltip label={text.language} keys={keyOf("view.language")}>
      <Button
        kind="quiet"
        className={styles.language}
        aria-label={text.language}
        lang={text.languageShort === "EN" ? "en" : "zh-Hans"}
        onClick={() => runCommand("view.language")}
      >
        {text.languageShort}
      </Button>
    </Tooltip>
  );
}

const themeIcons = { system: SunMoon, light: Sun, dark: Moon, contrast: Contrast } as const satisfies {
  [T in Theme]: unknown;
};

function AppearanceMenu() {
  const text = useText().shell;
  const theme = useSettings((s) => s.theme);
  return (
    <Menu
      trigger={<IconButton label={text.appearance} icon={themeIcons[theme]} size="md" />}
      entries={appearanceEntries}
    />
  );
}

/** Everything about how the window looks. */
export const appearanceEntries = () =>
  commandEntries(
    "view.themeSystem",
    "view.themeLight",
    "view.themeDark",
    "view.themeContrast",
    null,
    "view.scaleUp",
    "view.scaleDown",
    "view.scaleReset",
    null,
    "view.reducedMotion",
  );
