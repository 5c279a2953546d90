import type * as z from "zod";
import type { Json } from "../../../src/core/issue.ts";
import { dataSchema } from "../../../src/data/schema.ts";
import type { GraphDocument } from "../../../src/graph/document.ts";
import { type Objective, objectiveSchema } from "../../../src/graph/objective.ts";
import { trainingSchema } from "../../../src/graph/training.ts";
import { commit, editing, type StepKey } from "../../app/editing.ts";
import { currentText } from "../../app/text.ts";
import { toast } from "../../ui/Toast.tsx";

type Whole = "name" | "seed" | "data" | "objectives" | "training";

/** Sets a part of the document as one step. */
export function setPart<K extends Whole>(key: K, value: GraphDocument[K], step: StepKey, gesture?: string): void {
  if (!editing()) return;
  commit({ kind: "set", key, value } as Parameters<typeof commit>[0], step, undefined, gesture && `${key} ${gesture}`);
}

/** The value with its defaults when the schema takes it; else the user is told, and nothing changes. */
function checked<S extends z.ZodType>(schema: S, value: Json): z.output<S> | null {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  toast({ text: currentText().inspector.range.refused });
  return null;
}

/** Sets the data section from the value of a form. */
export function setData(value: Json, gesture?: string): void {
  const data = checked(dataSchema, value);
  if (data) setPart("data", data, "setData", gesture);
}

/** Sets the training settings from the value of a form. */
export function setTraining(value: Json, gesture?: string): void {
  const training = checked(trainingSchema, value);
  if (training) setPart("training", training, "setTraining", gesture);
}

/** Sets one objective from the value of a form. */
export function setObjective(id: string, value: Json, step: StepKey = "setObjective", gesture?: string): void {
  const objective = checked(objectiveSchema, value);
  const now = editing();
  if (!objective || !now) return;
  const list = now.document.objectives.map((o): Objective => (o.id === id ? objective : o));
  setPart("objectives", list, step, gesture && `${id} ${gesture}`);
}

/** Forms work on plain values; what the schemas give is such a value. */
export const asJson = (value: unknown): Json => value as Json;
export const asRecord = (value: unknown): { readonly [key: string]: Json } => value as { readonly [key: string]: Json };
