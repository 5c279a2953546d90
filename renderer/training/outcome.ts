import { messageOf } from "../../src/i18n/issue.ts";
import { currentText } from "../app/text.ts";
import { engine } from "../bridge/engine.ts";
import { showIssue } from "../panels/show.ts";
import { settings } from "../stores/settings.ts";
import { workspace } from "../stores/workspace.ts";
import { toast } from "../ui/Toast.tsx";
import type { Run } from "./run.ts";

/** A run of this window is over: its document gets the weights, and the user hears how it went. */
export function onEnd(run: Run): void {
  if (run.tab === null) return;
  if (run.done) void takeWeights(run, run.tab);
  else if (run.engine === "up") sayFailed(run);
}

async function takeWeights(run: Run, tab: string): Promise<void> {
  const text = currentText().run;
  const { name } = run.document;
  const reply = await engine()?.request("weights", { key: run.key });
  if (!reply?.ok) {
    toast({ kind: "error", text: text.noWeights(name) });
    return;
  }
  // Closed meanwhile, or already trained further.
  if (!workspace.getState().tabs.some((t) => t.id === tab)) return;
  const { tensors, standardise, step, epoch } = reply.value;
  const scores = scoresOf(run);
  workspace.getState().setWeights(tab, { tensors: new Map(Object.entries(tensors)), standardise, step, epoch, scores });
  toast({ kind: "ok", text: resultText(run) });
}

function scoresOf({ done }: Run): { readonly [name: string]: number } {
  if (!done) return {};
  const { loss, metrics } = done.test;
  const known = Object.entries(metrics).filter((m): m is [string, number] => m[1] !== null);
  return { loss, ...Object.fromEntries(known) };
}

/** `LeNet is trained: 97.8 % accuracy, loss 0.0712 on test data.` */
function resultText({ document, done }: Run): string {
  const text = currentText().run;
  if (!done) return "";
  const { loss, metrics, split } = done.test;
  const accuracy = Object.entries(metrics).find(([name]) => /(^|\.)accuracy$/.test(name))?.[1];
  const share = typeof accuracy === "number" ? `${(accuracy * 100).toFixed(1)} %` : null;
  return text.trained[done.reason](document.name, text.scores(share, loss.toPrecision(3), text.splits[split]));
}

function sayFailed(run: Run): void {
  const error = run.issues.filter((i) => i.severity === "error").at(-1);
  if (!error) return;
  const action = { label: currentText().run.show, run: () => showThere(run, error) };
  const text = `${currentText().run.failed(run.document.name)} ${messageOf(error, settings.getState().locale)}`;
  toast({ kind: "error", text, ...(error.node === undefined ? {} : { action }) });
}

function showThere(run: Run, error: Run["issues"][number]): void {
  if (run.tab !== null) workspace.getState().activate(run.tab);
  showIssue(error);
}
