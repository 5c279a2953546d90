import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { type Locale, localeFrom } from "../../src/i18n/locale.ts";
import type { ProviderChoice } from "../../src/protocol/index.ts";

export const themes = ["system", "light", "dark", "contrast"] as const;
export type Theme = (typeof themes)[number];

export const wireStyles = ["curved", "straight", "stepped", "hidden"] as const;
export type WireStyle = (typeof wireStyles)[number];

/** What the user chose about the window; kept between starts, never part of a document or its history. */
export interface Settings {
  readonly locale: Locale;
  readonly theme: Theme;
  /** Size of the interface, 1 = 16 px to the rem. */
  readonly scale: number;
  readonly presenter: boolean;
  readonly reducedMotion: boolean;
  readonly minimap: boolean;
  readonly snap: boolean;
  readonly guides: boolean;
  readonly wireStyle: WireStyle;
  /** Trained weights are saved with their document. */
  readonly saveWeights: boolean;
  readonly panels: { readonly left: boolean; readonly right: boolean; readonly bottom: boolean };
  /** What a training runs on, and with how many threads; 0 threads leaves it to the engine. */
  readonly provider: ProviderChoice;
  readonly threads: number;
  /** Layers marked in the palette, and those used last. */
  readonly favourites: readonly string[];
  readonly recentLayers: readonly string[];
  /** Blocks kept for other documents, as clipboard text. */
  readonly library: readonly { readonly id: string; readonly name: string; readonly clip: string }[];
  readonly shortcuts: { readonly [command: string]: readonly string[] };
}

const storageKey = "gradloom.settings";

const defaults: Settings = {
  locale: localeFrom(globalThis.navigator?.language ?? "en") ?? "en",
  theme: "system",
  scale: 1,
  presenter: false,
  reducedMotion: false,
  minimap: true,
  snap: false,
  guides: true,
  wireStyle: "curved",
  saveWeights: true,
  panels: { left: true, right: true, bottom: true },
  provider: "auto",
  threads: 0,
  favourites: [],
  recentLayers: [],
  library: [],
  shortcuts: {},
};

interface SettingsStore extends Settings {
  set(change: Partial<Settings>): void;
}

export const settings = createStore<SettingsStore>()((set) => ({
  ...defaults,
  ...read(),
  set: (change) => set(change),
}));

settings.subscribe(({ set: _, ...values }) => {
  try {
    localStorage.setItem(storageKey, JSON.stringify(values));
  } catch {
    // Storage may be full or forbidden; the choice then holds until the window closes.
  }
});

function read(): Partial<Settings> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    // Only keys of the right kind: a damaged entry falls back to its default.
    const known = Object.entries(value).filter(
      ([key, v]) => key in defaults && typeof v === typeof defaults[key as keyof Settings],
    );
    return Object.fromEntries(known) as Partial<Settings>;
  } catch {
    return {};
  }
}

export const useSettings = <T>(select: (s: SettingsStore) => T): T => useStore(settings, select);
