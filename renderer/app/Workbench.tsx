import { type ReactNode, useState } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import { Canvas } from "../canvas/Canvas.tsx";
import { Inspector } from "../inspector/Inspector.tsx";
import { LeftPanel } from "../panels/LeftPanel.tsx";
import { useSettings } from "../stores/settings.ts";
import { Dock } from "./Dock.tsx";
import { type PanelName, panelRanges, panelSize, rememberPanelSize } from "./panelSizes.ts";
import { useText } from "./text.ts";
import styles from "./Workbench.module.css";

/** A document with its panels. The inspector has the full height; the dock runs under palette and canvas. */
export function Workbench() {
  const text = useText().shell;
  const panels = useSettings((s) => s.panels);
  const presenter = useSettings((s) => s.presenter);
  return (
    <Group className={styles.group} orientation="horizontal" resizeTargetMinimumSize={hitSize}>
      <Panel id="work" minSize="20rem">
        <Group orientation="vertical" resizeTargetMinimumSize={hitSize}>
          <Panel id="upper" minSize="10rem">
            <Group orientation="horizontal" resizeTargetMinimumSize={hitSize}>
              {panels.left && !presenter && (
                <>
                  <Side panel="left" label={text.leftPanel}>
                    <LeftPanel />
                  </Side>
                  <Separator className={styles.upright} aria-label={text.resizeLeft} />
                </>
              )}
              <Panel id="canvas" minSize="16rem" className={styles.canvas}>
                <Canvas />
              </Panel>
            </Group>
          </Panel>
          {panels.bottom && !presenter && (
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

/** A separator is one pixel of line; the pointer finds it within this many. */
const hitSize = { coarse: 24, fine: 10 };

/** A panel at the edge that keeps its size in rem when the window is resized. */
function Side({ panel, label, children }: { panel: PanelName; label: string; children: ReactNode }) {
  const [size] = useState(() => panelSize(panel, window.innerWidth));
  const { min, max } = panelRanges[panel];
  return (
    <Panel
      id={panel}
      className={styles.side}
      defaultSize={`${size}rem`}
      minSize={`${min}rem`}
      maxSize={`${max}rem`}
      groupResizeBehavior="preserve-pixel-size"
      onResize={({ inPixels }) => rememberPanelSize(panel, inPixels / remPixels())}
    >
      <section className={styles.content} aria-label={label} data-panel-name={panel}>
        {children}
      </section>
    </Panel>
  );
}

const remPixels = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
