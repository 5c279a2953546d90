/** Text with its columns aligned: the first to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? "").length)));
  const line = (row: readonly string[]): string =>
    widths.map((w, i) => (i === 0 ? (row[i] ?? "").padEnd(w) : (row[i] ?? "").padStart(w))).join("  ");
  return [line(head), widths.map((w) => "-".repeat(w)).join("  "), ...rows.map(line)]
    .map((l) => l.trimEnd())
    .join("\n");
}

/** Milliseconds with three or more digits. */
export const milliseconds = (ms: number): string => (ms < 1 ? ms.toFixed(3) : ms < 100 ? ms.toFixed(2) : ms.toFixed(0));

export const times = (ratio: number): string => ratio.toFixed(2);

/** One line that says whether a goal was met, and by which nets it was not. */
export function verdict(
  goal: string,
  results: readonly { readonly net: string; readonly value: number; readonly met: boolean }[],
): string {
  const missed = results.filter((r) => !r.met);
  const text = (list: typeof results): string => list.map((r) => `${r.net} ${times(r.value)}`).join(", ");
  return missed.length === 0 ? `met: ${goal} (${text(results)})` : `not met: ${goal} (${text(missed)})`;
}
