import { fileName } from "../../../app/saving.ts";
import { currentText } from "../../../app/text.ts";
import { host } from "../../../bridge/host.ts";
import { figurePng } from "../../../figures/export.ts";
import { toast } from "../../../ui/Toast.tsx";
import { quantityName } from "../words.ts";
import { curvesCsv } from "./csv.ts";
import type { Quantity, Scene, Shown } from "./scene.ts";
import { curvesSvg } from "./svg.ts";

export type CurveFile = "svg" | "png" | "csv";

const kinds = {
  svg: { description: "SVG", accept: { "image/svg+xml": [".svg"] } },
  png: { description: "PNG", accept: { "image/png": [".png"] } },
  csv: { description: "CSV", accept: { "text/csv": [".csv"] } },
} as const;

/** Curves as they are on the screen. */
export interface Drawing {
  readonly shown: readonly Shown[];
  readonly quantity: Quantity;
  readonly scene: Scene;
}

/** Asks where to save the curves that are shown, and says what became of it. */
export async function saveCurves(drawn: Drawing, kind: CurveFile): Promise<void> {
  const [main] = drawn.shown;
  if (!main) return;
  const text = currentText();
  const content = await contentOf(drawn, kind);
  if (content === null) {
    toast({ text: text.figures.tooLarge, kind: "error" });
    return;
  }
  const name = fileName(main.run.document, `.${kind}`);
  const saved = await host.files.saveAs(name, content, kinds[kind]);
  if (saved.kind === "cancelled") return;
  if (saved.kind === "failed") toast({ text: text.files.cannotSave(name, saved.reason), kind: "error" });
  else toast({ text: text.dock.curves.saved(saved.kind === "written" ? saved.handle.name : saved.name), kind: "ok" });
}

async function contentOf({ shown, quantity, scene }: Drawing, kind: CurveFile): Promise<Blob | null> {
  const text = currentText().dock;
  if (kind === "csv") {
    const words = { step: text.step, train: text.curves.train, validation: text.curves.validation };
    return new Blob([curvesCsv(shown, quantity, words)], { type: "text/csv" });
  }
  const style = getComputedStyle(document.documentElement);
  const svg = curvesSvg(scene, {
    token: (name) => style.getPropertyValue(name).trim(),
    font: getComputedStyle(document.body).fontFamily,
    title: `${shown.map((s) => s.name).join(", ")} – ${quantityName(quantity, text)}`,
    steps: text.step,
    named: (line) => line.end ?? (line.part === "validation" ? text.curves.validation : text.curves.train),
    percent: quantity.startsWith("metric:") && scene.y.to === 1,
  });
  return kind === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : figurePng(svg);
}
