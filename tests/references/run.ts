import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { type Deviations, replay } from "./replay.ts";
import { parseMap, parseTrace, TraceFault, TraceSkip } from "./trace.ts";

export type Outcome =
  | { readonly kind: "passed"; readonly deviations: Deviations }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "skipped"; readonly reason: string };

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

const mapEnding = ".map.json";

/** Trace files of a folder in order of their names; null when there is no such folder. */
export function traceFiles(folder: string): string[] | null {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return null;
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json") && !name.endsWith(mapEnding))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => path.join(folder, name));
}

/** Replays one trace file, with the map file beside it if there is one. */
export async function replayFile(file: string): Promise<Outcome> {
  const map = file.replace(/\.json$/, mapEnding);
  try {
    const trace = parseTrace(readFileSync(file, "utf8"));
    const mapped = existsSync(map) ? parseMap(readFileSync(map, "utf8")) : null;
    return { kind: "passed", deviations: await replay(trace, mapped) };
  } catch (error) {
    if (error instanceof TraceSkip) return { kind: "skipped", reason: error.message };
    if (error instanceof TraceFault) return { kind: "failed", reason: error.message };
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Replays every trace of a folder and writes a line for each, and the totals in the last line. */
export async function runFolder(folder: string, write: (line: string) => void): Promise<Totals | null> {
  const files = traceFiles(folder);
  if (!files) return null;
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) {
    const outcome = await replayFile(file);
    totals[outcome.kind]++;
    write(lineOf(path.basename(file, ".json"), outcome));
  }
  write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  return totals;
}

function lineOf(name: string, outcome: Outcome): string {
  if (outcome.kind === "failed") return `FAIL  ${name}: ${outcome.reason}`;
  if (outcome.kind === "skipped") return `skip  ${name}: ${outcome.reason}`;
  // What was compared, as parts of the mark; what the trace does not hold stays out.
  const parts = Object.entries(outcome.deviations).filter(([, share]: [string, number]) => share > 0);
  return `ok    ${name}: ${parts.map(([what, share]) => `${what} ${percent(share)}`).join(", ") || "equal"}`;
}

const percent = (share: number): string => `${(share * 100).toPrecision(2)} %`;
