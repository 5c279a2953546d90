/** Lengths of calls that are used: few, as onnxruntime plans memory anew for each. */
const ladder = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096];
/** A call may be at most so many times as long as the one before, as the first are slower than those to come. */
const growth = 4;
const maxBytes = 64 * 2 ** 20;

/**
 * How many steps to do in one call, so that a call takes about as long as wanted: long enough to cost little, short
 * enough that pause and stop come at once. No number of a run depends on it.
 */
export class CallSize {
  readonly #target: number;
  readonly #most: number;
  #last = 0;
  #perStep: number | null = null;
  #warm = false;

  /** `bytesPerStep` is the size of the samples of a step; they are all in memory for a call. */
  constructor(options: { readonly milliseconds: number; readonly bytesPerStep: number; readonly most: number | null }) {
    this.#target = options.milliseconds;
    const fitting = Math.max(1, Math.floor(maxBytes / Math.max(options.bytesPerStep, 1)));
    this.#most = Math.min(fitting, options.most ?? Number.POSITIVE_INFINITY);
  }

  /** Steps of the next call, at most `limit`. */
  next(limit: number): number {
    const wanted = this.#perStep === null ? 1 : this.#target / Math.max(this.#perStep, 1e-4);
    const bound = Math.min(wanted, this.#most, Math.max(1, this.#last * growth));
    const size = ladder.filter((n) => n <= bound).at(-1) ?? 1;
    this.#last = size;
    return Math.min(size, limit);
  }

  /** Tells how long a call of `steps` steps took. The first is left out: it allocates. */
  measured(steps: number, milliseconds: number): void {
    if (this.#warm) {
      const now = milliseconds / steps;
      this.#perStep = this.#perStep === null ? now : 0.7 * this.#perStep + 0.3 * now;
    }
    this.#warm = true;
  }
}
