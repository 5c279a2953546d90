import { about as aboutEn } from "./en/ui/about.ts";
import { canvas as canvasEn } from "./en/ui/canvas.ts";
import { commands as commandsEn } from "./en/ui/commands.ts";
import { desktop as desktopEn } from "./en/ui/desktop.ts";
import { dock as dockEn } from "./en/ui/dock.ts";
import { figures as figuresEn } from "./en/ui/figures.ts";
import { files as filesEn } from "./en/ui/files.ts";
import { inspector as inspectorEn } from "./en/ui/inspector.ts";
import { overlay as overlayEn } from "./en/ui/overlay.ts";
import { panels as panelsEn } from "./en/ui/panels.ts";
import { probes as probesEn } from "./en/ui/probes.ts";
import { report as reportEn } from "./en/ui/report.ts";
import { run as runEn } from "./en/ui/run.ts";
import { shell as shellEn } from "./en/ui/shell.ts";
import { start as startEn } from "./en/ui/start.ts";
import { steps as stepsEn } from "./en/ui/steps.ts";
import { tensors as tensorsEn } from "./en/ui/tensors.ts";
import { walk as walkEn } from "./en/ui/walk.ts";
import type { Locale } from "./locale.ts";
import type { Texts } from "./ui-text.ts";
import { about as aboutZh } from "./zh/ui/about.ts";
import { canvas as canvasZh } from "./zh/ui/canvas.ts";
import { commands as commandsZh } from "./zh/ui/commands.ts";
import { desktop as desktopZh } from "./zh/ui/desktop.ts";
import { dock as dockZh } from "./zh/ui/dock.ts";
import { figures as figuresZh } from "./zh/ui/figures.ts";
import { files as filesZh } from "./zh/ui/files.ts";
import { inspector as inspectorZh } from "./zh/ui/inspector.ts";
import { overlay as overlayZh } from "./zh/ui/overlay.ts";
import { panels as panelsZh } from "./zh/ui/panels.ts";
import { probes as probesZh } from "./zh/ui/probes.ts";
import { report as reportZh } from "./zh/ui/report.ts";
import { run as runZh } from "./zh/ui/run.ts";
import { shell as shellZh } from "./zh/ui/shell.ts";
import { start as startZh } from "./zh/ui/start.ts";
import { steps as stepsZh } from "./zh/ui/steps.ts";
import { tensors as tensorsZh } from "./zh/ui/tensors.ts";
import { walk as walkZh } from "./zh/ui/walk.ts";

const en = {
  shell: shellEn,
  canvas: canvasEn,
  inspector: inspectorEn,
  overlay: overlayEn,
  panels: panelsEn,
  commands: commandsEn,
  run: runEn,
  start: startEn,
  steps: stepsEn,
  figures: figuresEn,
  report: reportEn,
  desktop: desktopEn,
  about: aboutEn,
  files: filesEn,
  tensors: tensorsEn,
  walk: walkEn,
  dock: dockEn,
  probes: probesEn,
};

/** Every text of the window, by area. */
export type UiText = Texts<typeof en>;

export const uiText: { readonly [L in Locale]: UiText } = {
  en,
  zh: {
    shell: shellZh,
    canvas: canvasZh,
    inspector: inspectorZh,
    overlay: overlayZh,
    panels: panelsZh,
    commands: commandsZh,
    run: runZh,
    start: startZh,
    steps: stepsZh,
    figures: figuresZh,
    report: reportZh,
    desktop: desktopZh,
    about: aboutZh,
    files: filesZh,
    tensors: tensorsZh,
    walk: walkZh,
    dock: dockZh,
    probes: probesZh,
  },
};
