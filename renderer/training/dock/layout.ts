import type { DockPart } from "./state.ts";

/** Parts that have a cell of their own where there is room; the others share the last cell behind tabs. */
export const cells = ["curves", "predictions", "confusion"] as const satisfies readonly DockPart[];
export type CellPart = (typeof cells)[number];
export const sides = ["problems", "diagnosis", "log", "runs", "history"] as const satisfies readonly DockPart[];

/**
 * `cells`: all side by side. `pair`: two cells, what does not fit behind tabs. `tabs`: one row of tabs over everything.
 * Presenter mode keeps curves and predictions.
 */
export type DockLayout =
  | { readonly kind: "cells"; readonly cells: readonly CellPart[]; readonly tabs: readonly DockPart[] }
  | { readonly kind: "tabs"; readonly tabs: readonly DockPart[] };

/** Widths in rem: at 1366 px the dock is 66 wide, at 200 % of that 29. */
const widths = { all: 58, pair: 36 };

export function layoutOf(width: number, presenter: boolean): DockLayout {
  if (presenter) {
    const kept = ["curves", "predictions"] as const;
    return width >= widths.pair ? { kind: "cells", cells: kept, tabs: [] } : { kind: "tabs", tabs: kept };
  }
  if (width >= widths.all) return { kind: "cells", cells, tabs: sides };
  if (width >= widths.pair) return { kind: "cells", cells: ["curves"], tabs: ["predictions", "confusion", ...sides] };
  return { kind: "tabs", tabs: [...cells, ...sides] };
}
