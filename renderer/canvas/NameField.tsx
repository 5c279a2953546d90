import { useLayoutEffect, useRef, useState } from "react";
import { renameNode } from "../../src/graph/edit/nodes.ts";
import { commit, editing, selectItems } from "../app/editing.ts";
import { useText } from "../app/text.ts";
import styles from "./NameField.module.css";
import { setView } from "./view.ts";

/** The name of a node while it is written: Enter takes it, Escape leaves the old one; a name that is taken is marked. */
export function NameField({ id }: { id: string }) {
  const text = useText().canvas;
  const [name, setName] = useState(id);
  const field = useRef<HTMLInputElement>(null);
  const taken = name !== id && (editing()?.graph.nodes.some((n) => n.id === name) ?? false);
  useLayoutEffect(() => field.current?.select(), []);

  const done = (): void => {
    setView({ renaming: null });
    const now = editing();
    const change = now && name !== id ? renameNode(now.document, now.scope, id, name) : null;
    if (!change) return;
    commit(change, "rename", { name });
    selectItems([name]);
  };
  return (
    <input
      ref={field}
      className={`${styles.field} nodrag nopan`}
      value={name}
      aria-label={text.rename}
      aria-invalid={taken}
      // biome-ignore lint/a11y/noAutofocus: the user has just asked to write here
      autoFocus={true}
      onChange={(e) => setName(e.target.value)}
      onBlur={done}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.nativeEvent.isComposing) return;
        if (e.key === "Enter") done();
        if (e.key === "Escape") setView({ renaming: null });
      }}
    />
  );
}
