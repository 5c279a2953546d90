import type { TensorRefInput } from "../../src/protocol/index.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import { evenly } from "../../src/train/evenly.ts";
import { training } from "../stores/training.ts";
import type { Run } from "./run.ts";
import { refKey } from "./watching.ts";

/** A tensor as it was told at some step of a run. */
export interface PinnedMoment {
  readonly step: number;
  readonly tensor: Tensor;
}

/** Moments of one tensor that are kept, and bytes of all. */
const mostMoments = 60;
const mostBytes = 64 * 1024 * 1024;

/** What runs told of pinned tensors, by run and tensor: the time machine goes back as far as that. */
const kept = new Map<string, Map<string, readonly PinnedMoment[]>>();

training.subscribe((now, before) => {
  if (now.runs === before.runs) return;
  for (const run of now.runs) {
    if (run.pins.length > 0 && before.runs.find((r) => r.key === run.key)?.pins !== run.pins) remember(run);
  }
  for (const key of kept.keys()) if (!now.runs.some((r) => r.key === key)) kept.delete(key);
});

function remember(run: Run): void {
  for (const { ref, tensor, step } of run.pins) if (tensor) keep(run.key, ref, { step, tensor });
  trim();
}

/** Keeps what was seen of a run; `samples` names those that were looked at, where they are not those of its batches. */
export function keep(run: string, ref: TensorRefInput, moment: PinnedMoment, samples = ""): void {
  const tensors = kept.get(run) ?? new Map<string, readonly PinnedMoment[]>();
  kept.set(run, tensors);
  const key = nameOf(ref, samples);
  tensors.set(key, withMoment(tensors.get(key) ?? [], moment));
}

const nameOf = (ref: TensorRefInput, samples: string): string =>
  samples === "" ? refKey(ref) : `${refKey(ref)} ${samples}`;

/** Over the limit half of the moments of everything go. */
export function trim(): void {
  const bytes = [...kept.values()]
    .flatMap((t) => [...t.values()].flat())
    .reduce((n, m) => n + m.tensor.data.byteLength, 0);
  if (bytes > mostBytes) for (const t of kept.values()) for (const [key, all] of t) t.set(key, thinned(all));
}

/** The moments with one more, in the order of their steps: what a restart does again takes the place of what was told. */
export function withMoment(all: readonly PinnedMoment[], moment: PinnedMoment): readonly PinnedMoment[] {
  const next = [...all.filter((m) => m.step < moment.step), moment];
  return next.length > mostMoments ? thinned(next) : next;
}

/** Half of the moments or fewer, evenly over the run, and the last always. */
const thinned = (all: readonly PinnedMoment[]): readonly PinnedMoment[] =>
  evenly(
    all,
    Math.ceil(all.length / 2),
    (m) => m.step,
    (_, i) => i === all.length - 1,
  );

/** What a run told last of a tensor. */
export function pinnedNow(run: Run, ref: TensorRefInput): PinnedMoment | null {
  const key = refKey(ref);
  const found = run.pins.find((p) => refKey(p.ref) === key);
  return found?.tensor ? { step: found.step, tensor: found.tensor } : null;
}

/** A tensor as it was at a step, or the last time before that it was seen; null where it was not. */
export function pinnedAt(run: Run, ref: TensorRefInput, step: number, samples = ""): PinnedMoment | null {
  const all = kept.get(run.key)?.get(nameOf(ref, samples)) ?? [];
  return all.filter((m) => m.step <= step).at(-1) ?? null;
}
