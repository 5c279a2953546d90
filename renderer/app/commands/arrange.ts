import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceBetween,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceBetween,
  Magnet,
  Ruler,
  Workflow,
} from "lucide-react";
import { type Alignment, type Axis, align, distribute } from "../../../src/graph/edit/arrange.ts";
import { canvas } from "../../canvas/controller.ts";
import { settings } from "../../stores/settings.ts";
import { arrange } from "../arrange.ts";
import type { Command, CommandId } from "../command.ts";
import { commit, editing, hasDocument, hasNodes } from "../editing.ts";

const sizes = () => canvas()?.sizes() ?? new Map();

function lineUp(how: Alignment): void {
  const now = editing();
  if (!now) return;
  const ids = now.nodes.map((n) => n.id);
  commit(align(now.document, now.scope, ids, how, sizes()), "align", { n: ids.length });
}

function spread(axis: Axis): void {
  const now = editing();
  if (!now) return;
  const ids = now.nodes.map((n) => n.id);
  commit(distribute(now.document, now.scope, ids, axis, sizes()), "distribute", { n: ids.length });
}

const aligning = (id: CommandId, how: Alignment, icon: NonNullable<Command["icon"]>, key: string): Command => ({
  id,
  icon,
  keys: [key],
  enabled: () => hasNodes(2),
  run: () => lineUp(how),
});

export const arrangeCommands: readonly Command[] = [
  { id: "arrange.auto", icon: Workflow, keys: ["L"], enabled: hasDocument, run: arrange },
  { ...aligning("arrange.left", "left", AlignStartVertical, "Alt+A"), separate: true },
  aligning("arrange.center", "center", AlignCenterVertical, "Alt+H"),
  aligning("arrange.right", "right", AlignEndVertical, "Alt+D"),
  aligning("arrange.top", "top", AlignStartHorizontal, "Alt+T"),
  aligning("arrange.middle", "middle", AlignCenterHorizontal, "Alt+V"),
  aligning("arrange.bottom", "bottom", AlignEndHorizontal, "Alt+B"),
  {
    id: "arrange.distributeHorizontal",
    icon: AlignHorizontalSpaceBetween,
    keys: ["Alt+Shift+H"],
    separate: true,
    enabled: () => hasNodes(3),
    run: () => spread("horizontal"),
  },
  {
    id: "arrange.distributeVertical",
    icon: AlignVerticalSpaceBetween,
    keys: ["Alt+Shift+V"],
    enabled: () => hasNodes(3),
    run: () => spread("vertical"),
  },
  {
    id: "arrange.snap",
    icon: Magnet,
    separate: true,
    keys: ["Shift+S"],
    checked: () => settings.getState().snap,
    run: () => settings.getState().set({ snap: !settings.getState().snap }),
  },
  {
    id: "arrange.guides",
    icon: Ruler,
    checked: () => settings.getState().guides,
    run: () => settings.getState().set({ guides: !settings.getState().guides }),
  },
];
