import type { StepName } from "../graph/history.ts";
import type { UiText } from "./ui.ts";

/** The name of a step in words; its key where the texts lack it. */
export function stepTitle(steps: UiText["steps"], { key, values = {} }: StepName): string {
  const text: unknown = Object.hasOwn(steps, key) ? steps[key as keyof UiText["steps"]] : key;
  return typeof text === "function" ? String(text(values)) : String(text);
}
