import { type Quantity, type Shown, trainSeries, validationSeries } from "./scene.ts";

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** All points of the shown curves, a row for every step that one of them has: as they were measured, not smoothed. */
export function curvesCsv(
  shown: readonly Shown[],
  quantity: Quantity,
  words: { readonly step: string; readonly train: string; readonly validation: string },
): string {
  const columns = shown.flatMap(({ run, name }) => {
    const own = (part: string): string => (shown.length > 1 ? `${name} ${part}` : part);
    const validation = validationSeries(run, quantity);
    return [
      { name: own(words.train), series: trainSeries(run, quantity) },
      ...(validation ? [{ name: own(words.validation), series: validation }] : []),
    ];
  });
  const rows = new Map<number, (number | undefined)[]>();
  for (const [k, { series }] of columns.entries()) {
    for (const [i, step] of series.x.entries()) {
      const row = rows.get(step) ?? new Array<number | undefined>(columns.length).fill(undefined);
      row[k] = series.y[i];
      rows.set(step, row);
    }
  }
  const lines = [...rows.entries()]
    .sort(([a], [b]) => a - b)
    .map(([step, row]) => [step, ...row.map((v) => v ?? "")].join(","));
  return `${[[words.step, ...columns.map((c) => c.name)].map(cell).join(","), ...lines].join("\n")}\n`;
}
