import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkFile, type Outcome } from "./check.ts";
import { parseReference } from "./format.ts";

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Checks every operator-gradient file of a folder and writes one line for each, its failures and skips below it,
 * and the totals in the last line. Null when there is no such folder.
 */
export async function reportFolder(folder: string, write: (line: string) => void): Promise<Totals | null> {
  const names = list(folder);
  if (!names) return null;
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  for (const name of names) {
    for (const line of await reportFile(join(folder, name), name, totals)) write(line);
  }
  write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  return totals;
}

function list(folder: string): string[] | null {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return null;
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort((a, b) => (a < b ? -1 : 1));
}

async function reportFile(path: string, name: string, totals: Totals): Promise<string[]> {
  let file: ReturnType<typeof parseReference>;
  try {
    file = parseReference(readFileSync(path, "utf8"));
  } catch (error) {
    file = { fault: error instanceof Error ? error.message : String(error) };
  }
  if ("fault" in file) {
    totals.failed++;
    return [`FAIL  ${name}: cannot be read: ${file.fault}`];
  }
  const { op } = file;
  const outcomes = await checkFile(file);
  const of = (kind: Outcome["kind"]): number => outcomes.filter((o) => o.kind === kind).length;
  const [passed, failed, skipped] = [of("passed"), of("failed"), of("skipped")];
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  const double = outcomes.filter((o) => o.kind === "passed" && o.double).length;
  const state = failed > 0 ? "FAIL" : passed > 0 || skipped === 0 ? "ok  " : "skip";
  const note = double > 0 ? ` (${double} of them need float64: float32 cannot come within the marks)` : "";
  return [
    `${state}  ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped${note}`,
    ...outcomes.flatMap((o, i) => (o.kind === "failed" ? [`      ${op} case ${i} failed: ${o.reason}`] : [])),
    ...skipLines(op, outcomes),
  ];
}

/** One line for each reason and not for each case. */
function skipLines(op: string, outcomes: readonly Outcome[]): string[] {
  const cases = new Map<string, number[]>();
  outcomes.forEach((o, i) => {
    if (o.kind === "skipped") cases.set(o.reason, [...(cases.get(o.reason) ?? []), i]);
  });
  return [...cases].map(([reason, list_]) => `      ${op} case ${list_.join(", ")} skipped: ${reason}`);
}
