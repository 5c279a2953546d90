import {
  Copy,
  FilePlus2,
  FileText,
  FolderOpen,
  History,
  House,
  ImageDown,
  LogOut,
  Printer,
  Save,
  SaveAll,
  TextCursorInput,
  X,
} from "lucide-react";
import { desktop } from "../../bridge/desktop.ts";
import { putReport } from "../../report/print.tsx";
import { settings } from "../../stores/settings.ts";
import { workspace } from "../../stores/workspace.ts";
import type { Command } from "../command.ts";
import { openDialog } from "../dialogs.ts";
import { closeTab, newDocument, openFiles } from "../documents.ts";
import { hasDocument } from "../editing.ts";
import { printGraph, savePdf } from "../print.ts";
import { renameDocument } from "../rename.ts";
import { canRevert, revert, save, saveCopy, saveDocumentAs } from "../saving.ts";

/** Shows the tab that many places after the active one, round and round. */
function turn(by: number): void {
  const { tabs, active, activate } = workspace.getState();
  const at = tabs.findIndex((t) => t.id === active);
  activate(tabs[(at + by + tabs.length) % tabs.length]?.id ?? null);
}

const severalTabs = (): boolean => workspace.getState().tabs.length > 1;

export const fileCommands: readonly Command[] = [
  { id: "file.new", icon: FilePlus2, keys: ["Mod+N", "Alt+N"], inFields: true, run: newDocument },
  { id: "file.open", icon: FolderOpen, keys: ["Mod+O"], inFields: true, run: openFiles },
  { id: "file.start", icon: House, run: () => workspace.getState().activate(null), enabled: hasDocument },
  {
    id: "file.save",
    icon: Save,
    keys: ["Mod+S"],
    inFields: true,
    separate: true,
    enabled: hasDocument,
    run: async () => void (await save()),
  },
  {
    id: "file.saveAs",
    icon: SaveAll,
    keys: ["Mod+Shift+S"],
    inFields: true,
    enabled: hasDocument,
    run: async () => void (await saveDocumentAs()),
  },
  { id: "file.saveCopy", icon: Copy, enabled: hasDocument, run: async () => void (await saveCopy()) },
  {
    id: "file.saveWeights",
    enabled: hasDocument,
    checked: () => settings.getState().saveWeights,
    run: () => settings.getState().set({ saveWeights: !settings.getState().saveWeights }),
  },
  { id: "file.revert", icon: History, enabled: canRevert, run: revert },
  { id: "file.rename", icon: TextCursorInput, enabled: hasDocument, run: renameDocument },
  {
    id: "file.figure",
    icon: ImageDown,
    keys: ["Mod+Shift+E"],
    separate: true,
    enabled: hasDocument,
    run: () => openDialog({ kind: "figure" }),
  },
  {
    id: "file.pdf",
    icon: FileText,
    available: desktop !== null,
    enabled: hasDocument,
    run: savePdf,
  },
  {
    id: "file.reportPdf",
    icon: FileText,
    available: desktop !== null,
    enabled: hasDocument,
    run: () => putReport("pdf"),
  },
  { id: "file.print", icon: Printer, keys: ["Mod+P"], inFields: true, enabled: hasDocument, run: printGraph },
  { id: "file.printReport", icon: Printer, enabled: hasDocument, run: () => putReport("print") },
  {
    id: "file.nextTab",
    keys: ["Mod+Tab", "Alt+PageDown"],
    inFields: true,
    separate: true,
    enabled: severalTabs,
    run: () => turn(1),
  },
  {
    id: "file.previousTab",
    keys: ["Mod+Shift+Tab", "Alt+PageUp"],
    inFields: true,
    enabled: severalTabs,
    run: () => turn(-1),
  },
  {
    id: "file.close",
    icon: X,
    keys: ["Mod+W", "Alt+W"],
    inFields: true,
    enabled: hasDocument,
    run: async () => {
      const { active } = workspace.getState();
      if (active !== null) await closeTab(active);
    },
  },
  {
    id: "file.quit",
    icon: LogOut,
    keys: ["Mod+Q"],
    inFields: true,
    separate: true,
    // A Mac has it in the menu of the program.
    available: desktop !== null && desktop.about.platform !== "darwin",
    run: async () => void (await desktop?.window.quit()),
  },
];
