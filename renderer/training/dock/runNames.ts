import type { Run } from "../run.ts";

/** Number of a run among those of its document, as its folder has it; null before the engine has made one. */
export function runNumber({ plan }: Pick<Run, "plan">): number | null {
  const number = /-(\d+)$/.exec(plan?.folder ?? "")?.[1];
  return number === undefined ? null : Number(number);
}

/** What a run is called: as the user named it, else by its number, else by when it began. `numbered` says `Run 2`. */
export function runName(
  run: Pick<Run, "key" | "began" | "plan">,
  names: { readonly [key: string]: string },
  numbered: (number: string) => string,
): string {
  const number = runNumber(run);
  return names[run.key] ?? numbered(number === null ? timeText(run.began) : String(number));
}

/** Time of day, `14:03:27`. */
export function timeText(milliseconds: number): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const d = new Date(milliseconds);
  return [d.getHours(), d.getMinutes(), d.getSeconds()].map(two).join(":");
}
