import { type ReactNode, useState } from "react";
import { Group, type LayoutChangedMeta, Panel, Separator } from "react-resizable-panels";
import { Canvas } from "../canvas/Canvas.tsx";
import { Inspector } from "../inspector/Inspector.tsx";
import { LeftPanel } from "../panels/LeftPanel.tsx";
import { useSettings } from "../stores/settings.ts";
import { Dock } from "../training/dock/Dock.tsx";
import { EngineStrip } from "../training/EngineStrip.tsx";
import { type PanelName, panelNames, panelRanges, panelSize, rememberPanelSize } from "./panelSizes.ts";
import { useText } from "./text.ts";
import styles from "./Workbench.module.css";

/** A document with its panels. The inspector has the full height; the dock runs under palette and canvas. */
export function Workbench() {
  const text = useText().shell;
  const panels = useSettings((s) => s.panels);
  const presenter = useSettings((s) => s.presenter);
  return (
    <Group className={styles.group} orientation="horizontal" {...resizing}>
      <Panel id="work" minSize="20rem">
        <Group orientation="vertical" {...resizing}>
          <Panel id="upper" minSize="10rem">
            <Group orientation="horizontal" {...resizing}>
              {panels.left && !presenter && (
                <>
                  <Side panel="left" label={text.leftPanel}>
                    <LeftPanel />
                  </Side>
                  <Separator className={styles.upright} aria-label={text.resizeLeft} />
                </>
              )}
              <Panel id="canvas" minSize="16rem" className={styles.canvas}>
                <div className={styles.above}>
                  <Canvas />
                </div>
                <EngineStrip />
              </Panel>
            </Group>
          </Panel>
          {panels.bottom && (
            <>
              <Separator className={styles.level} aria-label={text.resizeBottom} />
              <Side panel="bottom" label={text.dock}>
                <Dock />
              </Side>
            </>
          )}
        </Group>
      </Panel>
      {panels.right && (
        <>
          <Separator className={styles.upright} aria-label={text.resizeRight} />
          <Side panel="right" label={text.inspector}>
            <Inspector />
          </Side>
        </>
      )}
    </Group>
  );
}

/** A separator is one pixel of line; the pointer finds it within this many. Sizes the user chose are kept. */
const resizing = {
  resizeTargetMinimumSize: { coarse: 24, fine: 10 },
  onLayoutChanged: (_: unknown, { isUserInteraction }: LayoutChangedMeta): void => {
    if (!isUserInteraction) return;
    for (const name of panelNames) {
      const box = document.querySelector(`[data-panel-name="${name}"]`)?.getBoundingClientRect();
      if (box) rememberPanelSize(name, (name === "bottom" ? box.height : box.width) / remPixels());
    }
  },
};

/** A panel at the edge that keeps its size in rem when the window is resized. */
function Side({ panel, label, children }: { panel: PanelName; label: string; children: ReactNode }) {
  const [size] = useState(() =>
    panelSize(panel, { width: window.innerWidth, height: window.innerHeight }, remPixels()),
  );
  const { min, max } = panelRanges[panel];
  return (
    <Panel
      id={panel}
      className={styles.side}
      defaultSize={`${size}rem`}
      minSize={`${min}rem`}
      maxSize={`${max}rem`}
      groupResizeBehavior="preserve-pixel-size"
    >
      <section className={styles.content} aria-label={label} data-panel-name={panel}>
        {children}
      </section>
    </Panel>
  );
}

const remPixels = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
