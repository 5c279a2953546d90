import type { Curves, EventOf, RunTold, SupervisorEvent } from "../protocol/index.ts";
import { withEpoch } from "../train/epochs.ts";
import { withFrame } from "../train/frames.ts";
import type { Phase } from "../train/run-state.ts";
import { emptySeries, extended, type Series, until } from "../train/series.ts";

type Told = Pick<RunTold, "curves" | "events" | "times">;
interface Entry {
  readonly time: number;
  readonly event: SupervisorEvent;
}
interface Frame {
  readonly step: number;
  readonly failing?: boolean | undefined;
  readonly entry: Entry;
}

/** Checkpoints that are remembered: of a long run there are tens of thousands. */
const checkpointLimit = 200;

/**
 * What a run told, kept so that a window that comes later learns all of it. Curves are thinned and statistics are as
 * many as the time machine shows, so that it stays of bounded size in a run of any length.
 */
export class RunMemory {
  #phase: Phase = "preparing";
  #step = 0;
  #done: EventOf<"done"> | null = null;
  #entries: Entry[] = [];
  #frames: readonly Frame[] = [];
  #epochs: readonly EventOf<"epoch">[] = [];
  #pins: Entry | null = null;
  #curves: Curves = { loss: fresh(), others: {}, learningRate: fresh(), metrics: {}, samplesPerSecond: 0 };

  get phase(): Phase {
    return this.#phase;
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /** How it ended; null while it has not. */
  get done(): EventOf<"done"> | null {
    return this.#done;
  }

  add(event: SupervisorEvent, time: number): void {
    const entry = { time, event };
    switch (event.kind) {
      case "steps":
        this.#addSteps(event);
        return;
      case "statistics":
        this.#frames = withFrame(this.#frames, { step: event.step, failing: event.failing, entry });
        return;
      case "pins":
        this.#pins = entry;
        return;
      case "layout":
        // A process that takes the place of another one tells it again; what was measured stands.
        if (this.#entries.some((e) => isSame(e.event, event))) return;
        this.#forget((e) => e.kind === "layout");
        this.#frames = [];
        break;
      case "resumed":
        this.#rewind(event.step);
        break;
      case "checkpoint":
        this.#boundCheckpoints();
        break;
      case "epoch":
        this.#boundEpochs(event);
        break;
      case "state":
        this.#phase = event.state;
        break;
      case "done":
        this.#done = event;
        break;
      default:
    }
    this.#entries.push(entry);
  }

  /** Everything, in an order that gives the same when it is told again. */
  get told(): Told {
    const last = this.#pins ? [this.#pins] : [];
    const all = [...this.#entries, ...this.#frames.map((f) => f.entry), ...last];
    return { curves: this.#curves, events: all.map((e) => e.event), times: all.map((e) => e.time) };
  }

  #addSteps(event: EventOf<"steps">): void {
    const { loss, others, learningRate, metrics } = this.#curves;
    const steps = event.loss.map((_, i) => event.step + i);
    this.#step = steps.at(-1) ?? this.#step;
    const scores = Object.entries(event.metrics).flatMap(([name, value]) =>
      value === null ? [] : [[name, extended(metrics[name] ?? fresh(), [this.#step], [value])] as const],
    );
    const more = Object.entries(event.others ?? {}).map(([id, values]) => [
      id,
      extended(others[id] ?? fresh(), steps, values),
    ]);
    this.#curves = {
      loss: extended(loss, steps, event.loss),
      others: { ...others, ...Object.fromEntries(more) },
      learningRate: extended(learningRate, steps, event.learningRate),
      metrics: { ...metrics, ...Object.fromEntries(scores) },
      samplesPerSecond: event.samplesPerSecond,
    };
  }

  /** What was told of steps that a restart does again is forgotten: it will be told again, with the same numbers. */
  #rewind(step: number): void {
    const { loss, others, learningRate, metrics, samplesPerSecond } = this.#curves;
    const cut = (series: Curves["others"]): Curves["others"] =>
      Object.fromEntries(Object.entries(series).map(([k, s]) => [k, until(s, step)]));
    this.#step = step;
    this.#curves = {
      loss: until(loss, step),
      others: cut(others),
      learningRate: until(learningRate, step),
      metrics: cut(metrics),
      samplesPerSecond,
    };
    this.#forget((e) => e.kind === "epoch" && e.step > step);
    this.#epochs = this.#epochs.filter((e) => e.step <= step);
    this.#frames = this.#frames.filter((f) => f.step <= step);
  }

  #boundCheckpoints(): void {
    const all = this.#entries.filter((e) => e.event.kind === "checkpoint");
    const oldest = all.length >= checkpointLimit ? all[0]?.event : null;
    if (oldest) this.#forget((e) => e === oldest);
  }

  #boundEpochs(epoch: EventOf<"epoch">): void {
    const before = this.#epochs.length;
    this.#epochs = withEpoch(this.#epochs, epoch);
    if (this.#epochs.length > before) return;
    const kept = new Set<SupervisorEvent>(this.#epochs);
    this.#forget((e) => e.kind === "epoch" && !kept.has(e));
  }

  #forget(match: (event: SupervisorEvent) => boolean): void {
    this.#entries = this.#entries.filter((e) => !match(e.event));
  }
}

const isSame = (a: SupervisorEvent, b: SupervisorEvent): boolean =>
  a.kind === b.kind && JSON.stringify(a) === JSON.stringify(b);

/** A list that may be added to. */
const fresh = (): Series => ({ x: [...emptySeries.x], y: [...emptySeries.y] });
