import type { Issue } from "../../src/core/issue.ts";
import type { Result } from "../../src/core/result.ts";
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

/** What goes on paper: an element, a rule for its pages, and when it is ready. */
export interface Sheet {
  readonly content: HTMLElement;
  readonly rule: string;
  /** Called when the element is in the document. */
  ready(): Promise<void>;
}

/** Prints a sheet, or asks where to save it as a PDF (`stem`: name of the file without its ending). */
export async function showOnPaper(sheet: Sheet, how: "print" | "pdf", { stem }: { stem: string }): Promise<void> {
  if (how === "print") await onPaper(sheet, print);
  else if (desktop) await saved(await onPaper(sheet, desktop.window.pdf), stem);
}

/** Prints the graph that is shown, as large as the paper allows. */
export function printGraph(): Promise<void> {
  return graph(
    "print",
    ({ width, height }) => `size: ${width > height ? "landscape" : "portrait"}; margin: ${margin}mm`,
  );
}

/** Asks where to save the graph that is shown as a PDF of one page, just as large as it is. */
export function savePdf(): Promise<void> {
  return graph("pdf", ({ width, height }) => `size: ${width}px ${height}px; margin: 0`);
}

async function graph(how: "print" | "pdf", page: (size: ReturnType<typeof svgSize>) => string): Promise<void> {
  const tab = activeTab(workspace.getState());
  const svg = tab && figureSvg(tab, { theme: "light", background: "white", scale: 1, selection: false });
  if (!svg) {
    toast({ text: currentText().about.nothingToPrint });
    return;
  }
  const content = new Image();
  content.alt = "";
  content.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  const sheet = { content, rule: page(svgSize(svg)), ready: () => content.decode() };
  await showOnPaper(sheet, how, { stem: tab.edited.document.name });
}

/** While `work` works, the sheet is all that there is on paper. */
async function onPaper<T>({ content, rule, ready }: Sheet, work: () => Promise<T>): Promise<T> {
  const style = document.createElement("style");
  style.textContent = `@page { ${rule} }`;
  const paper = document.createElement("div");
  paper.className = styles["paper"] ?? "";
  paper.append(style, content);
  document.body.append(paper);
  try {
    await ready();
    return await work();
  } finally {
    paper.remove();
  }
}

async function print(): Promise<void> {
  if (!desktop) {
    window.print();
    return;
  }
  const printed = await desktop.window.print();
  if (!printed.ok) tell(printed.issues);
}

async function saved(made: Result<Uint8Array>, stem: string): Promise<void> {
  if (!made.ok) {
    tell(made.issues);
    return;
  }
  const name = fileName({ name: stem }, ".pdf");
  const kind = { description: "PDF", accept: { "application/pdf": [".pdf"] } };
  const result = await host.files.saveAs(name, made.value, kind);
  const { about, files } = currentText();
  if (result.kind === "written") toast({ kind: "ok", text: about.pdfSaved(result.handle.name) });
  if (result.kind === "failed") toast({ kind: "error", text: files.cannotSave(name, result.reason) });
}

function tell(issues: readonly Issue[]): void {
  const [first] = issues;
  if (first) toast({ kind: "error", text: messageOf(first, settings.getState().locale) });
}
