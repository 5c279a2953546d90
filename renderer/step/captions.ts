import { inputLetter, parameterLetter } from "../../src/explain/letters.ts";
import { coordinates } from "../../src/explain/place.ts";
import type { UiText } from "../../src/i18n/ui.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import type { NodeLook } from "./nodeLook.ts";

/** Letter of an input in the formulas of its layer. */
export function inputName({ checked, numbers }: NodeLook, input: number): string {
  const named = checked.sources.some((s) => s.into === "b");
  return inputLetter(numbers.inputs.length, input, named);
}

/** `6×28×28` of one sample. */
export const shapeOf = ({ dims }: Tensor, batch = true): string => {
  const own = batch ? dims.slice(1) : dims;
  return own.length === 0 ? "1" : own.join("×");
};

/** Names of the axes before the last two, the sample left out. */
export function pageNames({ axes }: UiText["walk"], { dims }: Tensor, batch: boolean): readonly string[] {
  const own = batch ? dims.slice(1) : dims;
  const lead = own.length - 2;
  if (!batch && own.length === 2) return [axes.unit];
  if (lead <= 0) return [];
  if (!batch) return [axes.filter, axes.input, ...new Array<string>(Math.max(0, lead - 2)).fill(axes.depth)];
  return [axes.channel, ...new Array<string>(lead - 1).fill(axes.depth)];
}

/** Symbol and caption of a parameter's card: `w_4`, filter 4 of 6. */
export function parameterCard(
  { cards }: UiText["walk"],
  look: NodeLook,
  name: string,
  letter: string,
  { dims }: Tensor,
  index: number,
): { readonly symbol: string; readonly caption: string } {
  const at = (coordinates(dims, index)[0] ?? 0) + 1;
  const rows = dims.length === 2 && (dims[1] as number) > 16;
  const { layer } = look.checked.node;
  const shape = dims.join("×");
  if (name !== "weight" || dims.length < 2) return { symbol: letter, caption: cards.parameter(name, shape) };
  if (dims.length > 2 && /^conv\d/.test(layer)) return { symbol: `${letter}_{${at}}`, caption: "" };
  return rows ? { symbol: `${letter}_{${at}}`, caption: "" } : { symbol: letter, caption: cards.weight(shape) };
}

const normalising = new Set(["batch-norm", "layer-norm", "group-norm", "instance-norm", "rms-norm"]);
const greek: { readonly [letter: string]: string } = { gamma: "γ", beta: "β", mu: "μ", sigma: "σ" };

/** Letter of a parameter in the formulas of its layer. */
export const parameterSymbol = ({ checked }: NodeLook, name: string): string =>
  parameterLetter(name, normalising.has(checked.node.layer));

/** The same as plain text. */
export const parameterName = (look: NodeLook, name: string): string =>
  parameterSymbol(look, name)
    .replace(/\\mathit\{(.*)\}/, "$1")
    .replace(/\\([a-z]+)/g, (_, letter: string) => greek[letter] ?? letter)
    .replace("^2", "²");
