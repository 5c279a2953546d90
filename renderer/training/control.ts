import { type Issue, isError, issue } from "../../src/core/issue.ts";
import { messageOf } from "../../src/i18n/issue.ts";
import { providerChoices, type RunOverrides, type Tensors } from "../../src/protocol/index.ts";
import { runFacts } from "../../src/train/run-facts.ts";
import { ask } from "../app/dialogs.ts";
import { currentText } from "../app/text.ts";
import type { EngineClient } from "../bridge/engine.ts";
import { engine } from "../bridge/engine.ts";
import { showIssue } from "../panels/show.ts";
import { settings } from "../stores/settings.ts";
import { runOf, training } from "../stores/training.ts";
import { activeTab, fittedWeights, type Tab, workspace } from "../stores/workspace.ts";
import { toast } from "../ui/Toast.tsx";
import { showPart } from "./dock/state.ts";
import { onEnd } from "./outcome.ts";
import { markOwn } from "./own.ts";
import { isUnderWay, newRun, type Run, runFromTold } from "./run.ts";

/** What the one button of training does now; `wait`: nothing, until the engine has done what was asked. */
export type RunAction = "train" | "continue" | "pause" | "resume" | "wait";

const tabNow = (): Tab | null => activeTab(workspace.getState());
const runNow = (): Run | null => runOf(training.getState(), tabNow()?.id ?? null);

export function actionOf(run: Run | null, tab: Tab | null): RunAction {
  if (run?.phase === "paused") return "resume";
  if (run?.phase === "stopping" || (run && isUnderWay(run) && run.engine !== "up")) return "wait";
  if (run && isUnderWay(run)) return "pause";
  return canContinue(run, tab) ? "continue" : "train";
}

/** Whether there is something to go on from: the run itself, or weights that fit. */
export const canContinue = (run: Run | null, tab: Tab | null): boolean =>
  tab !== null && !isUnderWay(run) && ((run !== null && canProlong(run, tab)) || fittedWeights(tab).weights !== null);

/** Whether a run that is over can go on by itself: with its optimizer's state, of the same network and data. */
const canProlong = (run: Run, { edited }: Tab): boolean =>
  run.done !== null && runFacts(run.document) === runFacts(edited.document);

/** Trains, pauses or resumes: what the button says. */
export async function toggle(): Promise<void> {
  const [run, tab] = [runNow(), tabNow()];
  const action = actionOf(run, tab);
  if (action === "pause" || action === "resume") await order(action);
  else if (action === "continue") await continueTraining();
  else if (action === "train") await trainAnew();
}

/** Trains the active document from its initial weights. */
export async function trainAnew(): Promise<void> {
  const ready = await readyToTrain();
  if (ready) await start(ready.tab, ready.client, null);
}

/** Goes on from where the last training of the active document ended; from its weights where it was changed since. */
export async function continueTraining(): Promise<void> {
  const ready = await readyToTrain();
  if (!ready) return;
  const { tab, client } = ready;
  const run = runNow();
  if (run && canProlong(run, tab) && (await prolong(run, tab, client))) return;
  const weights = fittedWeights(tab).weights;
  await start(tab, client, weights && Object.fromEntries(weights.tensors));
}

/** One single step: of a run that pauses, else of a new one, which then pauses. A run under way is paused. */
export async function step(): Promise<void> {
  const run = runNow();
  if (run?.phase === "paused") await order("step");
  else if (run?.phase === "running") await order("pause");
  else if (!isUnderWay(run)) {
    const ready = await readyToTrain();
    if (!ready) return;
    const weights = fittedWeights(ready.tab).weights;
    const key = await start(ready.tab, ready.client, weights && Object.fromEntries(weights.tensors));
    if (key === null) return;
    await order("pause");
    await until(() => find(key)?.phase !== "preparing");
    if (find(key)?.phase === "paused") await order("step");
  }
}

export const stop = (): Promise<void> => order("stop");

