import { readDocument } from "../../src/graph/read.ts";
import { messageOf } from "../../src/i18n/issue.ts";
import type { SupervisorEvent, WindowMessage } from "../../src/protocol/index.ts";
import { setEngine } from "../bridge/engine.ts";
import { ConnectedEngine } from "../bridge/engineClient.ts";
import { dialOf } from "../bridge/engineLine.ts";
import { settings } from "../stores/settings.ts";
import { training } from "../stores/training.ts";
import { workspace } from "../stores/workspace.ts";
import { toast } from "../ui/Toast.tsx";
import { Batch } from "./batch.ts";
import { onEnd } from "./outcome.ts";
import { isOwn } from "./own.ts";
import { isUnderWay, newRun, type Run, runFromTold } from "./run.ts";

/**
 * Reaches the program behind the window, and keeps the runs of the store as it tells them. Called once; a window without
 * a program says so and is otherwise whole.
 */
export function followEngine(): void {
  const { set } = training.getState();
  const dial = dialOf();
  if (!dial) {
    set({ connection: "off" });
    return;
  }
  const batch = new Batch(tell);
  const client = new ConnectedEngine(dial, {
    onConnection: (connection) => set({ connection }),
    onReady: ({ run, threads }) => {
      batch.flush();
      set({ threads });
      const told = run && runFromTold(run, tabOf(run.key));
      if (told) adopt(told);
      breakOff(told?.key ?? null);
    },
    onMessage: (message) => {
      if (message.kind === "events") {
        if (message.key !== null) batch.add(message.key, message.events);
        return;
      }
      batch.flush();
      if (message.kind === "gone") training.getState().forget(message.key);
      else announced(message);
    },
  });
  setEngine(client);
  // A page that comes to the front need not wait for the next try.
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && client.hurry());
  window.addEventListener("focus", () => client.hurry());
  workspace.subscribe((now, before) => {
    if (now.tabs === before.tabs) return;
    const open = new Set(now.tabs.map((t) => t.id));
    for (const { id } of before.tabs) if (!open.has(id)) training.getState().detach(id);
  });
}

function tell(key: string, events: readonly SupervisorEvent[]): void {
  training.getState().tell(key, events);
  for (const e of events) {
    // What the user chose cannot be had: said at once, and once, as it may take an hour longer so.
    if (e.kind === "issue" && e.issue.code === "provider.unavailable") {
      toast({ text: messageOf(e.issue, settings.getState().locale) });
    }
  }
  if (!events.some((e) => e.kind === "done" || (e.kind === "state" && e.state === "failed"))) return;
  const run = training.getState().runs.find((r) => r.key === key);
  if (run) onEnd(run);
}

const tabOf = (key: string): string | null => training.getState().runs.find((r) => r.key === key)?.tab ?? null;

/** Takes over a run that the program told of. One that this page had started before it was reloaded is shown again. */
function adopt(told: Run): void {
  const known = training.getState().runs.find((r) => r.key === told.key);
  if (known || !isOwn(told.key)) {
    training.getState().replace(told);
    if (known && !isUnderWay(told) && isUnderWay(known)) onEnd(told);
    return;
  }
  const tab = workspace.getState().open(told.document, null);
  const run = { ...told, tab };
  training.getState().add(run);
  if (!isUnderWay(run)) onEnd(run);
}

/** Runs that the program no longer knows ended with the program that trained them. */
function breakOff(known: string | null): void {
  const { runs, replace } = training.getState();
  for (const run of runs) {
    if (isUnderWay(run) && run.key !== known) replace({ ...run, phase: "failed", engine: "gone" });
  }
}

/** Another window has started a run. */
function announced({ key, document, began }: Extract<WindowMessage, { kind: "run" }>): void {
  const read = readDocument(document);
  if (read.ok) training.getState().replace(newRun(key, null, read.value, began));
}
