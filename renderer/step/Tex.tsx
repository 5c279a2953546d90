import { FittedFormula } from "../inspector/node/FittedFormula.tsx";
import styles from "./step.module.css";

/** Parts of an equation that are shorter together than this stand on one line. */
const shortEnough = 30;

/** Letters and digits that a formula takes on the page, roughly. */
const lengthOf = (tex: string): number =>
  tex
    .replace(/\\(?:d|t)?frac/g, "")
    .replace(/\\[a-zA-Z]+/g, "a")
    .replace(/[{}^_\\\s]/g, "").length;

/** `y = letters = numbers = value`, one part a line where it is long. */
export function alignedTex(line: string): string {
  const [left, ...parts] = line.split(/ (?==|\\leftarrow )/).map((p) => p.trim());
  if (left === undefined || parts.length < 2 || lengthOf(line) < shortEnough) return line;
  // What stands on the left takes a line of its own where it would leave little room for the rest.
  const widest = lengthOf(left) + Math.max(...parts.map(lengthOf));
  const head = widest > shortEnough ? `&${left} \\\\ &` : `${left} &`;
  return `\\begin{aligned} ${head}${parts.join(" \\\\ &")} \\end{aligned}`;
}

/** Equations below each other, each as wide as there is room. */
export function Equations({ lines }: { lines: readonly string[] }) {
  return (
    <div className={styles.equations}>
      {lines.map((line) => (
        <FittedFormula key={line} tex={alignedTex(line)} />
      ))}
    </div>
  );
}
