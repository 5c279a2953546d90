import { settings } from "../stores/settings.ts";
import { runOf, training } from "../stores/training.ts";
import { workspace } from "../stores/workspace.ts";

/** Something that drifts: painted at a phase of 0..1. */
type Drifting = (phase: number) => void;

const all = new Set<Drifting>();
/** One gap of chevrons in this time. */
const period = 1600;
/** Finer than this the eye sees no steps at so slow a drift. */
const interval = 32;

let frame = 0;
let painted = 0;

/** Paints `drifting` at rest now, and at every frame while training runs; gives a function that ends this. */
export function drift(drifting: Drifting): () => void {
  all.add(drifting);
  drifting(0);
  follow();
  return () => {
    all.delete(drifting);
  };
}

const still = (): boolean =>
  settings.getState().reducedMotion || matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Chevrons drift only in the gradient overlay, only while training runs, and only where it is looked at. */
function drifts(): boolean {
  const state = training.getState();
  const run = runOf(state, workspace.getState().active);
  return all.size > 0 && state.overlay === "gradients" && run?.phase === "running" && state.cursor === null && !still();
}

function follow(): void {
  if (frame !== 0 || !drifts()) return;
  frame = requestAnimationFrame(tick);
}

function tick(now: number): void {
  frame = 0;
  if (!drifts()) return;
  if (now - painted >= interval) {
    painted = now;
    const phase = (now % period) / period;
    for (const d of all) d(phase);
  }
  frame = requestAnimationFrame(tick);
}

/** Drift begins when training does, and stands where it was when training stops. */
export const followDrift = (): (() => void) => training.subscribe(follow);
