import cliProgress from "cli-progress";
import type { Output } from "./output.ts";

/** How far long work is, on standard error. */
export interface Progress {
  /** `part` from 0 to 1, and what to say beside the bar. */
  update(part: number, text: string): void;
  /** Writes a line above the bar. */
  note(text: string): void;
  /** Takes the bar away until the next update, so that others can write. */
  pause(): void;
  stop(): void;
}

/** Seconds between lines where there is no terminal to draw a bar on. */
const lineSeconds = 10;

/** A bar on a terminal, a line now and then where there is none, nothing with `--json`. */
export function progressBar(out: Output): Progress {
  if (out.json) return { update() {}, note() {}, pause() {}, stop() {} };
  return process.stderr.isTTY ? bar(out) : lines(out);
}

function bar(out: Output): Progress {
  const drawn = new cliProgress.SingleBar({
    format: "{bar} {percent} | {text}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    hideCursor: true,
    stream: process.stderr,
    // Ctrl+C is ours to handle.
    gracefulExit: false,
  });
  let started = false;
  let last: [number, string] = [0, ""];
  const start = (): void => {
    started = true;
    drawn.start(1, 0, { percent: "0 %", text: "" });
  };
  const update = (part: number, text: string): void => {
    if (!started) start();
    last = [part, text];
    drawn.update(part, { percent: `${Math.floor(part * 100)} %`.padStart(5), text });
  };
  const stop = (): void => {
    if (started) drawn.stop();
    started = false;
  };
  const pause = (): void => {
    if (!started) return;
    stop();
    // The line that the bar leaves behind is written over.
    process.stderr.write("\u001b[1A\u001b[2K");
  };
  return {
    update,
    stop,
    pause,
    note(text) {
      const drawing = started;
      pause();
      out.note(text);
      if (drawing) update(...last);
    },
  };
}

function lines(out: Output): Progress {
  let next = Date.now() + lineSeconds * 1000;
  return {
    update(part, text) {
      if (Date.now() < next) return;
      next = Date.now() + lineSeconds * 1000;
      out.note(`${Math.floor(part * 100)} % | ${text}`);
    },
    note: (text) => out.note(text),
    pause() {},
    stop() {},
  };
}
