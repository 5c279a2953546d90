import { ChevronRight, CircleAlert, TriangleAlert } from "lucide-react";
import { type CSSProperties, type KeyboardEvent, useDeferredValue, useMemo, useState } from "react";
import { useText } from "../app/text.ts";
import { kindOf } from "../canvas/nodeView.ts";
import { expandedId, useTab } from "../stores/workspace.ts";
import { EmptyState } from "../ui/EmptyState.tsx";
import { LayerGlyph } from "../ui/Glyph.tsx";
import styles from "./Outline.module.css";
import { type OutlineRow, outlineRows } from "./outlineRows.ts";
import { moveFocus } from "./roving.ts";
import { showNode } from "./show.ts";

/** All nodes as a tree, in the order in which data flows. Choosing one shows it on the canvas. */
export function Outline() {
  const text = useText().panels.outline;
  const document = useDeferredValue(useTab((t) => t.edited.document));
  const issues = useDeferredValue(useTab((t) => t.checked.issues));
  const selected = useTab((t) => t.selection.nodes);
  const prefix = useTab((t) => expandedId(t, ""));
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => outlineRows(document, issues, open), [document, issues, open]);
  const isSelected = (r: OutlineRow): boolean => r.id === `${prefix}${r.node.id}` && selected.has(r.node.id);
  const stop = Math.max(0, rows.findIndex(isSelected));
  const setRow = (row: OutlineRow, on: boolean): void => {
    const next = new Set(open);
    if (on) next.add(row.id);
    else next.delete(row.id);
    setOpen(next);
  };
  if (rows.length === 0) return <EmptyState text={text.empty} />;
  return (
    <div
      className={styles.tree}
      data-flat={rows.every((r) => !r.block)}
      role="tree"
      aria-label={text.label}
      onKeyDown={moveFocus}
    >
      {rows.map((row, i) => (
        <Row
          key={row.id}
          row={row}
          selected={isSelected(row)}
          focusable={i === stop}
          onOpen={(on) => setRow(row, on)}
        />
      ))}
    </div>
  );
}

function Row({
  row,
  selected,
  focusable,
  onOpen,
}: {
  row: OutlineRow;
  selected: boolean;
  focusable: boolean;
  onOpen: (open: boolean) => void;
}) {
  const text = useText();
  const { node, block, path, open } = row;
  const choose = (): void => showNode(path, node.id);
  const onKeyDown = (e: KeyboardEvent): void => {
    if (e.key === "Enter" || e.key === " ") {
      e.preventDefault();
      choose();
    }
    if (block && e.key === "ArrowRight") onOpen(true);
    if (block && e.key === "ArrowLeft") onOpen(false);
  };
  return (
    <div
      role="treeitem"
      data-row={true}
      data-node={row.id}
      data-state={node.state}
      className={styles.row}
      style={{ "--depth": path.length } as CSSProperties}
      tabIndex={focusable ? 0 : -1}
      aria-level={path.length + 1}
      aria-selected={selected}
      aria-expanded={block ? open : undefined}
      onClick={choose}
      onDoubleClick={() => block && onOpen(!open)}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys of the row do the same */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys of the row do the same */}
      <span
        className={styles.twist}
        onClick={(e) => {
          if (!block) return;
          e.stopPropagation();
          onOpen(!open);
        }}
      >
        {block && <ChevronRight size="0.75rem" aria-hidden="true" />}
      </span>
      <LayerGlyph layer={node.layer} />
      <span className={styles.name}>{node.label ?? node.id}</span>
      <span className={styles.kind}>{kindOf(node, block, text.canvas)}</span>
      <Mark row={row} />
    </div>
  );
}

function Mark({ row: { errors, warnings } }: { row: OutlineRow }) {
  const text = useText().panels.outline;
  if (errors + warnings === 0) return null;
  const Icon = errors > 0 ? CircleAlert : TriangleAlert;
  return (
    <Icon
      className={styles.mark}
      data-severity={errors > 0 ? "error" : "warning"}
      size="0.875rem"
      aria-label={text.issues(errors + warnings)}
    />
  );
}
