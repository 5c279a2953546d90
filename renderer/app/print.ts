import type { Issue } from "../../src/core/issue.ts";
import { messageOf } from "../../src/i18n/issue.ts";
import { desktop } from "../bridge/desktop.ts";
import { host } from "../bridge/host.ts";
import { figureSvg, svgSize } from "../figures/export.ts";
import { settings } from "../stores/settings.ts";
import { activeTab, workspace } from "../stores/workspace.ts";
import { toast } from "../ui/Toast.tsx";
import styles from "./print.module.css";
import { fileName } from "./saving.ts";
import { currentText } from "./text.ts";

/** Millimetres left free on paper. */
const margin = 12;

/** Prints the graph that is shown, as large as the paper allows. */
export async function printGraph(): Promise<void> {
  await onPaper(
    ({ width, height }) => `size: ${width > height ? "landscape" : "portrait"}; margin: ${margin}mm`,
    async () => {
      if (!desktop) {
        window.print();
        return;
      }
      const printed = await desktop.window.print();
      if (!printed.ok) tell(printed.issues);
    },
  );
}

/** Asks where to save the graph that is shown as a PDF of one page, just as large as it is. */
export async function savePdf(): Promise<void> {
  const tab = activeTab(workspace.getState());
  if (!tab || !desktop) return;
  const { pdf } = desktop.window;
  const made = await onPaper(({ width, height }) => `size: ${width}px ${height}px; margin: 0`, pdf);
  if (!made) return;
  if (!made.ok) {
    tell(made.issues);
    return;
  }
  const name = fileName(tab.edited.document, ".pdf");
  const kind = { description: "PDF", accept: { "application/pdf": [".pdf"] } };
  const saved = await host.files.saveAs(name, made.value, kind);
  const { about, files } = currentText();
  if (saved.kind === "written") toast({ kind: "ok", text: about.pdfSaved(saved.handle.name) });
  if (saved.kind === "failed") toast({ kind: "error", text: files.cannotSave(name, saved.reason) });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** While `print` works, the graph is all that there is on paper. Null where there is none. */
async function onPaper<T>(page: (graph: Size) => string, print: () => Promise<T>): Promise<T | null> {
  const tab = activeTab(workspace.getState());
  const svg = tab && figureSvg(tab, { theme: "light", background: "white", scale: 1, selection: false });
  if (!svg) {
    toast({ text: currentText().about.nothingToPrint });
    return null;
  }
  const picture = new Image();
  picture.alt = "";
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  const rule = document.createElement("style");
  rule.textContent = `@page { ${page(svgSize(svg))} }`;
  const paper = document.createElement("div");
  paper.className = styles["paper"] ?? "";
  paper.append(rule, picture);
  await picture.decode();
  document.body.append(paper);
  try {
    return await print();
  } finally {
    paper.remove();
  }
}

function tell(issues: readonly Issue[]): void {
  const [first] = issues;
  if (first) toast({ kind: "error", text: messageOf(first, settings.getState().locale) });
}
