import { ScanEye, X } from "lucide-react";
import { commandById, commandEntry, shownKey } from "../app/commands/index.ts";
import { currentText } from "../app/text.ts";
import { activeTab, type Tab, workspace } from "../stores/workspace.ts";
import { viewsOf } from "../tensors/views.ts";
import type { MenuEntry } from "../ui/Menu.tsx";
import { mainOutput, type Probed, parametersOf, probe } from "./actions.ts";
import {
  changeProbe,
  type Probe,
  type ProbeView,
  probedParts,
  probes,
  probesOf,
  removeProbe,
  sampleSources,
} from "./probes.ts";
import { planeOf } from "./surface/plane.ts";
import { typeOf } from "./type.ts";

/** What can be chosen of a probe: its view, its columns, its samples. */
export function probeEntries(tab: Tab, probe: Probe): readonly MenuEntry[] {
  const { probes: text, tensors } = currentText();
  const change = (by: Partial<Probe>) => () => changeProbe(tab.id, probe.id, by);
  const batched = probe.of === "output";
  const role = probe.of === "parameter" ? "parameter" : "activation";
  const type = typeOf(tab, probe);
  const views = type ? viewsOf(type, role) : [];
  const shown: ProbeView | undefined = probe.view ?? views[0];
  const parts = probedParts.filter((p) => !batched || p !== "update");
  const toggled = (part: Probe["parts"][number]): Probe["parts"] =>
    parts.filter((p) => (p === part ? !probe.parts.includes(p) : probe.parts.includes(p)));
  return [
    ...views.map((v) => ({
      label: tensors.views[v],
      checked: v === shown,
      onSelect: change({ view: v === views[0] ? null : v }),
    })),
    ...(batched && planeOf(tab.edited.document)
      ? [{ label: text.surface.overPlane, checked: shown === "plane", onSelect: change({ view: "plane" }) }]
      : []),
    ...(views.length > 0 ? (["separator"] as const) : []),
    ...parts.map((part) => ({
      label: (batched ? text.ofOutput : text.ofParameter)[part],
      checked: probe.parts.includes(part),
      disabled: probe.parts.length === 1 && probe.parts.includes(part),
      onSelect: change({ parts: toggled(part), preview: false }),
    })),
    ...(batched
      ? [
          "separator" as const,
          ...sampleSources.map((source) => ({
            label: text.sources[source],
            checked: probe.source === source,
            onSelect: change({ source, sample: 0 }),
          })),
        ]
      : []),
  ];
}

/** The same for the card of the active document with this id, and its end. */
export function cardEntries(id: string): readonly MenuEntry[] {
  const tab = activeTab(workspace.getState());
  const found = tab && probesOf(probes.getState(), tab.id).find((p) => p.id === id);
  if (!tab || !found) return [];
  return [
    ...probeEntries(tab, found),
    "separator",
    { label: currentText().probes.close, icon: X, onSelect: () => removeProbe(tab.id, id) },
  ];
}

/** One tensor as a line of a menu. */
export function probeEntry(label: string, found: Probed | null, keys?: string): MenuEntry {
  return {
    label,
    icon: ScanEye,
    keys,
    disabled: found === null,
    onSelect: () => {
      if (found) probe(found);
    },
  };
}

/** Everything that can be seen of a node. */
export function nodeProbeEntries(id: string): MenuEntry {
  const text = currentText().probes;
  return {
    label: text.see,
    icon: ScanEye,
    entries: [
      commandEntry("view.preview"),
      probeEntry(text.ofOutput.value, mainOutput(id), shownKey(commandById("view.probe"))),
      ...parametersOf(id).map((p) => probeEntry(p.name, p)),
    ],
  };
}
