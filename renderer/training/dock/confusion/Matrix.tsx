import { type KeyboardEvent, memo, useMemo, useRef, useState } from "react";
import {
  colourOf,
  colourSteps,
  hexOf,
  luminanceOf,
  prefersLight,
  tokenValue,
  useColours,
} from "../../../tensors/colours.ts";
import { TensorPicture } from "../../../tensors/TensorPicture.tsx";
import styles from "./Confusion.module.css";
import { type Counts, strengths } from "./matrix.ts";

export interface MatrixProps {
  readonly counts: Counts;
  readonly names: readonly string[];
  readonly label: string;
  /** `truth predicted` */
  readonly chosen: string | null;
  readonly onPoint: (cell: readonly [number, number] | null) => void;
  readonly onPick: (truth: number, predicted: number) => void;
}

/** More classes than this have no room for numbers. */
const mostInTable = 20;

/** Counts as a table whose cells can be chosen; of many classes as a picture. */
export const Matrix = memo((props: MatrixProps) =>
  props.counts.length > mostInTable ? <MatrixPicture {...props} /> : <MatrixTable {...props} />,
);

function MatrixPicture({ counts, label, onPoint, onPick }: MatrixProps) {
  const values = useMemo(() => strengths(counts).flat(), [counts]);
  const size = counts.length;
  const at = (flat: number): readonly [number, number] => [Math.floor(flat / size), flat % size];
  return (
    <TensorPicture
      values={values}
      rows={size}
      columns={size}
      label={label}
      scale={{ tone: "sequential", low: 0, high: 1 }}
      foot={false}
      onHover={(flat) => onPoint(flat === null ? null : at(flat))}
      onPick={(flat) => onPick(...at(flat))}
    />
  );
}

function MatrixTable({ counts, names, label, chosen, onPoint, onPick }: MatrixProps) {
  const paint = usePaint();
  const shares = strengths(counts);
  const table = useRef<HTMLTableElement>(null);
  const [focus, setFocus] = useState<readonly [number, number]>([0, 0]);
  const size = counts.length;
  const move = (e: KeyboardEvent): void => {
    const by = steps[e.key];
    if (!by) return;
    e.preventDefault();
    const limit = (v: number): number => Math.min(size - 1, Math.max(0, v));
    const [row, column] = [limit(focus[0] + by[0]), limit(focus[1] + by[1])];
    setFocus([row, column]);
    table.current?.querySelector<HTMLElement>(`[data-cell="${row} ${column}"]`)?.focus();
  };
  return (
    <table
      ref={table}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table of which single cells are chosen is a grid
      role="grid"
      className={styles.table}
      aria-label={label}
      onKeyDown={move}
      onPointerLeave={() => onPoint(null)}
      style={{ maxHeight: `${size * 2 + 1.25}rem` }}
      data-digits={Math.max(...counts.flat()) >= 100 ? 3 : 2}
      data-long={names.some((n) => n.length > 3)}
    >
      <thead>
        <tr>
          <td />
          {counts.map((_, c) => (
            <th key={names[c]} scope="col" title={names[c]}>
              {names[c]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {counts.map((row, r) => (
          <tr key={names[r]}>
            <th scope="row" title={names[r]}>
              {names[r]}
            </th>
            {row.map((v, c) => (
              <td key={names[c]}>
                <button
                  type="button"
                  className={styles.count}
                  data-cell={`${r} ${c}`}
                  data-count={v}
                  tabIndex={focus[0] === r && focus[1] === c ? 0 : -1}
                  aria-pressed={chosen === `${r} ${c}`}
                  style={v > 0 ? paint(shares[r]?.[c] ?? 0) : undefined}
                  onPointerEnter={() => onPoint([r, c])}
                  onFocus={() => {
                    setFocus([r, c]);
                    onPoint([r, c]);
                  }}
                  onBlur={() => onPoint(null)}
                  onClick={() => onPick(r, c)}
                >
                  {v > 0 ? countShort(v) : <span className="visually-hidden">0</span>}
                </button>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A count that fits into a cell: `957`, `5.9k`, `12k`. */
export const countShort = (v: number): string =>
  v < 1000 ? String(v) : v < 9950 ? `${(v / 1000).toFixed(1)}k` : `${Math.round(v / 1000)}k`;

const steps: { readonly [key: string]: readonly [number, number] } = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Ground and ink of a cell by its strength. */
function usePaint(): (strength: number) => { readonly background: string; readonly color: string } {
  const colours = useColours("sequential");
  const [light, dark] = useMemo(() => {
    // Whichever ink is read better on the ground, in any theme.
    void colours;
    const inks = [tokenValue("--bg-panel"), tokenValue("--text")] as const;
    return luminanceOf(colourOf(inks[0])) > luminanceOf(colourOf(inks[1])) ? inks : ([inks[1], inks[0]] as const);
  }, [colours]);
  return (strength) => {
    // The lower end of the scale is the ground of empty cells.
    const ground = colours[Math.round((0.12 + 0.78 * strength) * (colourSteps - 1))] as number;
    const ink = prefersLight(luminanceOf(ground), luminanceOf(colourOf(light)), luminanceOf(colourOf(dark)));
    return { background: hexOf(ground), color: ink ? light : dark };
  };
}
