import { ClipboardCopy, ScrollText } from "lucide-react";
import { version } from "../../package.json";
import { desktop } from "../bridge/desktop.ts";
import { Brand } from "../ui/Brand.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { toast } from "../ui/Toast.tsx";
import styles from "./AboutDialog.module.css";
import { closeDialog } from "./dialogs.ts";
import { useText } from "./text.ts";

/** What the program is, and of which versions it is made. */
export function AboutDialog() {
  const text = useText();
  const rows = versions(text.about);
  const copy = async (): Promise<void> => {
    const lines = rows.map(([name, value]) => `${name} ${value}`).join("\n");
    await navigator.clipboard?.writeText(lines).catch(() => {});
    toast({ kind: "ok", text: text.about.copied });
  };
  return (
    <Dialog
      title={text.about.title}
      onClose={closeDialog}
      width="28rem"
      footer={
        <>
          {desktop && (
            <Button icon={ScrollText} onClick={() => void desktop?.window.show("notices")}>
              {text.about.notices}
            </Button>
          )}
          <Button icon={ClipboardCopy} onClick={() => void copy()}>
            {text.about.copy}
          </Button>
          <Button kind="primary" data-initial-focus={true} onClick={closeDialog}>
            {text.shell.close}
          </Button>
        </>
      }
    >
      <div className={styles.head}>
        <Brand className={styles.brand} />
        <div>
          <p className={styles.name}>Gradloom</p>
          <p>{text.about.tagline}</p>
        </div>
      </div>
      <dl className={styles.versions}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.note}>{text.about.offline}</p>
      <p className={styles.note}>{text.about.licence}</p>
    </Dialog>
  );
}

type Row = readonly [name: string, value: string];

function versions(text: { readonly version: string; readonly browser: string }): readonly Row[] {
  const own: Row = [text.version, version];
  if (!desktop) return [own, [text.browser, navigator.userAgent]];
  const { electron, chrome, node } = desktop.about;
  return [own, ["Electron", electron], ["Chromium", chrome], ["Node.js", node]];
}
