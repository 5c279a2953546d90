import type { Run } from "../run.ts";

/** What a run is called: as the user named it, else its document and when it began. */
export function runName(
  run: Pick<Run, "key" | "began" | "document">,
  names: { readonly [key: string]: string },
): string {
  return names[run.key] ?? `${run.document.name} ${timeText(run.began)}`;
}

/** Time of day, `14:03:27`. */
export function timeText(milliseconds: number): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const d = new Date(milliseconds);
  return [d.getHours(), d.getMinutes(), d.getSeconds()].map(two).join(":");
}
