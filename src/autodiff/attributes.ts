import type { GradientContext } from "../ir/gradient.ts";

/** Float attribute as the kernel sees it: rounded to float32, which is all an ONNX file holds. */
export const float = (c: GradientContext, name: string, fallback: number): number =>
  Math.fround((c.attrs[name] as number | undefined) ?? fallback);

export const int = (c: GradientContext, name: string, fallback: number): number =>
  (c.attrs[name] as number | undefined) ?? fallback;

export const text = (c: GradientContext, name: string, fallback: string): string =>
  (c.attrs[name] as string | undefined) ?? fallback;

/** Integer list attribute, `count` times `fallback` when it is left out. */
export const ints = (c: GradientContext, name: string, count: number, fallback: number): number[] => {
  const given = c.attrs[name] as readonly number[] | undefined;
  return given ? [...given] : new Array<number>(count).fill(fallback);
};
