/** Panels whose size the user may choose. */
export const panelNames = ["left", "right", "bottom"] as const;
export type PanelName = (typeof panelNames)[number];

const storageKey = "gradloom.panels";
/** From this width on there is room for wider panels (px at scale 1). */
const wideWindow = 1600;

interface Range {
  readonly narrow: number;
  readonly wide: number;
  readonly min: number;
  readonly max: number;
  /** Of the window at the most when it opens: a large interface must leave room for the canvas. */
  readonly share: number;
}

/** Sizes in rem, so that they grow with the interface. */
export const panelRanges: { readonly [P in PanelName]: Range } = {
  left: { narrow: 12.75, wide: 14.5, min: 10, max: 30, share: 0.24 },
  right: { narrow: 19, wide: 22, min: 15, max: 40, share: 0.36 },
  bottom: { narrow: 14, wide: 17.5, min: 5, max: 40, share: 0.42 },
};

interface WindowSize {
  readonly width: number;
  readonly height: number;
}

/** Size of a panel in rem: the one chosen last, else the one that suits the window (px, and px to the rem). */
export function panelSize(panel: PanelName, window: WindowSize, rem: number): number {
  const { narrow, wide, min, max, share } = panelRanges[panel];
  const chosen = stored()[panel];
  const usual = window.width >= wideWindow * (rem / 16) ? wide : narrow;
  const wanted = typeof chosen === "number" && chosen >= min && chosen <= max ? chosen : usual;
  const room = (panel === "bottom" ? window.height : window.width) / rem;
  return Math.max(min, Math.min(wanted, room * share));
}

export function rememberPanelSize(panel: PanelName, rem: number): void {
  const { min, max } = panelRanges[panel];
  if (rem < min || rem > max) return;
  try {
    localStorage.setItem(storageKey, JSON.stringify({ ...stored(), [panel]: Math.round(rem * 100) / 100 }));
  } catch {
    // Without storage the size holds until the window closes.
  }
}

function stored(): { readonly [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
