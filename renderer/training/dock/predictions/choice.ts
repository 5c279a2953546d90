import { rng } from "../../../../src/core/rng.ts";
import type { Decisions } from "./results.ts";

/** Which samples are shown. */
export type Choice =
  | { readonly kind: "first" }
  | { readonly kind: "random"; readonly draw: number }
  | { readonly kind: "wrong" }
  | { readonly kind: "class"; readonly of: number }
  /** A cell of the confusion matrix. */
  | { readonly kind: "cell"; readonly truth: number; readonly predicted: number };

/** Whether decisions on all samples are needed to choose. */
export const needsSweep = ({ kind }: Choice): boolean => kind === "wrong" || kind === "class" || kind === "cell";

/** Places of `most` samples of a split of `count`; `decisions` are on its first samples, null while there are none. */
export function chosenSamples(
  choice: Choice,
  count: number,
  most: number,
  decisions: Decisions | null,
): readonly number[] {
  const size = Math.min(count, most);
  if (choice.kind === "first") return Array.from({ length: size }, (_, i) => i);
  if (choice.kind === "random") return drawn(count, size, choice.draw);
  if (!decisions) return [];
  const { truth, predicted, confidence } = decisions;
  const places = [...truth.keys()].filter((i) => fits(choice, truth[i] as number, predicted[i] as number));
  // Of errors the surest come first: they teach the most.
  if (choice.kind !== "class") places.sort((a, b) => sure(confidence[b]) - sure(confidence[a]) || a - b);
  return places.slice(0, size);
}

const sure = (confidence: number | undefined): number =>
  confidence === undefined || Number.isNaN(confidence) ? 0 : confidence;

function fits(choice: Choice, truth: number, predicted: number): boolean {
  if (choice.kind === "wrong") return truth !== predicted;
  if (choice.kind === "class") return truth === choice.of;
  return choice.kind === "cell" && truth === choice.truth && predicted === choice.predicted;
}

/** `size` different places, the same for the same draw. */
function drawn(count: number, size: number, draw: number): readonly number[] {
  const random = rng(draw, "predictions");
  const seen = new Set<number>();
  while (seen.size < size) seen.add(random.below(count));
  return [...seen];
}