/** Makes the active document untrained again: ends its run, and takes its weights away. */
export async function reset(): Promise<void> {
  const [run, tab] = [runNow(), tabNow()];
  const client = engine();
  if (!tab) return;
  const text = currentText().run;
  if (run && isUnderWay(run)) {
    const buttons = [
      { id: "cancel", label: currentText().shell.cancel },
      { id: "reset", label: text.resetAction, danger: true },
    ];
    const { name } = tab.edited.document;
    if ((await ask({ title: text.resetTitle(name), text: text.resetText, buttons })) !== "reset") return;
    const done = await client?.request("reset", {});
    if (done && !done.ok) return say(done.issues);
  }
  training.getState().hide(tab.id);
  const { weights } = tab;
  if (!weights) return;
  workspace.getState().setWeights(tab.id, null);
  const undo = { label: text.undo, run: () => workspace.getState().setWeights(tab.id, weights) };
  toast({ text: text.untrained(tab.edited.document.name), action: undo });
}

/** The learning rate of the run under way from its next step on. */
export async function setLearningRate(value: number, objective: string | null = null): Promise<void> {
  const run = runNow();
  const reply = await engine()?.command({ kind: "set-learning-rate", value, objective });
  if (reply && !reply.ok) say(reply.issues);
  else if (run) training.getState().note(run.key, { kind: "learning-rate", value });
}

/** Opens the document of a run that is in no tab, with the run. */
export function showRun(run: Run): void {
  const tab = workspace.getState().open(run.document, null, { unsaved: true });
  const shown = { ...run, tab };
  training.getState().replace(shown);
  training.getState().show(tab, run.key);
  markOwn(run.key);
  if (!isUnderWay(run)) onEnd(shown);
}

/** Goes on with a run that was broken off, in the tab of its document. */
export async function resumeEarlier(name: string, tab: string): Promise<void> {
  const client = engine();
  if (!client || !(await freeEngine(tab))) return;
  await proceed(client, name, tab, {}, null);
}

/** Starts the run of a tab again whose engine had given up, or whose program had ended. */
export async function startAgain(run: Run): Promise<void> {
  const name = folderName(run);
  const client = engine();
  if (!client || name === null || run.tab === null || !(await freeEngine(run.tab))) return;
  await proceed(client, name, run.tab, {}, run.key);
}

/** A document is about to be closed: asks what is to become of its training. False when it stays open. */
export async function mayCloseTab(tab: string): Promise<boolean> {
  const run = training.getState().runs.find((r) => r.tab === tab && isUnderWay(r));
  if (!run) return true;
  const text = currentText().run;
  const answer = await ask({
    title: text.closeTitle(run.document.name),
    text: text.closeText,
    buttons: [
      { id: "cancel", label: currentText().shell.cancel },
      { id: "stop", label: text.stopIt },
      { id: "keep", label: text.keepTraining },
    ],
  });
  if (answer === "stop") await order("stop");
  return answer === "stop" || answer === "keep";
}

/** The tab and the program, where all is well for a training; else says what is not. */
async function readyToTrain(): Promise<{ readonly tab: Tab; readonly client: EngineClient } | null> {
  const tab = tabNow();
  const client = engine();
  if (!tab) return null;
  if (!client) {
    const { run, shell } = currentText();
    void ask({ title: run.noProgramTitle, text: run.noProgram, buttons: [{ id: "close", label: shell.close }] });
    return null;
  }
  if (training.getState().connection === "lost") {
    say([issue("program.lost", {})]);
    return null;
  }
  const errors = tab.checked.issues.filter(isError);
  if (errors.length > 0) {
    sayErrors(errors);
    return null;
  }
  return (await freeEngine(tab.id)) ? { tab, client } : null;
}

/** One network is trained at a time: asks whether the other one shall stop. */
async function freeEngine(tab: string): Promise<boolean> {
  const other = training.getState().runs.find((r) => isUnderWay(r) && r.tab !== tab);
  if (!other) return true;
  const text = currentText().run;
  const answer = await ask({
    title: text.otherTitle(other.document.name),
    text: text.otherText,
    buttons: [
      { id: "cancel", label: currentText().shell.cancel },
      { id: "stop", label: text.stopOther(other.document.name) },
    ],
  });
  if (answer !== "stop") return false;
  await order("stop");
  await until(() => !isUnderWay(find(other.key)));
  return true;
}

