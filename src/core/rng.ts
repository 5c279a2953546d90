import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/**
 * Seeded random numbers. Every use has a stream of its own, named by a label, so that adding one
 * parameter or one epoch does not change the numbers of another.
 */
export interface Rng {
  /** Uniform 32-bit unsigned integer. */
  uint32(): number;
  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number;
  /** Standard normal (Box & Muller 1958). */
  normal(): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
  /** Fisher-Yates shuffle in place. */
  shuffle<T extends { length: number; [index: number]: number }>(items: T): T;
  /** State from which {@link restoreRng} goes on to the same numbers. */
  state(): readonly number[];
}

/** The stream `label` of `seed`: the same pair always gives the same numbers. */
export function rng(seed: number, label: string): Rng {
  return wrap(xoroshiro128plus(hash32(`${seed}/${label}`)), null);
}

/** Continues a stream from {@link Rng.state}. */
export function restoreRng(state: readonly number[]): Rng {
  const spare = state.length > 4 ? (state[4] as number) : null;
  return wrap(xoroshiro128plusFromState(state.slice(0, 4)), spare);
}

/** FNV-1a of the UTF-16 code units with a final avalanche (MurmurHash3 finaliser), as an unsigned 32-bit integer. */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

type Generator = ReturnType<typeof xoroshiro128plus>;

function wrap(generator: Generator, spareNormal: number | null): Rng {
  let spare = spareNormal;
  const uint32 = (): number => generator.next() >>> 0;
  const uniform = (): number => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  return {
    uint32,
    uniform,
    normal() {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    below: (n) => Math.floor(uniform() * n),
    shuffle(items) {
      for (let i = items.length - 1; i > 0; i--) {
        const j = Math.floor(uniform() * (i + 1));
        const held = items[i] as number;
        items[i] = items[j] as number;
        items[j] = held;
      }
      return items;
    },
    state: () => (spare === null ? [...generator.getState()] : [...generator.getState(), spare]),
  };
}
