import { existsSync } from "node:fs";
import path from "node:path";

import type { EventOf, SupervisorEvent } from "../protocol/index.ts";
import { inFile } from "./checked.ts";
import type { Output } from "./output.ts";
import { type Progress, progressBar } from "./progress.ts";
import { metricTexts, scoreLine, scoreText, shortNumber } from "./scores.ts";

/** Shows the events of a training: as lines of JSON, or as a bar with lines above it. */
export class RunView {
  readonly #out: Output;
  readonly #bar: Progress;
  readonly #folder: string;
  /** The document file; null for a template or a run that goes on. */
  readonly #document: string | null;
  #plan: EventOf<"plan"> | null = null;
  /** Epochs that will be begun: a limit of steps may end the run earlier. */
  #epochs = 0;
  #planned = false;
  #pids = 0;
  /** Where and when counting began, for the time that is left. */
  #began: { readonly step: number; readonly at: number } | null = null;
  #stopping = false;
  #nextEpochLine = performance.now() + 1000;

  constructor(out: Output, folder: string, document: string | null) {
    this.#out = out;
    this.#document = document;
    this.#bar = progressBar(out);
    // As short as it can be written from here: people type it again.
    this.#folder = path.relative(process.cwd(), folder) || ".";
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** The user asked for the end. */
  stop(): void {
    this.#stopping = true;
    this.#bar.note(this.#out.text.train.stopping);
    this.#out.event({ event: "stopping" });
  }

  close(): void {
    this.#bar.stop();
  }

  show(event: SupervisorEvent): void {
    if (event.kind === "plan") this.#planned = true;
    // Until there is a plan, what is wrong is wrong with the document.
    const shown =
      event.kind === "issue" && !this.#planned ? { ...event, issue: inFile(event.issue, this.#document) } : event;
    if (this.#out.json) this.#write(shown);
    else this.#tell(shown);
  }

  #write(event: SupervisorEvent): void {
    const { kind, ...rest } = event;
    switch (event.kind) {
      case "steps":
        event.loss.forEach((loss, i) => {
          const learningRate = event.learningRate[i];
          this.#out.event({ event: "step", step: event.step + i, epoch: event.epoch, loss, learningRate });
        });
        return;
      case "plan": {
        const { used: provider, ...why } = event.provider;
        this.#out.event({ event: "plan", ...rest, provider, asked: why.asked, reason: why.reason });
        return;
      }
      case "epoch": {
        const { train, validation } = event;
        const scores = { train: scoreLine(train), validation: validation && scoreLine(validation) };
        this.#out.event({ event: "epoch", ...rest, ...scores });
        return;
      }
      case "issue":
        this.#out.issues([event.issue]);
        return;
      case "done":
        this.#writeDone(event);
        return;
      case "heartbeat":
      case "ready":
        return;
      default:
        this.#out.event({ event: kind, ...rest });
    }
  }

  #writeDone({ test, seconds, steps, provider, epochs, reason, best, folder }: EventOf<"done">): void {
    const { split, samples, ...score } = test;
    const result = { ...scoreLine(score), split, samples };
    const more = { epochs, reason, best, run: folder, model: modelOf(folder) };
    this.#out.event({ event: "done", test: result, seconds, steps, provider: provider.used, ...more });
  }

  #tell(event: SupervisorEvent): void {
    switch (event.kind) {
      case "engine":
        this.#tellEngine(event);
        break;
      case "plan":
        this.#tellPlan(event);
        break;
      case "resumed":
        this.#bar.note(this.#out.text.train.resumed(event.step));
        break;
      case "steps":
        this.#tellSteps(event);
        break;
      case "epoch":
        this.#tellEpoch(event);
        break;
      case "issue":
        this.#bar.pause();
        this.#out.issues([event.issue]);
        break;
      case "done":
        this.#tellDone(event);
        break;
      default:
    }
  }

  #tellEngine(event: Extract<SupervisorEvent, { kind: "engine" }>): void {
    const { train } = this.#out.text;
    if (event.state === "crashed") {
      this.#bar.note(train.crashed(event.signal ?? String(event.exitCode)));
      this.#began = null;
    }
    if (event.state === "started" && this.#pids++ > 0) this.#bar.note(train.restarted(event.pid));
  }

  #tellPlan(plan: EventOf<"plan">): void {
    const first = this.#plan === null;
    this.#plan = plan;
    this.#epochs = Math.min(plan.epochs, Math.ceil(plan.steps / plan.stepsPerEpoch));
    if (!first) return;
    const { train } = this.#out.text;
    const { asked, used, reason } = plan.provider;
    this.#bar.note(train.plan({ ...plan, epochs: this.#epochs, samples: plan.samples.train }));
    const missed = reason !== null && asked !== "auto";
    this.#bar.note(missed ? train.fallback(asked, used, reason) : train.provider(used, plan.threads));
  }

  #tellSteps(event: EventOf<"steps">): void {
    const plan = this.#plan;
    if (!plan) return;
    const { train, words } = this.#out.text;
    const done = event.step + event.loss.length - 1;
    const now = performance.now();
    this.#began ??= { step: done, at: now };
    const spent = (now - this.#began.at) / 1000;
    const taken = done - this.#began.step;
    const left = taken > 0 ? this.#out.text.duration(((plan.steps - done) * spent) / taken) : null;
    const mean = event.loss.reduce((a, b) => a + b, 0) / event.loss.length;
    const parts = [
      train.epoch(event.epoch, this.#epochs),
      train.step(done, plan.steps),
      `${words.loss} ${shortNumber(mean)}`,
      ...metricTexts(event.metrics, this.#out),
      ...(left === null ? [] : [train.left(left)]),
    ];
    this.#bar.update(done / plan.steps, parts.join(" | "));
  }

  #tellEpoch({ epoch, train, validation, seconds }: EventOf<"epoch">): void {
    const now = performance.now();
    // Toy sets pass thousands of epochs in a second.
    if (now < this.#nextEpochLine) return;
    this.#nextEpochLine = now + 1000;
    const { text } = this.#out;
    const shown = validation ?? train;
    const where = validation ? `${text.splits.validation}: ` : "";
    const after = text.train.after(text.duration(seconds));
    this.#bar.note(`${text.train.epoch(epoch, this.#epochs)}: ${where}${scoreText(shown, this.#out)} (${after})`);
  }

  #tellDone({ reason, test, steps, seconds, folder }: EventOf<"done">): void {
    const { train, duration, splits } = this.#out.text;
    this.#bar.stop();
    if (reason === "early-stopping") this.#out.line(train.earlyStop(steps));
    if (reason === "stopped") this.#out.line(train.stopped(steps));
    this.#out.line(train.time(steps, duration(seconds)));
    this.#out.line(train.result(splits[test.split], scoreText(test, this.#out)));
    this.#out.line(train.folder(this.#folder));
    const model = modelOf(folder);
    if (model !== null) this.#out.line(train.written(path.relative(process.cwd(), model)));
    if (reason === "stopped") this.#out.line(train.howToResume(`gradloom train --resume ${this.#folder}`));
  }
}

/** The trained network as an ONNX file, where the run wrote it. */
function modelOf(folder: string): string | null {
  const file = path.join(folder, "models", "inference.onnx");
  return existsSync(file) ? file : null;
}
