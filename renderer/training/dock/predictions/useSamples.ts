import { useEffect, useMemo, useRef, useState } from "react";
import type { Tensor } from "../../../../src/shape/dtype.ts";
import { useTraining } from "../../../stores/training.ts";
import { useTab } from "../../../stores/workspace.ts";
import { look } from "../../looking.ts";
import type { Run } from "../../run.ts";
import { type Split, situationOf } from "./sight.ts";
import type { Task } from "./task.ts";

/** Samples with what the network says of them. */
export interface SeenSamples {
  readonly task: Task;
  readonly split: Split;
  readonly indices: readonly number[];
  readonly input: Tensor | null;
  readonly prediction: Tensor;
  readonly target: Tensor;
}

/** Samples that are asked for in one go: always as many, so that one model serves all choices. */
export const atOnce = 24;
/** Milliseconds between two looks at a run under way. */
const pause = 1000;

/** Predictions on some samples: about every second while the run goes on, else whenever its parameters change. */
export function useSamples(run: Run | null, split: Split | null, indices: readonly number[]): SeenSamples | null {
  const tab = useTab((t) => t);
  const ready = useTraining((s) => s.connection === "ready");
  const situation = useMemo(() => (run ? situationOf(tab, run) : null), [tab, run]);
  const [seen, setSeen] = useState<(SeenSamples & { readonly run: string }) | null>(null);
  const latest = useRef(situation);
  latest.current = situation;
  const moving = situation?.moving ?? false;
  const at = situation?.at ?? null;
  const step = moving ? 0 : (run?.step ?? 0);
  const key = run?.key ?? null;
  const chosen = indices.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the keys stand for what the look reads
  useEffect(() => {
    if (!at || !split || !ready || indices.length === 0) return;
    let dropped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (): void => {
      if (moving) timer = setTimeout(() => void ask(), pause);
    };
    const ask = async (): Promise<void> => {
      const now = latest.current;
      if (!now || document.hidden) return again();
      const { task } = now;
      const all = Array.from({ length: atOnce }, (_, i) => indices[Math.min(i, indices.length - 1)] as number);
      const tensors = [task.prediction, task.target, ...(task.input ? [task.input] : [])];
      const samples = { kind: "indices", split, indices: all } as const;
      const reply = await look({ at: now.at, samples, mode: "inference", tensors });
      if (dropped) return;
      const [prediction, target, input = null] = reply.ok ? reply.value.tensors : [];
      if (prediction && target) setSeen({ run: now.run.key, task, split, indices, input, prediction, target });
      again();
    };
    void ask();
    return () => {
      dropped = true;
      clearTimeout(timer);
    };
  }, [at, key, split, ready, moving, step, chosen]);
  return seen && seen.run === key && seen.split === split && seen.indices.join() === chosen ? seen : null;
}
