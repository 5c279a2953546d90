import { useEffect } from "react";
import { desktop } from "../bridge/desktop.ts";
import { StartPage } from "../start/StartPage.tsx";
import { StepView } from "../step/StepView.tsx";
import { useSession } from "../step/session.ts";
import { useSettings } from "../stores/settings.ts";
import { activeTab, useDirty, useWorkspace } from "../stores/workspace.ts";
import { useRunTitle } from "../training/title.ts";
import { ContextMenuHost } from "../ui/Menu.tsx";
import { ToastHost } from "../ui/Toast.tsx";
import { TooltipProvider } from "../ui/Tooltip.tsx";
import styles from "./App.module.css";
import { listenToClipboard } from "./clipboard.ts";
import { DialogHost } from "./DialogHost.tsx";
import { DropZone } from "./DropZone.tsx";
import { followDesktop } from "./desktopWindow.ts";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { PresenterMarks } from "./PresenterMarks.tsx";
import { guardUnload, listenToShortcuts } from "./shortcuts.ts";
import { TopBar } from "./TopBar.tsx";
import { useText } from "./text.ts";
import { Workbench } from "./Workbench.tsx";

/** The whole window: the bar on top, and below it the active document or the start page. */
export function App() {
  const active = useWorkspace((s) => s.active);
  const any = useWorkspace((s) => s.tabs.length > 0);
  const presenter = useSettings((s) => s.presenter);
  useEffect(listenToShortcuts, []);
  useEffect(listenToClipboard, []);
  useEffect(() => (desktop ? followDesktop(desktop) : guardUnload()), []);
  const walking = useSession((s) => s !== null && s.tab === active);
  const name = useWorkspace((s) => activeTab(s)?.edited.document.name ?? null);
  return (
    <TooltipProvider>
      <WindowTitle name={name} />
      <div className={styles.app}>
        {any && <TopBar />}
        <main className={styles.main}>
          {name !== null && <h1 className="visually-hidden">{name}</h1>}
          <ErrorBoundary key={active}>
            {active === null ? <StartPage /> : walking ? <StepView /> : <Workbench />}
          </ErrorBoundary>
        </main>
      </div>
      <DropZone />
      {presenter && <PresenterMarks />}
      <DialogHost />
      <ContextMenuHost />
      <ToastHost />
    </TooltipProvider>
  );
}

/**
 * Puts the name of the active document into the title of the window, with a dot while it has unsaved changes; while a
 * network is being trained, how far that is.
 */
function WindowTitle({ name }: { name: string | null }) {
  const { windowTitle } = useText().shell;
  const dirty = useDirty(activeTab);
  // Changes all the time while a network is trained: a component of its own, or the whole window were drawn with it.
  const run = useRunTitle();
  useEffect(() => {
    const shown = run ?? (name === null ? null : dirty ? `• ${name}` : name);
    document.title = shown === null ? "Gradloom" : windowTitle(shown);
  }, [run, name, dirty, windowTitle]);
  return null;
}
