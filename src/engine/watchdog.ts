export interface WatchdogLimits {
  /** Seconds without a sign of life while models are opened or a first call runs: that may take long. */
  readonly opening: number;
  /** Least seconds once the length of a call is known; calls block everything, so it is also `factor` calls. */
  readonly least: number;
  readonly factor: number;
}

export const watchdogLimits: WatchdogLimits = { opening: 900, least: 60, factor: 30 };

/** What the process does, as far as it matters for how long it may be silent. */
export type Work = "idle" | "opening" | "steps";

const interval = 1000;

/**
 * Tells when a process has been silent for too long. A call of onnxruntime blocks its process and is no hang, so the
 * limit follows the calls that were measured.
 */
export class Watchdog {
  readonly #limits: WatchdogLimits;
  readonly #onSilence: (seconds: number) => void;
  #timer: NodeJS.Timeout | null = null;
  #work: Work = "idle";
  #heard = 0;
  #looked = 0;
  #callSeconds = 0;

  constructor(limits: WatchdogLimits, onSilence: (seconds: number) => void) {
    this.#limits = limits;
    this.#onSilence = onSilence;
  }

  start(): void {
    this.stop();
    this.#work = "opening";
    this.#callSeconds = 0;
    this.heard();
    this.#looked = this.#heard;
    this.#timer = setInterval(() => this.#look(), interval);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  heard(): void {
    this.#heard = performance.now();
  }

  busy(work: Work): void {
    this.#work = work;
  }

  callTook(milliseconds: number): void {
    this.#callSeconds = Math.max(this.#callSeconds, milliseconds / 1000);
  }

  #look(): void {
    const now = performance.now();
    // The machine slept, or this process did: silence says nothing then.
    if (now - this.#looked > 10 * interval) this.#heard = now;
    this.#looked = now;
    const { opening, least, factor } = this.#limits;
    const limit = this.#work === "opening" ? opening : Math.max(least, factor * this.#callSeconds);
    const silent = (now - this.#heard) / 1000;
    if (silent <= limit) return;
    this.stop();
    this.#onSilence(Math.round(silent));
  }
}
