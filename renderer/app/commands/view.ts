import {
  ArrowLeftRight,
  Contrast,
  Expand,
  Eye,
  History,
  Languages,
  Map as MapIcon,
  Maximize,
  Monitor,
  Moon,
  Mountain,
  PanelBottom,
  PanelLeft,
  PanelRight,
  Presentation,
  Route,
  Scan,
  ScanEye,
  Search,
  Sun,
  ZoomIn,
  ZoomOut,
} from "lucide-react";
import { desktop } from "../../bridge/desktop.ts";
import { canvas } from "../../canvas/controller.ts";
import { guiltyPath } from "../../overlay/guilt.ts";
import { previewSelected, probeSelected } from "../../probes/actions.ts";
import { settings, type Theme, type WireStyle } from "../../stores/settings.ts";
import { type OverlayKind, training } from "../../stores/training.ts";
import { showPart } from "../../training/dock/state.ts";
import { scaleRange } from "../appearance.ts";
import type { Command, CommandId } from "../command.ts";
import { openDialog } from "../dialogs.ts";
import { editing, hasDocument, hasNodes } from "../editing.ts";
import type { PanelName } from "../panelSizes.ts";
import { focusRegion } from "../regions.ts";

const zoomFactor = 1.25;

const setting = <K extends "minimap" | "presenter" | "reducedMotion">(key: K) => ({
  checked: () => settings.getState()[key],
  run: () => settings.getState().set({ [key]: !settings.getState()[key] }),
});

const panel = (id: CommandId, name: PanelName, icon: NonNullable<Command["icon"]>, key: string): Command => ({
  id,
  icon,
  keys: [key],
  submenu: "panels",
  checked: () => settings.getState().panels[name],
  run: () => {
    const { panels, set } = settings.getState();
    set({ panels: { ...panels, [name]: !panels[name] } });
  },
});

const theme = (id: CommandId, value: Theme, icon: NonNullable<Command["icon"]>): Command => ({
  id,
  icon,
  submenu: "theme",
  checked: () => settings.getState().theme === value,
  run: () => settings.getState().set({ theme: value }),
});

const wires = (id: CommandId, value: WireStyle): Command => ({
  id,
  submenu: "wires",
  checked: () => settings.getState().wireStyle === value,
  run: () => settings.getState().set({ wireStyle: value }),
});

/** Choosing what to see also turns the arrows its way; the switch turns them back. */
const overlay = (id: CommandId, kind: OverlayKind, key: string): Command => ({
  id,
  keys: [key],
  submenu: "overlay",
  enabled: hasDocument,
  checked: () => training.getState().overlay === kind,
  run: () => training.getState().set({ overlay: kind, backward: kind === "gradients" }),
});

function scaleBy(steps: number): void {
  const { scale, set } = settings.getState();
  const next = Math.round((scale + steps * scaleRange.step) * 100) / 100;
  set({ scale: Math.min(scaleRange.max, Math.max(scaleRange.min, next)) });
}

function showHistory(): void {
  const { panels, set } = settings.getState();
  set({ panels: { ...panels, bottom: true } });
  showPart("history");
  // The dock is drawn after this returns.
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-history] [aria-current]")?.focus());
}

const shown = (): boolean => hasDocument() && canvas() !== null;

