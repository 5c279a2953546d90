import { useStore } from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import { runCommand } from "../app/commands/index.ts";
import { useText } from "../app/text.ts";
import { useSettings } from "../stores/settings.ts";
import { IconButton } from "../ui/Button.tsx";
import type { FlowGraph } from "./flow.ts";
import { Minimap } from "./Minimap.tsx";
import styles from "./ZoomBar.module.css";

/** Bottom right: zoom, and the map of the document. */
export function ZoomBar({ graph }: { graph: FlowGraph }) {
  const text = useText().canvas.zoom;
  const shown = useSettings((s) => s.minimap);
  return (
    <div className={`${styles.corner} nopan nodrag`}>
      <div className={styles.bar} role="toolbar" aria-label={text.bar}>
        <IconButton label={text.out} keys="-" icon={Minus} onClick={() => runCommand("view.zoomOut")} />
        <ZoomLevel />
        <IconButton label={text.in} keys="+" icon={Plus} onClick={() => runCommand("view.zoomIn")} />
        <IconButton label={text.fit} keys="F" icon={Maximize} onClick={() => runCommand("view.fit")} />
      </div>
      {shown && (
        <div className={styles.map}>
          <Minimap graph={graph} />
        </div>
      )}
    </div>
  );
}

function ZoomLevel() {
  const text = useText().canvas.zoom;
  const percent = useStore((s) => Math.round(s.transform[2] * 100));
  return (
    <button
      type="button"
      className={styles.level}
      aria-label={`${text.reset}, ${percent} %`}
      title={text.reset}
      onClick={() => runCommand("view.zoomReset")}
    >
      {percent}%
    </button>
  );
}
