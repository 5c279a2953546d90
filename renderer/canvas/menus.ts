import { Crosshair, PenLine, Plus, Scissors, Spline, Unplug } from "lucide-react";
import { commandEntries } from "../app/commands/index.ts";
import { editing, selectItems } from "../app/editing.ts";
import { currentText } from "../app/text.ts";
import { atPort, throughWire } from "../probes/actions.ts";
import { cardEntries, nodeProbeEntries, probeEntry } from "../probes/menu.ts";
import { workspace } from "../stores/workspace.ts";
import type { MenuEntry } from "../ui/Menu.tsx";
import { blockPortOf } from "./blockPorts.ts";
import type { Point } from "./controller.ts";
import { isWire } from "./farPicture.ts";
import { startWire } from "./gestures/keyboard.ts";
import { addReroute, farUnder, portUnder, removeReroute } from "./gestures/pointer.ts";
import { disconnect, wiresAt } from "./gestures/wiring.ts";
import { lossOf } from "./losses.ts";
import { openQuickAdd, openQuickAddInto } from "./quickAdd.ts";
import { scene, setView } from "./view.ts";
import { inElement, toCanvas } from "./viewport.ts";

/** The menu for what is under the pointer: a port, a wire, a node with its selection, a note, or the canvas. */
export function menuFor(e: MouseEvent): readonly MenuEntry[] {
  const screen = { x: e.clientX, y: e.clientY };
  const target = e.target instanceof Element ? e.target : null;
  const port = portUnder(e);
  if (port) return portMenu(port);
  const card = target?.closest<HTMLElement>("[data-probe]")?.dataset["probe"];
  if (card) return cardEntries(card);
  const far = farUnder(e);
  const wire = far && isWire(far) ? far.id : target?.closest<SVGElement>("[data-wire]")?.dataset["wire"];
  if (wire) return wireMenu(wire, screen, target?.closest<SVGElement>("[data-reroute]")?.dataset["reroute"]);
  const id = far?.id ?? target?.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
  if (id === undefined) return canvasMenu(screen);
  if (blockPortOf(id))
    return [{ label: currentText().canvas.menu.renamePort, icon: PenLine, onSelect: () => setView({ portMenu: id }) }];
  return nodeMenu(id);
}

function canvasMenu(screen: Point): readonly MenuEntry[] {
  const text = currentText().canvas.menu;
  const place = toCanvas(screen);
  return [
    { label: text.addHere, icon: Plus, keys: "Space", onSelect: () => openQuickAdd(place, place) },
    ...commandEntries(
      "add.note",
      null,
      "edit.paste",
      "select.all",
      null,
      "arrange.auto",
      "view.fit",
      "view.find",
      null,
      "structure.leave",
    ),
  ];
}

/** Right-clicking what is not selected selects it, as everywhere. */
export function selectForMenu(id: string): void {
  const now = editing();
  if (!now) return;
  const { nodes, notes } = now.tab.selection;
  if (nodes.has(id) || notes.has(id)) return;
  if (lossOf(id)) workspace.getState().select({ nodes: new Set([id]) });
  else selectItems([id]);
}

function nodeMenu(id: string): readonly MenuEntry[] {
  selectForMenu(id);
  const now = editing();
  const note = now?.graph.notes.find((n) => n.id === id);
  const text = currentText().canvas.menu;
  if (note) {
    return [
      { label: text.editNote, icon: PenLine, keys: "Enter", onSelect: () => setView({ writing: id }) },
      "separator",
      ...commandEntries("edit.cut", "edit.copy", "edit.duplicate", null, "edit.delete"),
    ];
  }
  if (lossOf(id)) return commandEntries("run.walk", null, "edit.delete");
  const many = (now?.nodes.length ?? 0) > 1;
  const wire: MenuEntry[] = many
    ? []
    : [{ label: text.startWire, icon: Spline, keys: "W", onSelect: () => void startWire(id, "out") }, "separator"];
  return [
    ...wire,
    ...(many ? [] : [nodeProbeEntries(id), "separator" as const]),
    ...(many
      ? commandEntries("edit.connectInOrder", null)
      : commandEntries(
          "structure.enter",
          "structure.unpack",
          "edit.parameters",
          "edit.rename",
          "edit.replaceLayer",
          null,
        )),
    ...(many ? [] : commandEntries("run.walk", null)),
    ...commandEntries("edit.bypass", "edit.mute", "edit.freeze", "edit.pin", "edit.collapse", null),
    ...commandEntries("structure.frame", "structure.block", null),
    ...commandEntries("edit.cut", "edit.copy", "edit.duplicate", null, "edit.delete", "edit.deleteOnly"),
  ];
}

function wireMenu(id: string, screen: Point, point: string | undefined): readonly MenuEntry[] {
  const text = currentText().canvas.menu;
  const edge = scene.graph.edges.find((e) => e.id === id);
  workspace.getState().select({ edges: new Set([id]) });
  const entries: MenuEntry[] = [];
  if (edge?.data?.kind === "wire") {
    entries.push(probeEntry(currentText().probes.seeThis, throughWire(id)));
    entries.push({ label: text.insert, icon: Plus, onSelect: () => openQuickAddInto(id, screen) });
    entries.push({ label: text.addReroute, icon: Crosshair, onSelect: () => addReroute(id, toCanvas(screen)) });
    if (edge.data.reroutes.length > 0)
      entries.push({
        label: text.clearReroutes,
        icon: Spline,
        onSelect: () => removeReroute(id, point === undefined ? null : Number(point)),
      });
    entries.push("separator");
  }
  entries.push({
    label: text.removeWire,
    icon: Scissors,
    keys: "Delete",
    danger: true,
    disabled: edge?.data?.kind === "loss",
    onSelect: () => disconnect([id]),
  });
  return entries;
}

function portMenu(port: NonNullable<ReturnType<typeof portUnder>>): readonly MenuEntry[] {
  const text = currentText().canvas.menu;
  const wires = wiresAt(port);
  return [
    { label: text.startWire, icon: Spline, onSelect: () => void startWire(port.node, port.side) },
    probeEntry(currentText().probes.seeThis, atPort(port)),
    {
      label: text.breakPort,
      icon: Unplug,
      danger: true,
      disabled: wires.length === 0,
      onSelect: () => disconnect(wires.map((e) => e.id)),
    },
  ];
}

/** Where a menu opened by the keyboard stands: at the node that has the focus. */
export function menuPlace(e: MouseEvent): Point {
  if (e.clientX !== 0 || e.clientY !== 0) return { x: e.clientX, y: e.clientY };
  const box = document.activeElement?.getBoundingClientRect();
  return box ? { x: box.left + 12, y: box.top + 24 } : inElement({ x: 0, y: 0 });
}
