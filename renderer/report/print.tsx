import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { showOnPaper } from "../app/print.ts";
import { currentText } from "../app/text.ts";
import { figureSvg } from "../figures/export.ts";
import { runOf, training } from "../stores/training.ts";
import { activeTab, type Tab, workspace } from "../stores/workspace.ts";
import { type Quantity, quantitiesOf, sceneOf } from "../training/dock/curves/scene.ts";
import { curvesSvg } from "../training/dock/curves/svg.ts";
import { dock } from "../training/dock/state.ts";
import { quantityName } from "../training/dock/words.ts";
import type { Run } from "../training/run.ts";
import { Report } from "./Report.tsx";

/** Columns of points that a curve on paper has room for. */
const columns = 560;
/** Curves at the most: the loss, and metrics. */
const most = 4;

/** Prints the report of the active document, or saves it as a PDF where the program around the window can. */
export async function putReport(how: "print" | "pdf"): Promise<void> {
  const tab = activeTab(workspace.getState());
  if (!tab) return;
  const run = runOf(training.getState(), tab.id);
  const page = document.createElement("div");
  // Paper is white, whatever the theme of the window.
  page.dataset["theme"] = "light";
  const root = createRoot(page);
  const figure = figureSvg(tab, { theme: "light", background: "white", scale: 1, selection: false }) ?? "";
  await showOnPaper(
    { content: page, rule: "size: A4 portrait; margin: 15mm", ready: () => draw(page, root, tab, run, figure) },
    how,
    { stem: currentText().report.file(tab.edited.document.name) },
  );
  root.unmount();
}

/** Draws once the page is in the document, since colours are read there; gives when its pictures are decoded. */
async function draw(
  page: HTMLElement,
  root: ReturnType<typeof createRoot>,
  tab: Tab,
  run: Run | null,
  figure: string,
): Promise<void> {
  const curves = run && run.loss.x.length > 0 ? curvesOf(run, page) : [];
  flushSync(() => root.render(<Report tab={tab} run={run} figure={figure} curves={curves} date={new Date()} />));
  await Promise.all([...page.querySelectorAll("img")].map((i) => i.decode().catch(() => {})));
}

function curvesOf(run: Run, page: HTMLElement): readonly { readonly name: string; readonly svg: string }[] {
  const text = currentText().dock;
  const style = getComputedStyle(page);
  const { smoothing, log } = dock.getState();
  return quantitiesOf(run)
    .filter((q) => q !== "rate")
    .slice(0, most)
    .map((quantity: Quantity) => {
      const view = { quantity, smoothing, log: log && !quantity.startsWith("metric:"), columns };
      const scene = sceneOf([{ run, name: run.document.name, style: 0 }], view, null, false);
      const name = quantityName(quantity, text);
      const svg = curvesSvg(scene, {
        token: (t) => style.getPropertyValue(t).trim(),
        font: style.fontFamily,
        title: name,
        steps: text.step,
        named: (line) => line.end ?? (line.part === "validation" ? text.curves.validation : text.curves.train),
        percent: quantity.startsWith("metric:") && scene.y.to === 1,
      });
      return { name, svg };
    });
}