export const viewCommands: readonly Command[] = [
  { id: "view.find", icon: Search, keys: ["Mod+F"], enabled: shown, run: () => canvas()?.openFind() },
  { id: "view.fit", icon: Maximize, keys: ["F"], separate: true, enabled: shown, run: () => canvas()?.fit() },
  {
    id: "view.fitSelection",
    icon: Scan,
    keys: ["."],
    enabled: () => shown() && hasNodes(),
    run: () => canvas()?.fit(editing()?.nodes.map((n) => n.id)),
  },
  {
    id: "view.zoomIn",
    icon: ZoomIn,
    keys: ["Mod+=", "Mod++", "+"],
    enabled: shown,
    run: () => canvas()?.zoomBy(zoomFactor),
  },
  {
    id: "view.zoomOut",
    icon: ZoomOut,
    keys: ["Mod+-", "-"],
    enabled: shown,
    run: () => canvas()?.zoomBy(1 / zoomFactor),
  },
  { id: "view.zoomReset", keys: ["Mod+0"], enabled: shown, run: () => canvas()?.zoomTo(1) },
  { ...overlay("view.overlayShapes", "shapes", "1"), separate: true },
  overlay("view.overlayActivations", "activations", "2"),
  overlay("view.overlayGradients", "gradients", "3"),
  overlay("view.overlayWeights", "weights", "4"),
  overlay("view.overlayUpdates", "updates", "5"),
  overlay("view.overlayTime", "time", "6"),
  overlay("view.overlayMemory", "memory", "7"),
  {
    id: "view.backward",
    icon: ArrowLeftRight,
    keys: ["B"],
    enabled: hasDocument,
    checked: () => training.getState().backward,
    run: () => training.getState().set({ backward: !training.getState().backward }),
  },
  {
    id: "view.preview",
    icon: Eye,
    keys: ["Shift+T"],
    separate: true,
    enabled: () => shown() && editing()?.nodes.length === 1,
    run: () => previewSelected(),
  },
  {
    id: "view.probe",
    icon: ScanEye,
    keys: ["T"],
    enabled: () => shown() && (hasNodes() || (editing()?.edges.length ?? 0) > 0),
    run: () => probeSelected(),
  },
  {
    id: "view.landscape",
    icon: Mountain,
    enabled: () => hasDocument() && training.getState().connection === "ready",
    run: () => openDialog({ kind: "landscape" }),
  },
  {
    id: "view.guiltyPath",
    icon: Route,
    keys: ["G"],
    enabled: hasDocument,
    checked: () => guiltyPath.getState().lit,
    run: () => {
      const lit = !guiltyPath.getState().lit;
      guiltyPath.setState({ lit });
      // It is a path of the gradient: that is what is looked at along it.
      if (lit) training.getState().set({ overlay: "gradients", backward: true });
    },
  },
  { id: "view.minimap", icon: MapIcon, keys: ["M"], separate: true, ...setting("minimap") },
  wires("view.wiresCurved", "curved"),
  wires("view.wiresStraight", "straight"),
  wires("view.wiresStepped", "stepped"),
  wires("view.wiresHidden", "hidden"),
  panel("view.leftPanel", "left", PanelLeft, "Alt+1"),
  panel("view.bottomPanel", "bottom", PanelBottom, "Alt+2"),
  panel("view.rightPanel", "right", PanelRight, "Alt+3"),
  { id: "view.history", icon: History, keys: ["Alt+4"], enabled: hasDocument, run: showHistory },
  {
    id: "view.nextRegion",
    keys: ["F6"],
    inFields: true,
    submenu: "panels",
    enabled: hasDocument,
    run: () => focusRegion(1),
  },
  {
    id: "view.previousRegion",
    keys: ["Shift+F6"],
    inFields: true,
    submenu: "panels",
    enabled: hasDocument,
    run: () => focusRegion(-1),
  },
  { ...theme("view.themeSystem", "system", Monitor), separate: true },
  theme("view.themeLight", "light", Sun),
  theme("view.themeDark", "dark", Moon),
  theme("view.themeContrast", "contrast", Contrast),
  {
    id: "view.language",
    icon: Languages,
    keys: ["Alt+L"],
    inFields: true,
    run: () => settings.getState().set({ locale: settings.getState().locale === "en" ? "zh" : "en" }),
  },
  { id: "view.scaleUp", keys: ["Mod+Alt+="], submenu: "scale", run: () => scaleBy(1) },
  { id: "view.scaleDown", keys: ["Mod+Alt+-"], submenu: "scale", run: () => scaleBy(-1) },
  {
    id: "view.scaleReset",
    keys: ["Mod+Alt+0"],
    submenu: "scale",
    run: () => settings.getState().set({ scale: 1 }),
  },
  { id: "view.reducedMotion", ...setting("reducedMotion") },
  {
    id: "view.presenter",
    icon: Presentation,
    keys: ["Alt+P"],
    inFields: true,
    separate: true,
    ...setting("presenter"),
  },
  {
    id: "view.fullScreen",
    icon: Expand,
    keys: ["F11"],
    inFields: true,
    available: desktop !== null,
    run: async () => void (await desktop?.window.toggleFullScreen()),
  },
];
