import { Command as CommandIcon, Info, Keyboard, RefreshCw, ScrollText } from "lucide-react";
import { desktop } from "../../bridge/desktop.ts";
import type { Command } from "../command.ts";
import { openDialog } from "../dialogs.ts";

export const helpCommands: readonly Command[] = [
  {
    id: "help.palette",
    icon: CommandIcon,
    keys: ["Mod+K", "Mod+Shift+P"],
    inFields: true,
    run: () => openDialog({ kind: "palette" }),
  },
  { id: "help.shortcuts", icon: Keyboard, keys: ["?"], run: () => openDialog({ kind: "shortcuts" }) },
  {
    id: "help.updates",
    icon: RefreshCw,
    separate: true,
    available: desktop !== null,
    // Only ever on this command: the page of releases opens in the browser.
    run: async () => void (await desktop?.window.openOutside("releases")),
  },
  {
    id: "help.logs",
    icon: ScrollText,
    available: desktop !== null,
    run: async () => void (await desktop?.window.show("own-files")),
  },
  { id: "help.about", icon: Info, separate: true, run: () => openDialog({ kind: "about" }) },
];
