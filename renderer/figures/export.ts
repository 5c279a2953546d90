import { drawFigure, type FigureOptions } from "../../src/codegen/figure/draw.ts";
import { fileName } from "../app/saving.ts";
import { currentText } from "../app/text.ts";
import { host } from "../bridge/host.ts";
import { settings } from "../stores/settings.ts";
import type { Tab } from "../stores/workspace.ts";
import { toast } from "../ui/Toast.tsx";
import { figureScene } from "./scene.ts";

export interface FigureChoice extends FigureOptions {
  /** Only what is selected. */
  readonly selection: boolean;
}

/** Ids of what is selected and can be drawn. */
export const selectedIds = ({ selection }: Tab): ReadonlySet<string> =>
  new Set([...selection.nodes, ...selection.notes]);

/** The shown graph as SVG text; null where there is nothing to draw. */
export function figureSvg(tab: Tab, { selection, ...options }: FigureChoice): string | null {
  const only = selection ? selectedIds(tab) : null;
  const scene = figureScene(tab, { text: currentText().canvas, wires: settings.getState().wireStyle, only });
  return scene.nodes.length + scene.notes.length + scene.frames.length === 0 ? null : drawFigure(scene, options);
}

/** Size of an SVG in pixels, as it says itself. */
export function svgSize(svg: string): { readonly width: number; readonly height: number } {
  const size = (name: string): number => Math.ceil(Number(new RegExp(` ${name}="([\\d.]+)"`).exec(svg)?.[1] ?? 0));
  return { width: size("width"), height: size("height") };
}

/** Chromium gives up on larger canvases without a word. */
const pixelLimit = 16_384;

/** The SVG as a picture of points; null where it would be too large. Transparent where the SVG is. */
export async function figurePng(svg: string): Promise<Blob | null> {
  const { width, height } = svgSize(svg);
  if (width > pixelLimit || height > pixelLimit || width * height > pixelLimit ** 2 / 2) return null;
  const picture = new Image(width, height);
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

const kinds = {
  svg: { description: "SVG", accept: { "image/svg+xml": [".svg"] } },
  png: { description: "PNG", accept: { "image/png": [".png"] } },
} as const;

/** Asks where to save the figure and says what became of it. */
export async function saveFigure(tab: Tab, choice: FigureChoice, kind: keyof typeof kinds): Promise<void> {
  const text = currentText().figures;
  const svg = figureSvg(tab, choice);
  if (svg === null) {
    toast({ text: text.empty });
    return;
  }
  const content = kind === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await figurePng(svg);
  if (content === null) {
    toast({ text: text.tooLarge, kind: "error" });
    return;
  }
  const name = fileName(tab.edited.document, `.${kind}`);
  const saved = await host.files.saveAs(name, content, kinds[kind]);
  if (saved.kind === "cancelled") return;
  if (saved.kind === "failed") toast({ text: currentText().files.cannotSave(name, saved.reason), kind: "error" });
  else toast({ text: text.saved(saved.kind === "written" ? saved.handle.name : name), kind: "ok" });
}

/** Puts the figure onto the clipboard as a picture. */
export async function copyFigure(tab: Tab, choice: FigureChoice): Promise<void> {
  const text = currentText().figures;
  const svg = figureSvg(tab, choice);
  if (svg === null) {
    toast({ text: text.empty });
    return;
  }
  try {
    const png = await figurePng(svg);
    if (png) await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    toast(png ? { text: text.copied, kind: "ok" } : { text: text.tooLarge, kind: "error" });
  } catch {
    toast({ text: text.notCopied, kind: "error" });
  }
}
