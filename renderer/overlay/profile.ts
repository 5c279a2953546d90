import { createStore } from "zustand/vanilla";
import type { ProfileView } from "./picture.ts";

interface Profiles {
  readonly view: ProfileView | "measuring" | null;
}

/** Where the time of a step goes, as last measured. */
export const profiles = createStore<Profiles>(() => ({ view: null }));
