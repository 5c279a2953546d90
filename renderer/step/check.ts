import type { UiText } from "../../src/i18n/ui.ts";
import type { ReplyValue } from "../../src/protocol/index.ts";

type Difference = Extract<ReplyValue, { kind: "difference" }>;

export type Verdict = "agrees" | "corner" | "flat" | "differs";

/** A gradient beside its central differences. */
export interface Checked {
  readonly kind: "checked";
  readonly analytic: number;
  readonly numeric: number;
  /** Difference of both by the larger one. */
  readonly error: number;
  readonly verdict: Verdict;
}

/** Relative error up to which both are one number: what float32 losses and a bent curve leave of a difference. */
const tolerance = 1e-3;
/** Digits that float32 has. */
const float32 = 2 ** -24;

/**
 * Compares, and where both differ says why: the slope to the left is not that to the right (a corner lies between), or
 * the loss changes by no more than it is rounded.
 */
export function judge({ analytic, numeric, steps, loss, double }: Difference): Omit<Checked, "kind"> {
  const largest = Math.max(Math.abs(analytic), Math.abs(numeric));
  const error = largest === 0 ? 0 : Math.abs(analytic - numeric) / largest;
  const told = { analytic, numeric, error };
  if (error <= tolerance) return { ...told, verdict: "agrees" };
  const rounding = 64 * (double ? Number.EPSILON : float32) * Math.abs(loss);
  if (steps.every((s) => Math.abs(s.up - s.down) < rounding)) return { ...told, verdict: "flat" };
  const bent = steps.some((s) => {
    const [right, left] = [(s.up - loss) / s.h, (loss - s.down) / s.h];
    return Math.abs(right - left) > 0.02 * Math.max(Math.abs(right), Math.abs(left));
  });
  return { ...told, verdict: bent ? "corner" : "differs" };
}

export const checkedText = (verdict: Verdict, text: UiText["walk"]): string =>
  ({ agrees: text.agrees, corner: text.corner, flat: text.tooFlat, differs: text.differs })[verdict];
