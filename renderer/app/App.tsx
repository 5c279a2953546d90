import { StartPage } from "../start/StartPage.tsx";
import { useWorkspace } from "../stores/workspace.ts";
import styles from "./App.module.css";
import { TopBar } from "./TopBar.tsx";
import { Workbench } from "./Workbench.tsx";

/** The whole window: the bar on top, and below it the active document or the start page. */
export function App() {
  const active = useWorkspace((s) => s.active);
  const any = useWorkspace((s) => s.tabs.length > 0);
  return (
    <div className={styles.app}>
      {(active !== null || any) && <TopBar />}
      <main className={styles.main}>{active === null ? <StartPage /> : <Workbench key={active} />}</main>
    </div>
  );
}
