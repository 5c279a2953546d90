import { FileInput } from "lucide-react";
import { useEffect, useState } from "react";
import { host } from "../bridge/host.ts";
import styles from "./DropZone.module.css";
import { openAll } from "./documents.ts";
import { useText } from "./text.ts";

const hasFiles = (e: DragEvent): boolean => e.dataTransfer?.types.includes("Files") ?? false;

/** Opens documents that are dragged onto the window from outside, and shows that it will. */
export function DropZone() {
  const text = useText().shell;
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onOver = (e: DragEvent): void => {
      if (!hasFiles(e)) return;
      e.preventDefault();
      setOver(true);
    };
    // Leaving the window, and not only one element for another.
    const onLeave = (e: DragEvent): void => {
      if (e.relatedTarget === null) setOver(false);
    };
    const onDrop = (e: DragEvent): void => {
      setOver(false);
      if (!hasFiles(e) || !e.dataTransfer || e.defaultPrevented) return;
      e.preventDefault();
      void host.files.dropped(e.dataTransfer).then(openAll);
    };
    window.addEventListener("dragover", onOver);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, []);
  if (!over) return null;
  return (
    <div className={styles.zone}>
      <p className={styles.sign}>
        <FileInput size="1.25rem" aria-hidden="true" />
        {text.dropToOpen}
      </p>
    </div>
  );
}
