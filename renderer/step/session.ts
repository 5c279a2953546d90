import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Place } from "../../src/explain/place.ts";
import { workspace } from "../stores/workspace.ts";
import type { Ways } from "./chain.ts";

/** What is told of a node, one after the other. */
export const stops = ["forward", "incoming", "weights", "outgoing", "update"] as const;
export type Stop = (typeof stops)[number];

/** Elements that are looked at: one of an output, one of a parameter, one of an input. */
export interface Picks {
  readonly output: Place | null;
  readonly parameter: Place | null;
  readonly input: Place | null;
}
export const noPicks: Picks = { output: null, parameter: null, input: null };

/** Where somebody stands who walks through one step of the training. */
export interface Session {
  readonly tab: string;
  /** A node of the checked graph, or a loss as the canvas names it. */
  readonly place: string;
  readonly stop: Stop;
  /** Number of the sample in the frozen batch. */
  readonly sample: number;
  /** Only this sample goes through, or the whole batch. */
  readonly alone: boolean;
  readonly ways: Ways;
  /** What was picked, by place. */
  readonly picks: { readonly [place: string]: Partial<Picks> };
  /** Parameter that is looked at, by place. */
  readonly parameter: { readonly [place: string]: string };
  /** The training was paused to walk through it. */
  readonly paused: boolean;
}

interface Stepping {
  readonly session: Session | null;
  open(tab: string, place: string, alone: boolean, paused: boolean): void;
  leave(): void;
  /** Goes to another node; what was looked at of it before is remembered. */
  go(place: string, stop?: Stop): void;
  set(change: Partial<Pick<Session, "stop" | "sample" | "alone">>): void;
  pick(change: Partial<Picks>): void;
  choose(parameter: string): void;
  turn(side: keyof Ways, node: string, to: string): void;
}

export const stepping = createStore<Stepping>()((set) => {
  const update = (change: (s: Session) => Partial<Session>): void =>
    set(({ session }) => ({ session: session && { ...session, ...change(session) } }));
  return {
    session: null,
    open: (tab, place, alone, paused) =>
      set({
        session: {
          tab,
          place,
          stop: "forward",
          sample: 0,
          alone,
          ways: { next: {}, before: {} },
          picks: {},
          parameter: {},
          paused,
        },
      }),
    leave: () => set({ session: null }),
    go: (place, stop) => update((s) => ({ place, stop: stop ?? s.stop })),
    set: (change) =>
      update((s) => {
        const others =
          (change.sample !== undefined && change.sample !== s.sample) ||
          (change.alone !== undefined && change.alone !== s.alone);
        // Elements are counted with the batch: those of other samples are others.
        return { ...change, ...(others ? { picks: {} } : {}) };
      }),
    pick: (change) => update((s) => ({ picks: { ...s.picks, [s.place]: { ...s.picks[s.place], ...change } } })),
    choose: (parameter) =>
      update((s) => ({
        parameter: { ...s.parameter, [s.place]: parameter },
        picks: { ...s.picks, [s.place]: { ...s.picks[s.place], parameter: null } },
      })),
    turn: (side, node, to) => update((s) => ({ ways: { ...s.ways, [side]: { ...s.ways[side], [node]: to } } })),
  };
});

export const useSession = <T>(select: (s: Session | null) => T): T => useStore(stepping, (s) => select(s.session));

/** Whether the active document is walked through. */
export function isWalking(): boolean {
  const { session } = stepping.getState();
  return session !== null && session.tab === workspace.getState().active;
}
