import { coordinates, elementOf, type Place, sameTensor } from "../../src/explain/place.ts";
import type { Term } from "../../src/explain/worked.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import type { NodeLook } from "./nodeLook.ts";
import type { Picks } from "./session.ts";

/** Range of flat indices that a sample has. */
export function sampleRange({ dims, data }: Tensor, sample: number): readonly [number, number] {
  const size = data.length / (dims[0] ?? 1);
  return [sample * size, (sample + 1) * size];
}

/** Place of the number that is furthest from 0 within a range. */
export function furthest(t: Tensor, [from, to]: readonly [number, number] = [0, t.data.length]): number {
  let best = from;
  for (let i = from; i < to; i++) if (Math.abs(elementOf(t, i)) > Math.abs(elementOf(t, best))) best = i;
  return best;
}

/**
 * The elements that are looked at: those that were picked, as far as they fit together, else telling ones. An output
 * that the loss asks most of; of its terms the largest; of that the weight and the input.
 */
export function picksOf(look: NodeLook, sample: number, parameter: string | null, chosen: Partial<Picks>): Picks {
  const output = chosen.output ?? tellingOutput(look, sample);
  if (!output) return { output, parameter: null, input: null };
  const terms = termsOf(look, output);
  const weight = chosen.parameter ?? tellingParameter(look, output, terms, parameter);
  return { output, parameter: weight, input: chosen.input ?? tellingInput(look, output, terms, weight) };
}

function tellingOutput({ numbers, outputs }: NodeLook, sample: number): Place | null {
  const at = outputs.findIndex((g) => g?.data.some((v) => Number(v) !== 0));
  const output = Math.max(0, at);
  const gradient = outputs[output];
  const value = numbers.outputs[output];
  if (!value) return null;
  const index = tellingIndex(value, gradient ?? null, sampleRange(value, sample));
  return { tensor: { of: "output", output }, index };
}

/** Where both the value and what the loss asks of it are large; else where one of them is. */
function tellingIndex(value: Tensor, gradient: Tensor | null, [from, to]: readonly [number, number]): number {
  if (!gradient) return furthest(value, [from, to]);
  let best = from;
  let most = 0;
  for (let i = from; i < to; i++) {
    const worth = Math.abs(elementOf(value, i) * elementOf(gradient, i));
    if (worth > most) [best, most] = [i, worth];
  }
  if (most > 0) return best;
  const asked = furthest(gradient, [from, to]);
  return elementOf(gradient, asked) === 0 ? furthest(value, [from, to]) : asked;
}

/** What an element is made of, one factor each where it is no sum. */
const termsOf = ({ form, numbers }: NodeLook, { tensor, index }: Place): readonly Term[] =>
  tensor.of === "output" ? form.worked(numbers, tensor.output, index).terms : [];

const largest = (terms: readonly Term[]): Term | undefined =>
  terms.reduce<Term | undefined>((a, b) => (a && Math.abs(a.value) >= Math.abs(b.value) ? a : b), undefined);

function tellingParameter(look: NodeLook, output: Place, terms: readonly Term[], wanted: string | null): Place | null {
  const name = wanted ?? parameterNames(look)[0];
  if (name === undefined || output.tensor.of !== "output") return null;
  const isIt = (p: Place | null): p is Place => p?.tensor.of === "parameter" && p.tensor.parameter === name;
  const own = terms.filter((t) => t.factors.some((f) => isIt(f.at)));
  const found = largest(own)?.factors.find((f) => isIt(f.at))?.at;
  if (found) return found;
  const { form, numbers } = look;
  const read = form.reads(numbers, output.tensor.output, output.index).find(isIt);
  return read ?? { tensor: { of: "parameter", parameter: name }, index: 0 };
}

/** Parameters that can be looked at: trained ones first, then kept ones. */
export const parameterNames = ({ checked }: NodeLook): readonly string[] =>
  [...checked.parameters].sort((a, b) => Number(a.kind === "buffer") - Number(b.kind === "buffer")).map((p) => p.name);

function tellingInput(look: NodeLook, output: Place, terms: readonly Term[], weight: Place | null): Place | null {
  const isInput = (p: Place | null): p is Place => p?.tensor.of === "input";
  const beside =
    weight &&
    terms.find((t) =>
      t.factors.some((f) => f.at && f.at.index === weight.index && sameTensor(f.at.tensor, weight.tensor)),
    );
  const term = beside ?? largest(terms);
  const found = term?.factors.find((f) => isInput(f.at))?.at;
  if (found) return found;
  if (output.tensor.of !== "output") return null;
  const reads = look.form.reads(look.numbers, output.tensor.output, output.index).filter(isInput);
  // Of a layer that keeps the shape, the element at the same place.
  return reads.find((r) => r.index === output.index) ?? reads[0] ?? null;
}

/** Coordinates as people count them, from 1: of inputs and outputs without the sample. */
export const shownAt = (t: Tensor, index: number, batch: boolean): string =>
  `(${coordinates(t.dims, index)
    .slice(batch ? 1 : 0)
    .map((c) => c + 1)
    .join(", ")})`;

/** The element of another input that goes with the one that is looked at: of the same term, else the first one read. */
export function partnerOf(look: NodeLook, { output, input }: Picks, which: number): Place | null {
  const isIts = (p: Place | null): p is Place => p?.tensor.of === "input" && p.tensor.input === which;
  if (output?.tensor.of !== "output") return { tensor: { of: "input", input: which }, index: 0 };
  const terms = termsOf(look, output);
  const term = terms.find((t) =>
    t.factors.some((f) => input && f.at && f.at.index === input.index && sameTensor(f.at.tensor, input.tensor)),
  );
  const beside = term?.factors.map((f) => f.at).find(isIts);
  if (beside) return beside;
  const reads = look.form.reads(look.numbers, output.tensor.output, output.index);
  return reads.find(isIts) ?? { tensor: { of: "input", input: which }, index: 0 };
}
