import type { Bounds, Place } from "./store.ts";

/** What is known of a screen. */
export interface Screen {
  readonly workArea: Bounds;
}

export const smallest = { width: 800, height: 560 } as const;
const usual = { width: 1440, height: 900 } as const;
/** So much of a window must be on a screen for a hand to get hold of it. */
const grip = { width: 160, height: 60 } as const;

/** Name of an arrangement of screens. */
export const deskOf = (screens: readonly Screen[]): string =>
  screens
    .map(({ workArea: { x, y, width, height } }) => `${width}x${height}+${x}+${y}`)
    .sort()
    .join(" ");

/** Where a window opens: where it stood if that can still be seen, else in the middle of the first screen. */
export function placeFor(kept: Place | undefined, screens: readonly Screen[]): Place {
  const { workArea } = screens[0] ?? { workArea: { x: 0, y: 0, ...usual } };
  if (kept && screens.some((s) => canGrip(kept.bounds, s.workArea)) && fits(kept.bounds, screens)) return kept;
  const width = Math.max(Math.min(usual.width, workArea.width), Math.min(smallest.width, workArea.width));
  const height = Math.max(Math.min(usual.height, workArea.height), Math.min(smallest.height, workArea.height));
  const x = workArea.x + Math.round((workArea.width - width) / 2);
  const y = workArea.y + Math.round((workArea.height - height) / 2);
  // On a small screen every pixel counts.
  const maximized = kept?.maximized ?? workArea.width <= usual.width;
  return { bounds: { x, y, width, height }, maximized, fullScreen: false };
}

/** The bar on top, by which it is dragged, is on this screen. */
function canGrip(bounds: Bounds, area: Bounds): boolean {
  const wide = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  return wide >= grip.width && bounds.y >= area.y - 1 && bounds.y <= area.y + area.height - grip.height;
}

function fits({ width, height }: Bounds, screens: readonly Screen[]): boolean {
  const total = (side: "width" | "height"): number => screens.reduce((sum, s) => sum + s.workArea[side], 0);
  return width >= 200 && height >= 150 && width <= total("width") + 100 && height <= total("height") + 100;
}
