import type { MouseEvent } from "react";
import type { GraphDocument } from "../../src/graph/document.ts";
import styles from "./Card.module.css";
import { Thumbnail } from "./Thumbnail.tsx";

/** A document with its picture; the whole card opens it. */
export function Card({
  title,
  line,
  document,
  action,
  onOpen,
  onContextMenu,
}: {
  title: string;
  line: string;
  document: GraphDocument | null;
  /** The word on the button that appears with the pointer. */
  action: string;
  onOpen: () => void;
  onContextMenu?: (e: MouseEvent) => void;
}) {
  return (
    <li className={styles.card}>
      <button type="button" className={styles.open} onClick={onOpen} onContextMenu={onContextMenu} title={line}>
        <span className={styles.picture}>
          {document && <Thumbnail document={document} />}
          <span className={styles.action} aria-hidden="true">
            {action}
          </span>
        </span>
        <span className={styles.words}>
          <strong>{title}</strong>
          <span>{line}</span>
        </span>
      </button>
    </li>
  );
}
