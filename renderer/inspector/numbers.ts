/** A count with its thousands separated: `61,706`. */
export const countText = (n: number): string => n.toLocaleString("en-US");

/** Bytes in three digits with the unit a reader takes in at a glance: `640 B`, `24.1 kB`, `1.5 MB`. */
export function bytesText(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = n < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3));
  const value = n / 1000 ** power;
  // 999.95 kB would round to 1000 kB.
  const next = power > 0 && value >= 999.5 && power < units.length - 1;
  return `${Number((next ? value / 1000 : value).toPrecision(3))} ${units[next ? power + 1 : power]}`;
}
