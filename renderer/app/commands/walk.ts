import { Footprints } from "lucide-react";
import { walkThrough } from "../../step/enter.ts";
import { training } from "../../stores/training.ts";
import { activeTab, workspace } from "../../stores/workspace.ts";
import type { Command } from "../command.ts";

/** The one node or loss that is selected. */
function selectedOne(): string | null {
  const nodes = activeTab(workspace.getState())?.selection.nodes;
  return nodes?.size === 1 ? ([...nodes][0] ?? null) : null;
}

export const walkCommands: readonly Command[] = [
  {
    id: "run.walk",
    icon: Footprints,
    keys: ["J"],
    separate: true,
    enabled: () => selectedOne() !== null && training.getState().connection === "ready",
    run: async () => {
      const id = selectedOne();
      if (id !== null) await walkThrough(id);
    },
  },
];
