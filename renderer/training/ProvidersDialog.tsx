import { CircleCheck, CircleDashed, RefreshCw } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { ProviderState } from "../../src/protocol/index.ts";
import { closeDialog } from "../app/dialogs.ts";
import { useText } from "../app/text.ts";
import { host } from "../bridge/host.ts";
import { useTraining } from "../stores/training.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { look } from "./ProviderMenu.tsx";
import styles from "./ProvidersDialog.module.css";

/** Which execution providers work on this machine, why others do not, and what CUDA still needs. */
export function ProvidersDialog() {
  const text = useText();
  const words = text.run.provider;
  const providers = useTraining((s) => s.providers);
  const [busy, setBusy] = useState(false);
  const ask = async (again: boolean): Promise<void> => {
    setBusy(true);
    await look(again);
    setBusy(false);
  };
  const known = providers.length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the dialog opens
  useEffect(() => {
    if (!known) void ask(false);
  }, []);
  const setup = providers.find((p) => p.name === "cuda")?.setup ?? null;
  return (
    <Dialog
      title={words.dialogTitle}
      onClose={closeDialog}
      width="34rem"
      footer={
        <>
          <Button icon={RefreshCw} disabled={busy} onClick={() => void ask(true)}>
            {words.again}
          </Button>
          <Button kind="primary" data-initial-focus={true} onClick={closeDialog}>
            {text.shell.close}
          </Button>
        </>
      }
    >
      {known ? (
        <table className={styles.table} aria-busy={busy}>
          <tbody>
            {providers.map((p) => (
              <tr key={p.name}>
                <th scope="row">{words.names[p.name]}</th>
                <td>
                  {words.states[p.state]}
                  {p.reason !== null && <p className={styles.reason}>{p.reason}</p>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p role="status">{words.looking}</p>
      )}
      {setup && <CudaSteps setup={setup} />}
      {known && !setup && <p className={styles.note}>{words.cuda.notHere}</p>}
    </Dialog>
  );
}

const installCommand = "npx gradloom doctor --install-cuda";

function CudaSteps({ setup: { driver, libraries, missing } }: { setup: NonNullable<ProviderState["setup"]> }) {
  const text = useText().run.provider.cuda;
  return (
    <>
      <h3 className={styles.title}>{text.title}</h3>
      <ol className={styles.steps}>
        <Step done={driver}>{driver ? text.driver : text.noDriver}</Step>
        <Step done={libraries}>
          {libraries ? text.libraries : text.noLibraries}
          {!libraries && host.kind === "browser" && (
            <div>
              <code className={styles.code}>{installCommand}</code>
            </div>
          )}
        </Step>
        <Step done={libraries && missing.length === 0}>
          {libraries && missing.length === 0 ? text.toolkit : text.noToolkit}
          {missing.length > 0 && <p className={styles.reason}>{missing.join(", ")}</p>}
        </Step>
      </ol>
      <p className={styles.note}>{text.note}</p>
    </>
  );
}

function Step({ done, children }: { done: boolean; children: ReactNode }) {
  const Icon = done ? CircleCheck : CircleDashed;
  return (
    <li data-done={done}>
      <Icon size="0.9375rem" aria-hidden="true" />
      <div>{children}</div>
    </li>
  );
}
