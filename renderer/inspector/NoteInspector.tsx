import { Frame, StickyNote, Trash2 } from "lucide-react";
import { useMemo } from "react";
import { batch, type Change } from "../../src/graph/change.ts";
import type { DocumentNote } from "../../src/graph/document.ts";
import { commandById, runCommand, shownKey } from "../app/commands/index.ts";
import { commit, editing } from "../app/editing.ts";
import { useText } from "../app/text.ts";
import { shownGraph, useTab, workspace } from "../stores/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import { Select } from "../ui/Select.tsx";
import { Cell, entryClass, Form } from "./fields/Form.tsx";
import { InspectorHead } from "./InspectorHead.tsx";
import styles from "./NoteInspector.module.css";
import node from "./node/Node.module.css";
import { common } from "./node/values.ts";
import { Section } from "./Section.tsx";

/** Notes and frames: their text and colour. */
export function NoteInspector({ ids }: { ids: readonly string[] }) {
  const text = useText().inspector;
  const graph = useTab(shownGraph);
  const notes = useMemo(() => graph.notes.filter((n) => ids.includes(n.id)), [graph, ids]);
  const [note] = notes;
  if (!note) return null;
  const one = notes.length === 1;
  const kind = note.kind === "frame" ? text.sections.frame : text.sections.note;
  const Icon = note.kind === "frame" ? Frame : StickyNote;
  return (
    <>
      <InspectorHead
        icon={<Icon size="1.125rem" aria-hidden="true" />}
        title={one ? note.text.split("\n")[0]?.slice(0, 60) || kind : text.note.several(notes.length)}
        kind={kind}
        tools={
          <IconButton
            label={text.remove}
            keys={shownKey(commandById("edit.delete"))}
            icon={Trash2}
            onClick={() => runCommand("edit.delete")}
          />
        }
      />
      <div className={node.scroll}>
        {one && <NoteText note={note} />}
        <Section title={kind}>
          <Form>
            <ColourCell notes={notes} />
          </Form>
        </Section>
      </div>
    </>
  );
}

function NoteText({ note }: { note: DocumentNote }) {
  const text = useText().inspector.note;
  const frame = note.kind === "frame";
  const label = frame ? text.title : text.text;
  return (
    <Section title={label}>
      <textarea
        className={styles.text}
        data-title={frame}
        rows={frame ? 1 : 8}
        aria-label={label}
        value={note.text}
        maxLength={100_000}
        onChange={(e) => update([note], { text: e.currentTarget.value }, `note ${note.id}`)}
        onBlur={() => workspace.getState().endGesture()}
      />
      {!frame && <p className={styles.help}>{text.help}</p>}
    </Section>
  );
}

const colours = ["auto", "grey", "yellow", "green", "blue", "violet", "red"] as const;

function ColourCell({ notes }: { notes: readonly DocumentNote[] }) {
  const text = useText().inspector;
  const shared = common(notes, (n) => n.colour ?? "auto");
  const value = colours.find((c) => c === shared) ?? null;
  return (
    <Cell label={text.note.colour} wide={true} changed={value !== "auto"}>
      {({ id }) => (
        <Select
          id={id}
          className={entryClass}
          value={value}
          placeholder={text.mixed}
          options={colours.map((c) => ({ value: c, label: text.note.colours[c] }))}
          onChange={(c) => update(notes, { colour: c === "auto" ? null : c })}
        />
      )}
    </Cell>
  );
}

function update(notes: readonly DocumentNote[], change: Partial<DocumentNote>, gesture?: string): void {
  const now = editing();
  if (!now) return;
  const changes = notes.map(
    (n): Change => ({ kind: "replace", scope: now.scope, list: "notes", item: { ...n, ...change } }),
  );
  commit(batch(changes), "setNote", undefined, gesture);
}
