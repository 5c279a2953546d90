import { ClipboardCopy, Download } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { type FigureTheme, figureThemes } from "../../src/codegen/figure/palette.ts";
import { useText } from "../app/text.ts";
import { useTab } from "../stores/workspace.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Select } from "../ui/Select.tsx";
import { copyFigure, type FigureChoice, figureSvg, saveFigure, selectedIds, svgSize } from "./export.ts";
import styles from "./FigureDialog.module.css";

const backgrounds = ["canvas", "white", "transparent"] as const;
const scales = ["1", "2", "3", "4"] as const;

/** Chooses how the graph becomes a picture, with a preview, and saves or copies it. */
export function FigureDialog({ onClose }: { onClose: () => void }) {
  const text = useText().figures;
  const tab = useTab((t) => t);
  const anySelected = selectedIds(tab).size > 0;
  const [choice, setChoice] = useState<FigureChoice>(() => ({
    theme: shownTheme(),
    // Dark nodes on white paper are never what is meant.
    background: shownTheme() === "dark" ? "canvas" : "white",
    scale: 2,
    selection: anySelected,
  }));
  const set = (change: Partial<FigureChoice>): void => setChoice({ ...choice, ...change });
  const svg = useMemo(() => figureSvg(tab, choice), [tab, choice]);
  const { width, height } = svg === null ? { width: 0, height: 0 } : svgSize(svg);
  return (
    <Dialog
      title={text.title}
      onClose={onClose}
      width="44rem"
      footer={
        <>
          <Button icon={ClipboardCopy} disabled={svg === null} onClick={() => void copyFigure(tab, choice)}>
            {text.copy}
          </Button>
          <Button icon={Download} disabled={svg === null} onClick={() => void saveFigure(tab, choice, "png")}>
            {text.savePng}
          </Button>
          <Button
            kind="primary"
            data-initial-focus={true}
            icon={Download}
            disabled={svg === null}
            onClick={() => void saveFigure(tab, choice, "svg")}
          >
            {text.saveSvg}
          </Button>
        </>
      }
    >
      <div className={styles.preview} data-background={choice.background} data-theme-shown={choice.theme}>
        {svg === null ? (
          <p>{text.empty}</p>
        ) : (
          <img alt={text.preview} src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} />
        )}
      </div>
      <div className={styles.choices}>
        <Choice
          label={text.content}
          value={choice.selection ? "selection" : "all"}
          options={anySelected ? ["all", "selection"] : ["all"]}
          name={(v) => text[v]}
          onChange={(v) => set({ selection: v === "selection" })}
        />
        <Choice
          label={text.theme}
          value={choice.theme}
          options={figureThemes}
          name={(v) => text.themes[v]}
          onChange={(theme) => set({ theme })}
        />
        <Choice
          label={text.background}
          value={choice.background}
          options={backgrounds}
          name={(v) => text.backgrounds[v]}
          onChange={(background) => set({ background })}
        />
        <Choice
          label={text.scale}
          value={String(choice.scale) as (typeof scales)[number]}
          options={scales}
          name={(v) => (v === String(choice.scale) ? `${v}× · ${text.size(width, height)}` : `${v}×`)}
          onChange={(v) => set({ scale: Number(v) })}
        />
      </div>
    </Dialog>
  );
}

function Choice<V extends string>({
  label,
  value,
  options,
  name,
  onChange,
}: {
  label: string;
  value: V;
  options: readonly V[];
  name: (value: V) => string;
  onChange: (value: V) => void;
}) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <Select id={id} value={value} options={options.map((v) => ({ value: v, label: name(v) }))} onChange={onChange} />
    </>
  );
}

/** The theme the window shows; a figure in high contrast is one for print. */
function shownTheme(): FigureTheme {
  const theme = document.documentElement.dataset["theme"];
  return theme === "dark" ? "dark" : theme === "contrast" ? "print" : "light";
}
