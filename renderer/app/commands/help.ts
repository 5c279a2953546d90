import { Command as CommandIcon, Keyboard } from "lucide-react";
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
];
