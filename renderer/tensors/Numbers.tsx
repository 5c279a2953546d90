import { useText } from "../app/text.ts";
import styles from "./Numbers.module.css";
import { indexText, valueText } from "./texts.ts";
import { unravel, type Values } from "./values.ts";

/** Most values that are listed. */
const most = 200;

/** The values themselves, each with its place. */
export function Numbers({ values, dims, label }: { values: Values; dims: readonly number[]; label: string }) {
  const text = useText().tensors;
  const count = Math.min(values.length, most);
  if (dims.length === 0) return <output className={styles.single}>{valueText(values[0] as number, 6)}</output>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section className={styles.list} aria-label={label} tabIndex={0}>
      <table>
        <tbody>
          {Array.from({ length: count }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a value is known by its place
            <tr key={i}>
              <th scope="row">{indexText(unravel(dims, i))}</th>
              <td>{valueText(values[i] as number, 6)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {values.length > most && <p>{text.more(values.length - most)}</p>}
    </section>
  );
}
