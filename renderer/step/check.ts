import type { UiText } from "../../src/i18n/ui.ts";
import type { ReplyValue } from "../../src/protocol/index.ts";

type Difference = Extract<ReplyValue, { kind: "difference" }>;

export type Verdict = "agrees" | "side" | "corner" | "flat" | "differs";

/** A gradient beside its central differences. */
export interface Checked {
  readonly kind: "checked";
  readonly analytic: number;
  readonly numeric: number;
  /** The gradient that trains, in single precision. */
  readonly shown: number;
  /** Difference of both by the larger one. */
  readonly error: number;
  readonly verdict: Verdict;
}

/** Relative error up to which both are one number: what rounding and a bent curve leave of a difference. */
const tolerance = 1e-3;
/** Digits that float32 has. */
const float32 = 2 ** -24;

/**
 * Compares, and where both differ says why: the slope to the left is not that to the right (a corner lies between), or
 * the loss is rounded by as much. Where they agree in double precision, but not with what single precision gives, a unit
 * stands so close to its corner that rounding puts it on the other side (`side`).
 */
export function judge({ analytic, shown, numeric, steps, loss, double }: Difference): Omit<Checked, "kind"> {
  const error = relative(analytic, numeric);
  const told = { analytic, numeric, shown, error };
  if (error <= tolerance) return { ...told, verdict: relative(shown, analytic) <= tolerance ? "agrees" : "side" };
  const rounding = 64 * (double ? Number.EPSILON : float32) * Math.abs(loss);
  const longest = Math.max(0, ...steps.map((s) => s.h));
  if (Math.abs(analytic - numeric) * longest < rounding) return { ...told, verdict: "flat" };
  const bent = steps.some((s) => {
    const [right, left] = [(s.up - loss) / s.h, (loss - s.down) / s.h];
    return Math.abs(right - left) > 0.02 * Math.max(Math.abs(right), Math.abs(left));
  });
  return { ...told, verdict: bent ? "corner" : "differs" };
}

/** Difference of two numbers by the larger one. */
function relative(a: number, b: number): number {
  const largest = Math.max(Math.abs(a), Math.abs(b));
  return largest === 0 ? 0 : Math.abs(a - b) / largest;
}

export const checkedText = (verdict: Verdict, text: UiText["walk"]): string =>
  ({ agrees: text.agrees, side: text.otherSide, corner: text.corner, flat: text.tooFlat, differs: text.differs })[
    verdict
  ];
