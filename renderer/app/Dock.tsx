import { HistoryList } from "../panels/HistoryList.tsx";
import { Problems } from "../panels/Problems.tsx";
import styles from "./Dock.module.css";

/** The dock under the canvas: what is wrong, and what was done. */
export function Dock() {
  return (
    <div className={styles.dock}>
      <div className={styles.cell}>
        <Problems />
      </div>
      <div className={styles.cell}>
        <HistoryList />
      </div>
    </div>
  );
}