/** Starts a run; gives its key, or null where the program refused. */
async function start(tab: Tab, client: EngineClient, tensors: Tensors | null): Promise<string | null> {
  const { provider: wanted, threads } = settings.getState();
  // Settings come from the browser's storage, where anything may stand.
  const provider = providerChoices.includes(wanted) ? wanted : "auto";
  const before = runNow();
  const key = crypto.randomUUID();
  const { document } = tab.edited;
  training.getState().add(newRun(key, tab.id, document, Date.now()));
  markOwn(key);
  const body = { key, document, provider, threads: threads || null, tensors, file: fileOf(tab) };
  const reply = await client.request("start", body);
  if (reply.ok) return key;
  training.getState().forget(key);
  if (before) training.getState().show(tab.id, before.key);
  say(reply.issues);
  return null;
}

/** The file of a document as the program knows it: the desktop app's number of it. A page of the web knows none. */
function fileOf({ place }: Tab): string | null {
  const handle: object | undefined = place?.handle;
  return handle && "id" in handle && typeof handle.id === "string" ? handle.id : null;
}

/** Lets a run that is over go on as long again as the document says. False where that cannot be. */
async function prolong(run: Run, tab: Tab, client: EngineClient): Promise<boolean> {
  const name = folderName(run);
  const { done } = run;
  if (!done || name === null) return false;
  const { epochs, steps } = tab.edited.document.training;
  const planned = run.plan?.steps ?? 0;
  // One that was stopped first does what was left of it.
  const left = done.reason === "stopped" && done.steps < planned;
  const longer: RunOverrides =
    steps === null
      ? { epochs: left ? Math.max(epochs, done.epochs + 1) : done.epochs + epochs }
      : { steps: left && steps > done.steps ? steps : done.steps + steps };
  const rate = rateOf(tab.edited.document);
  const changed = rate !== null && rate !== rateOf(run.document) ? { learningRate: rate } : {};
  return proceed(client, name, tab.id, { ...longer, ...changed }, run.key);
}

const rateOf = ({ objectives }: Run["document"]): number | null =>
  objectives.length === 1 ? (objectives[0]?.optimizer.learningRate ?? null) : null;

/** Has the program go on with a run of its own folder, which takes the place of `before` in the window. */
async function proceed(
  client: EngineClient,
  run: string,
  tab: string,
  overrides: RunOverrides,
  before: string | null,
): Promise<boolean> {
  const key = crypto.randomUUID();
  const reply = await client.request("continue", { key, run, overrides });
  const told = reply.ok ? runFromTold(reply.value, tab) : null;
  if (!told) {
    if (!reply.ok) say(reply.issues);
    return false;
  }
  markOwn(key);
  if (before !== null) training.getState().forget(before);
  training.getState().add(told);
  return true;
}

/** The folder of a run among those of the program. */
const folderName = (run: Run): string | null => run.plan?.folder.split(/[\\/]/).at(-1) ?? null;

async function order(kind: "pause" | "resume" | "step" | "stop"): Promise<void> {
  const reply = await engine()?.command({ kind });
  // It had ended by itself before the command came: nothing is wrong.
  if (reply && !reply.ok && !reply.issues.every((i) => i.code === "engine.refused")) say(reply.issues);
}

const find = (key: string): Run | null => training.getState().runs.find((r) => r.key === key) ?? null;

function until(condition: () => boolean): Promise<void> {
  return new Promise((done) => {
    const look = (): void => {
      if (!condition()) return;
      stopLooking();
      done();
    };
    const stopLooking = training.subscribe(look);
    look();
  });
}

/** Errors in the document: names the first, shows its place, and opens the list of all. */
function sayErrors(errors: readonly Issue[]): void {
  const [first] = errors;
  if (!first) return;
  const { panels, set } = settings.getState();
  set({ panels: { ...panels, bottom: true } });
  showPart("problems");
  showIssue(first);
  toast({
    kind: "error",
    text: currentText().run.cannotTrain(errors.length, messageOf(first, settings.getState().locale)),
  });
}

function say(issues: readonly Issue[]): void {
  const { locale } = settings.getState();
  toast({ kind: "error", text: issues.map((i) => messageOf(i, locale)).join(" ") });
}
