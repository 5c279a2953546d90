import { createStore } from "zustand/vanilla";
import type { ReplyValue, WindowCommandInput } from "../../src/protocol/index.ts";
import { engine } from "../bridge/engine.ts";
import { runOf, training } from "../stores/training.ts";
import { activeTab, type Tab, workspace } from "../stores/workspace.ts";
import { isUnderWay } from "../training/run.ts";
import { networkOf } from "../training/sight.ts";
import type { ProfileView } from "./picture.ts";

interface Profiles {
  readonly view: ProfileView | "measuring" | null;
}

/** Where the time of a step goes, as last measured. */
export const profiles = createStore<Profiles>(() => ({ view: null }));

/** Milliseconds between two measurements of a run, and after an edit before the network is measured. */
const again = 10_000;
const editPause = 600;

type Moment = Extract<WindowCommandInput, { kind: "profile" }>["at"];

/** What is measured: a run by its key, or the network of a document. */
interface Subject {
  readonly key: unknown;
  readonly at: Moment;
  readonly running: boolean;
}

/** Measures while the overlay of times is shown; gives a function that ends this. */
export function followProfile(): () => void {
  let measured: unknown = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  const measure = async (subject: Subject): Promise<void> => {
    busy = true;
    if (subject.key !== measured) profiles.setState({ view: "measuring" });
    measured = subject.key;
    const reply = await engine()?.command({ kind: "profile", at: subject.at });
    busy = false;
    const value = reply?.ok ? reply.value : null;
    profiles.setState({ view: value?.kind === "profile" ? viewOf(value) : null });
    if (subject.running) timer = setTimeout(follow, again);
    follow();
  };
  const follow = (): void => {
    const subject = subjectOf();
    if (!subject || busy) return;
    if (subject.key === measured && (!subject.running || timer !== undefined)) return;
    clearTimeout(timer);
    const wait = subject.running || measured === null ? 0 : editPause;
    timer = setTimeout(() => {
      timer = undefined;
      const now = subjectOf();
      if (now && !busy) void measure(now);
    }, wait);
  };
  follow();
  const stops = [training.subscribe(follow), workspace.subscribe(follow)];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

/** Null while nobody wants to know, or nobody can tell. */
function subjectOf(): Subject | null {
  const { overlay, connection } = training.getState();
  const tab = activeTab(workspace.getState());
  if (overlay !== "time" || connection !== "ready" || !tab) return null;
  const run = runOf(training.getState(), tab.id);
  if (run && isUnderWay(run)) {
    const { phase } = run;
    return phase === "preparing" ? null : { key: run.key, at: { kind: "run" }, running: phase === "running" };
  }
  return whole(tab) ? documentSubject(tab) : null;
}

function documentSubject(tab: Tab): Subject {
  const document = networkOf(tab.edited.document);
  return { key: document, at: { kind: "document", document }, running: false };
}

/** An unfinished network has no training step. */
const whole = ({ checked, edited }: Tab): boolean =>
  edited.document.objectives.length > 0 &&
  edited.document.data !== null &&
  !checked.issues.some((i) => i.severity === "error");

function viewOf({ nodes, total, provider }: Extract<ReplyValue, { kind: "profile" }>): ProfileView {
  const times = new Map<string, number>();
  for (const { node, microseconds } of nodes) if (node !== null) times.set(node, (times.get(node) ?? 0) + microseconds);
  return { nodes: times, total, provider: provider.used };
}
