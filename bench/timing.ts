/** Something that is timed: one call does `steps` steps. */
export interface Contestant {
  readonly name: string;
  /** Calls for about `ms` milliseconds after a warm-up and gives the milliseconds per step of each call. */
  burst(ms: number): Promise<number[]>;
}

export interface Timing {
  /** Median over the rounds of each round's median, ms per step. */
  readonly median: number;
  /** Fastest call of all, ms per step: nearest to what an idle machine would give. */
  readonly least: number;
  /** Each round's median. */
  readonly rounds: readonly number[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** Median of the ratios a/b round by round: a slow spell of the machine slows both of a round. */
export const ratio = (a: Timing, b: Timing): number => median(a.rounds.map((v, i) => v / (b.rounds[i] as number)));

/** Calls before each burst that are not counted: caches fill, thread pools of the last contestant stop spinning. */
const warmUpCalls = 3;

export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** What is measured: the time on the wall, or what the process had of the processors. Both in ms. */
export const clocks = {
  wall: now,
  cpu: (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
} as const;
export type Clock = keyof typeof clocks;

/** A contestant in this process. */
export const local = (name: string, steps: number, clock: Clock, call: () => Promise<unknown>): Contestant => ({
  name,
  async burst(ms) {
    // A call of many steps is long enough for the warm-up not to show in it.
    const [warmUps, least] = steps > 1 ? [0, 1] : [warmUpCalls, 3];
    for (let i = 0; i < warmUps; i++) await call();
    const times: number[] = [];
    const end = now() + ms;
    for (let before = clocks[clock](); times.length < least || now() < end; ) {
      await call();
      const after = clocks[clock]();
      times.push((after - before) / steps);
      before = after;
    }
    return times;
  },
});

/** A comparison ends early after so many milliseconds, if it has had at least so many rounds. */
const [enough, leastRounds] = [8000, 5];

/**
 * Times contestants in turn, A B C A B C: what else the machine does then hits all alike. Every second round goes
 * backwards, so that nobody always follows the same other.
 */
export async function compete(
  contestants: readonly Contestant[],
  { rounds, ms }: { rounds: number; ms: number },
): Promise<Timing[]> {
  const medians = contestants.map((): number[] => []);
  const least = contestants.map(() => Number.POSITIVE_INFINITY);
  for (const c of contestants) await c.burst(1);
  const start = now();
  for (let round = 0; round < rounds; round++) {
    if (round >= leastRounds && now() - start > enough) break;
    const order = contestants.map((_, i) => (round % 2 === 0 ? i : contestants.length - 1 - i));
    for (const i of order) {
      const times = await (contestants[i] as Contestant).burst(ms);
      (medians[i] as number[]).push(median(times));
      least[i] = Math.min(least[i] as number, ...times);
    }
  }
  return contestants.map((_, i) => ({
    median: median(medians[i] as number[]),
    least: least[i] as number,
    rounds: medians[i] as number[],
  }));
}
