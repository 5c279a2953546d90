import { useState } from "react";
import { useText } from "../app/text.ts";
import { Tabs } from "../ui/Tabs.tsx";
import { Handbook } from "./Handbook.tsx";
import { Outline } from "./Outline.tsx";
import { Palette } from "./Palette.tsx";

const tabs = ["layers", "handbook", "outline"] as const;
type TabId = (typeof tabs)[number];

const contents: { readonly [I in TabId]: () => React.ReactNode } = {
  layers: () => <Palette />,
  handbook: () => <Handbook />,
  outline: () => <Outline />,
};

/** What can be added, what is ready-made, and what is there. */
export function LeftPanel() {
  const text = useText().panels.tabs;
  const [tab, setTab] = useState<TabId>("layers");
  return (
    <Tabs
      label={text.label}
      value={tab}
      onChange={setTab}
      items={tabs.map((id) => ({ id, label: text[id], content: id === tab ? contents[id]() : null }))}
    />
  );
}
