import { newRun, type Run, withEvent } from "../../../../renderer/training/run.ts";
import { documentSchema } from "../../../../src/graph/document.ts";
import type { EventOf, SupervisorEvent } from "../../../../src/protocol/index.ts";

const provider = { asked: "cpu", used: "cpu", reason: null, operators: null } as const;

/** A run that has told its plan and nothing else. */
export function emptyRun({ steps, stepsPerEpoch }: { steps: number; stepsPerEpoch: number }): Run {
  const document = documentSchema.parse({ format: "gradloom", version: 1, name: "Test" });
  return told(newRun("run", "tab", document, 0), [
    {
      kind: "plan",
      name: "Test",
      folder: "/run",
      seed: 1,
      steps,
      epochs: Math.ceil(steps / stepsPerEpoch),
      stepsPerEpoch,
      batch: 4,
      accumulate: 1,
      parameters: 10,
      samples: { train: 4 * stepsPerEpoch, validation: 8, test: 0 },
      provider,
      threads: 1,
    },
    { kind: "state", state: "running", step: 0, epoch: 0 },
  ]);
}

export const told = (run: Run, events: readonly SupervisorEvent[]): Run =>
  events.reduce((r, e) => withEvent(r, e, 0), run);

export const stepsEvent = (
  step: number,
  loss: readonly number[],
  metrics: { readonly [name: string]: number } = {},
  epoch = 1,
): EventOf<"steps"> => ({
  kind: "steps",
  step,
  epoch,
  loss: [...loss],
  learningRate: loss.map(() => 0.1),
  metrics: { ...metrics },
  samplesPerSecond: 400,
});

/** The end of an epoch of `length` steps; epochs take two seconds each. */
export const epochEvent = (
  epoch: number,
  length: number,
  validationLoss: number | null,
  metrics: { readonly [name: string]: number } = {},
): EventOf<"epoch"> => ({
  kind: "epoch",
  epoch,
  step: epoch * length,
  train: { loss: 1 / epoch, metrics: { ...metrics } },
  validation: validationLoss === null ? null : { loss: validationLoss, metrics: { ...metrics } },
  learningRate: 0.1,
  seconds: 2 * epoch,
  best: false,
});
