/** Colours that classes have; of more they come again, with another mark. */
export const classColours = 10;
export const classColour = (of: number): string => `--cl-${of % classColours}`;

/** Shapes of marks, as paths around 0 that fill about the same area. */
const shapes: readonly string[] = [
  "M-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0 -6.8 0z",
  "M-3-3H3V3H-3z",
  "M0-3.9L3.7 2.8H-3.7z",
  "M0-4.2L3.8 0L0 4.2L-3.8 0z",
  "M-1.3-3.9h2.6v2.6h2.6v2.6h-2.6v2.6h-2.6v-2.6h-2.6v-2.6h2.6z",
  "M0 3.9L3.7-2.8H-3.7z",
  "M-2-3.6H2L4 0L2 3.6H-2L-4 0z",
  "M0-4.2L1.2-1.3L4-1.2L1.8 .8L2.5 3.7L0 2.1L-2.5 3.7L-1.8 .8L-4-1.2L-1.2-1.3z",
  "M-3.9-1.8L-1.8-3.9L0-2.1L1.8-3.9L3.9-1.8L2.1 0L3.9 1.8L1.8 3.9L0 2.1L-1.8 3.9L-3.9 1.8L-2.1 0z",
  "M-4-2H4V2H-4z",
];

/** The mark of a class: told apart by its shape, whatever its colour. */
export const markOf = (of: number): string => shapes[of % shapes.length] as string;

/** The same mark at a place, as part of a longer path. */
export function markAt(of: number, x: number, y: number): string {
  const [start = "", ...rest] = markOf(of)
    .slice(1)
    .split(/(?=[A-Za-z])/);
  const [dx = 0, dy = 0] = numbersIn(start);
  return `M${fixed(x + dx)} ${fixed(y + dy)}${rest.map((part) => moved(part, x, y)).join("")}`;
}

const numbersIn = (text: string): number[] => (text.match(/-?\d*\.?\d+/g) ?? []).map(Number);
const fixed = (v: number): string => v.toFixed(2);

/** Commands with small letters are relative and stay as they are. */
function moved(part: string, x: number, y: number): string {
  const command = part[0] as string;
  if (command !== command.toUpperCase() || command === "Z") return part;
  const at = numbersIn(part.slice(1));
  if (command === "H") return `H${at.map((v) => fixed(v + x)).join(" ")}`;
  if (command === "V") return `V${at.map((v) => fixed(v + y)).join(" ")}`;
  return `${command}${at.map((v, i) => fixed(v + (i % 2 === 0 ? x : y))).join(" ")}`;
}
