import { Component, type ReactNode } from "react";
import { download } from "../bridge/browserFiles.ts";
import { settings } from "../stores/settings.ts";
import { activeTab, workspace } from "../stores/workspace.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./ErrorBoundary.module.css";
import { bytesOfTab, fileName } from "./saving.ts";
import { currentText } from "./text.ts";

interface State {
  readonly error: Error | null;
}

/** Catches what must not happen, a fault while the window is drawn: documents are still there and can be saved. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    const text = currentText().shell;
    const tab = activeTab(workspace.getState());
    const save = (): void => {
      if (tab) download(tab.file ?? fileName(tab.edited.document), bytesOfTab(tab));
    };
    return (
      <section className={styles.fault} role="alert">
        <h2>{text.faultTitle}</h2>
        <p>{text.faultText}</p>
        <code lang={settings.getState().locale}>{error.message}</code>
        <div className={styles.actions}>
          {tab && <Button onClick={save}>{text.faultSave}</Button>}
          <Button kind="primary" onClick={() => this.setState({ error: null })}>
            {text.faultRetry}
          </Button>
        </div>
      </section>
    );
  }
}
