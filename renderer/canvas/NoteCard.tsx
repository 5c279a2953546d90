import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo, useState } from "react";
import { commit, editing } from "../app/editing.ts";
import { useText } from "../app/text.ts";
import { Markdown } from "../ui/Markdown.tsx";
import type { FrameNode, NoteNode } from "./flow.ts";
import styles from "./NoteCard.module.css";
import { scene, setView, useView } from "./view.ts";

/** A note: Markdown and formulas, written after a double click. */
export const NoteCard = memo(function NoteCard({ id, data, selected }: NodeProps<NoteNode>) {
  const { note } = data;
  const text = useText().canvas.note;
  const writing = useView((s) => s.writing === id);
  return (
    <div className={styles.note} data-selected={selected || undefined} data-colour={note.colour ?? undefined}>
      <Resizer id={id} shown={selected} least={{ width: 80, height: 40 }} />
      {writing ? (
        <Writing id={id} value={note.text} label={text.label} />
      ) : note.text === "" ? (
        <p className={styles.empty}>{text.empty}</p>
      ) : (
        <Markdown text={note.text} className={styles.text} />
      )}
    </div>
  );
});

/** A frame around nodes: moves with what lies in it. */
export const FrameCard = memo(function FrameCard({ id, data, selected }: NodeProps<FrameNode>) {
  const { note } = data;
  const text = useText().canvas.note;
  const writing = useView((s) => s.writing === id);
  const joining = useView((s) => s.dropFrame === id);
  return (
    <div
      className={styles.frame}
      data-selected={selected || undefined}
      data-joining={joining || undefined}
      data-colour={note.colour ?? undefined}
    >
      <Resizer id={id} shown={selected} least={{ width: 80, height: 60 }} />
      {writing ? (
        <TitleField id={id} value={note.text} label={text.frameTitle} />
      ) : (
        <span className={styles.title}>{note.text}</span>
      )}
    </div>
  );
});

function Resizer({ id, shown, least }: { id: string; shown: boolean; least: { width: number; height: number } }) {
  return (
    <NodeResizer
      isVisible={shown}
      minWidth={least.width}
      minHeight={least.height}
      lineClassName={styles.resizeLine ?? ""}
      handleClassName={styles.resizeHandle ?? ""}
      onResize={(_, p) =>
        setView({ resizing: { id, position: { x: p.x, y: p.y }, size: { width: p.width, height: p.height } } })
      }
      onResizeEnd={(_, p) => {
        setView({ resizing: null });
        change(id, { position: { x: p.x, y: p.y }, size: { width: p.width, height: p.height } }, "resize");
      }}
    />
  );
}

type Note = NoteNode["data"]["note"];

function change(id: string, parts: Partial<Note>, step: "resize" | "writeNote"): void {
  const now = editing();
  const note = now?.graph.notes.find((n) => n.id === id);
  if (!now || !note) return;
  const item = { ...note, ...parts };
  if (JSON.stringify(item) === JSON.stringify(note)) return;
  commit({ kind: "replace", scope: now.scope, list: "notes", item }, step);
}

/** Takes what was written as one step when the focus leaves. */
function useWriting(id: string, value: string) {
  const [text, setText] = useState(value);
  const finish = (keep: boolean): void => {
    setView({ writing: null });
    if (keep) change(id, { text }, "writeNote");
    scene.element?.focus({ preventScroll: true });
  };
  return { text, setText, finish };
}

function Writing({ id, value, label }: { id: string; value: string; label: string }) {
  const { text, setText, finish } = useWriting(id, value);
  return (
    <textarea
      className={`${styles.writing} nodrag nopan nowheel`}
      value={text}
      aria-label={label}
      // biome-ignore lint/a11y/noAutofocus: the user has just asked to write here
      autoFocus={true}
      onFocus={(e) => e.target.setSelectionRange(text.length, text.length)}
      onChange={(e) => setText(e.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.nativeEvent.isComposing) return;
        if (e.key === "Escape") finish(false);
        if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) finish(true);
      }}
    />
  );
}

function TitleField({ id, value, label }: { id: string; value: string; label: string }) {
  const { text, setText, finish } = useWriting(id, value);
  return (
    <input
      className={`${styles.titleField} nodrag nopan`}
      value={text}
      aria-label={label}
      // biome-ignore lint/a11y/noAutofocus: the user has just asked to write here
      autoFocus={true}
      onChange={(e) => setText(e.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.nativeEvent.isComposing) return;
        if (e.key === "Escape") finish(false);
        if (e.key === "Enter") finish(true);
      }}
    />
  );
}
