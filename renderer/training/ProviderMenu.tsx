import { useEffect } from "react";
import { type ProviderState, providerChoices } from "../../src/protocol/index.ts";
import { openDialog } from "../app/dialogs.ts";
import { currentText, useText } from "../app/text.ts";
import { engine } from "../bridge/engine.ts";
import { settings, useSettings } from "../stores/settings.ts";
import { type TrainingStore, training, useTraining } from "../stores/training.ts";
import { Button } from "../ui/Button.tsx";
import { Menu, type MenuEntry } from "../ui/Menu.tsx";
import styles from "./ProviderMenu.module.css";
import { isUnderWay } from "./run.ts";

type Choice = (typeof providerChoices)[number];

/** What trains and with how many threads; opens the choice of it. */
export function ProviderMenu() {
  const text = useText().run.provider;
  const connection = useTraining((s) => s.connection);
  const busy = useTraining((s) => s.runs.some(isUnderWay));
  const provider = useTraining(usedProvider);
  const wanted = useSettings((s) => s.provider);
  const threads = useThreads();
  useLook(connection);
  if (connection === "off") return null;
  const known = provider ?? (wanted === "auto" ? null : wanted);
  const name = known === null ? text.names.auto : text.names[known];
  const label = connection === "ready" ? `${name} · ${text.threads(threads)}` : text[stateWord(connection)];
  const state = connection !== "ready" ? "lost" : busy ? "busy" : "ready";
  return (
    <Menu
      trigger={
        <Button kind="quiet" className={styles.button} aria-label={`${text.label}: ${label}`} title={text.label}>
          <span className={styles.dot} data-state={connection === "connecting" ? "waiting" : state} />
          <span className={styles.word}>{label}</span>
        </Button>
      }
      entries={entries}
    />
  );
}

const stateWord = (connection: TrainingStore["connection"]): "connecting" | "lost" =>
  connection === "connecting" ? "connecting" : "lost";

/** What the run under way runs on, else what the next one will; null while that is not known. */
function usedProvider({ runs, providers }: TrainingStore): Choice | null {
  const running = runs.find(isUnderWay)?.plan;
  if (running) return running.provider.used;
  const { provider } = settings.getState();
  if (provider !== "auto") return works(providers, provider) === false ? "cpu" : provider;
  if (providers.length === 0) return null;
  return automatic.find((name) => works(providers, name) === true) ?? "cpu";
}

/** What "automatic" tries before the CPU: the first that works. */
const automatic = ["cuda", "dml", "coreml"] as const;

/** Null while it is not known. */
const works = (providers: readonly ProviderState[], name: Choice): boolean | null => {
  const found = providers.find((p) => p.name === name);
  return found ? found.state === "works" : null;
};

function useThreads(): number {
  const own = useTraining((s) => s.threads);
  const wanted = useSettings((s) => s.threads);
  return useTraining((s) => s.runs.find(isUnderWay)?.plan?.threads ?? null) ?? (wanted || own);
}

/** Finds out what works here, once, when the window has come to rest. */
function useLook(connection: TrainingStore["connection"]): void {
  useEffect(() => {
    if (connection !== "ready" || training.getState().providers.length > 0) return;
    const timer = setTimeout(() => void look(false), restAfter);
    return () => clearTimeout(timer);
  }, [connection]);
}

const restAfter = 2000;

/** Asks the program which providers work; `again` after something was installed. */
export async function look(again: boolean): Promise<void> {
  const found = await engine()?.request("providers", { again });
  if (found?.ok) training.getState().set({ providers: found.value });
}

function entries(): readonly MenuEntry[] {
  const text = currentText().run.provider;
  const { providers, threads: own } = training.getState();
  const { provider, threads, set } = settings.getState();
  if (providers.length === 0) void look(false);
  const underWay = training.getState().runs.some(isUnderWay);
  const choice = (name: Choice): MenuEntry => {
    const found = providers.find((p) => p.name === name);
    const note = found && found.state !== "works" ? text.states[found.state] : undefined;
    return {
      label: text.names[name],
      note,
      checked: provider === name,
      disabled: note !== undefined,
      onSelect: () => set({ provider: name }),
    };
  };
  const count = (n: number): MenuEntry => ({
    label: n === 0 ? text.threadsOf(own) : text.threads(n),
    checked: threads === n,
    onSelect: () => set({ threads: n }),
  });
  return [
    { heading: providers.length === 0 ? text.looking : text.label },
    ...providerChoices.map(choice),
    "separator",
    { label: text.threadsMenu, entries: [0, ...threadCounts(own)].map(count) },
    ...(underWay ? ["separator" as const, { heading: text.nextRun }] : []),
    "separator",
    { label: text.setUp, onSelect: () => openDialog({ kind: "providers" }) },
  ];
}

/** Powers of two up to twice what the engine takes by itself. */
function threadCounts(own: number): readonly number[] {
  const counts: number[] = [];
  for (let n = 1; n <= Math.max(2, own) * 2; n *= 2) counts.push(n);
  return counts;
}
