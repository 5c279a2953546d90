import { type ReactNode, useEffect, useRef, useState } from "react";
import { useText } from "../../app/text.ts";
import { HistoryList } from "../../panels/HistoryList.tsx";
import { ProblemCounts, Problems } from "../../panels/Problems.tsx";
import { useSettings } from "../../stores/settings.ts";
import { Tabs } from "../../ui/Tabs.tsx";
import { Confusion } from "./confusion/Confusion.tsx";
import { Curves } from "./curves/Curves.tsx";
import { Diagnosis, FindingCount } from "./Diagnosis.tsx";
import styles from "./Dock.module.css";
import { Log } from "./Log.tsx";
import { layoutOf } from "./layout.ts";
import { useLiveRate } from "./liveRate.ts";
import { Predictions } from "./predictions/Predictions.tsx";
import { RunBar } from "./RunBar.tsx";
import { RunList } from "./RunList.tsx";
import { type DockPart, dock, useDock } from "./state.ts";

/** The dock under the canvas: the training as it goes, what it learnt, what is wrong, what was done. */
export function Dock() {
  useLiveRate();
  const presenter = useSettings((s) => s.presenter);
  const [box, width] = useWidth();
  const layout = layoutOf(width, presenter);
  return (
    <div ref={box} className={styles.dock}>
      <RunBar />
      <div className={styles.parts} data-layout={layout.kind}>
        {layout.kind === "cells" &&
          layout.cells.map((part) => (
            <div key={part} className={styles.cell} data-part={part}>
              {content[part]}
            </div>
          ))}
        {layout.tabs.length > 0 && (
          <div className={styles.cell} data-part="tabs">
            <PartTabs parts={layout.tabs} all={layout.kind === "tabs"} />
          </div>
        )}
      </div>
    </div>
  );
}

const content: { readonly [P in DockPart]: ReactNode } = {
  curves: <Curves />,
  predictions: <Predictions />,
  confusion: <Confusion />,
  problems: <Problems />,
  diagnosis: <Diagnosis />,
  log: <Log />,
  runs: <RunList />,
  history: <HistoryList />,
};

const badges: { readonly [P in DockPart]?: ReactNode } = { problems: <ProblemCounts />, diagnosis: <FindingCount /> };

function PartTabs({ parts, all }: { parts: readonly DockPart[]; all: boolean }) {
  const text = useText().dock;
  const chosen = useDock((s) => (all ? s.part : s.side));
  const value = parts.includes(chosen) ? chosen : (parts[0] ?? "problems");
  return (
    <Tabs
      label={text.label}
      items={parts.map((id) => ({
        id,
        label: text.parts[id],
        badge: badges[id],
        content: id === value ? content[id] : null,
      }))}
      value={value}
      onChange={(part) => dock.getState().set(all ? { part } : { side: part })}
    />
  );
}

/** Width of an element in rem; before it is drawn, that of a usual window. */
function useWidth(): readonly [React.RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(66);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = (): void => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setWidth(Math.round((element.clientWidth / rem) * 4) / 4);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width];
}
