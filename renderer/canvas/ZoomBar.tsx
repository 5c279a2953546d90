import { MiniMap, useStore } from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import { runCommand } from "../app/commands/index.ts";
import { useText } from "../app/text.ts";
import { useSettings } from "../stores/settings.ts";
import { IconButton } from "../ui/Button.tsx";
import { colorVar } from "../ui/Glyph.tsx";
import type { CanvasNode } from "./flow.ts";
import { scene } from "./view.ts";
import { moveTime } from "./viewport.ts";
import styles from "./ZoomBar.module.css";

/** Bottom right: zoom, and the map of the document. */
export function ZoomBar() {
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
          <MiniMap<CanvasNode>
            className={styles.minimap}
            style={{ width: 118, height: 58 }}
            ariaLabel={text.minimap}
            pannable={true}
            zoomable={true}
            nodeColor={mapColor}
            nodeClassName={mapClass}
            nodeBorderRadius={5}
            nodeStrokeWidth={0}
            maskColor="var(--map-mask)"
            onClick={(_, p) =>
              void scene.flow?.setCenter(p.x, p.y, { zoom: scene.flow.getZoom(), duration: moveTime() })
            }
          />
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

function mapColor(node: CanvasNode): string {
  if (node.type === "layer" || node.type === "loss") return colorVar(node.data.view.color);
  return node.type === "frame" ? "transparent" : "var(--line-strong)";
}

const mapClass = (node: CanvasNode): string => (node.type === "frame" ? (styles.mapFrame ?? "") : "");
