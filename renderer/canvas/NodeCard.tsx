import type { NodeProps } from "@xyflow/react";
import { CircleDashed, CircleSlash, CircleX, Link2, Lock, Pin, Tag, TriangleAlert } from "lucide-react";
import { type CSSProperties, memo } from "react";
import { useText } from "../app/text.ts";
import { useReadings } from "../overlay/readings.ts";
import { Strip } from "../overlay/Strip.tsx";
import { colorVar, Glyph } from "../ui/Glyph.tsx";
import type { LayerNode, LossNode } from "./flow.ts";
import { NameField } from "./NameField.tsx";
import styles from "./NodeCard.module.css";
import type { Line, NodeView } from "./nodeView.ts";
import { Ports } from "./Ports.tsx";
import { useView } from "./view.ts";

/** A layer, a block or a loss on the canvas. Draws its view and nothing it would have to work out. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<LayerNode | LossNode>) {
  const view: NodeView = data.view;
  const marked = useView((s) => s.marks?.get(id) ?? null);
  const state = useView((s) => (s.renaming === id ? "renaming" : s.lit === id ? "lit" : null));
  const dimmed = marked !== null && marked.fits.size === 0;
  const guilt = useReadings((r) => (r.lit === null ? null : (r.lit.culprits.get(id) ?? r.lit.path.has(id))));
  return (
    <div
      className={styles.card}
      style={{ "--cat": colorVar(view.color), width: view.width, height: view.height } as CSSProperties}
      data-selected={selected || undefined}
      data-state={view.state}
      data-severity={view.severity ?? undefined}
      data-block={view.repeat > 0 || undefined}
      data-dimmed={dimmed || guilt === false || undefined}
      data-guilty={typeof guilt === "string" || undefined}
      data-brief={view.brief}
      data-measured={view.strip || undefined}
      data-lit={state === "lit" || undefined}
      data-collapsed={view.collapsed || undefined}
    >
      <div className={styles.head}>
        <Glyph name={view.glyph} size="16px" className={styles.glyph} />
        <span className={styles.kind}>{view.kind}</span>
        {state === "renaming" ? (
          <NameField id={id} />
        ) : (
          view.name !== null && <span className={styles.name}>{view.name}</span>
        )}
        <Marks view={view} id={id} />
      </div>
      {view.lines.length > 0 && (
        <div className={styles.body} data-parameters="">
          {view.lines.map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
            <BodyLine key={i} line={line} />
          ))}
        </div>
      )}
      {view.strip && <Strip id={id} width={view.width} />}
      {dimmed && marked.why !== null && <div className={styles.why}>{marked.why}</div>}
      {typeof guilt === "string" && <div className={styles.guilt}>{guilt}</div>}
      {view.state === "bypassed" && <BypassLine width={view.width} />}
      <Ports view={view} marks={marked} />
    </div>
  );
});

function BodyLine({ line }: { line: Line }) {
  return (
    <div className={styles.line} data-tone={line.tone} data-mono={line.mono || undefined}>
      {line.icon === "share" && <Link2 size={12} />}
      {line.icon === "field" && <Tag size={11} />}
      <span>{line.text}</span>
    </div>
  );
}

const signs = { error: CircleX, warning: TriangleAlert, open: CircleDashed };

/** Signs at the right of the head: state, then the badge of the issues. */
function Marks({ view, id }: { view: NodeView; id: string }) {
  const text = useText().canvas;
  const Sign = signs[view.severity ?? "open"];
  return (
    <span className={styles.marks}>
      {view.pinned && <Pin size={12} aria-label={text.state.pinned} />}
      {view.frozen && <Lock size={13} className={styles.frozen} aria-label={text.state.frozen} />}
      {view.state === "muted" && <CircleSlash size={13} aria-label={text.state.muted} />}
      {view.severity !== null && (
        <button
          type="button"
          tabIndex={-1}
          className={`${styles.badge} nodrag`}
          data-badge={id}
          aria-label={text.issues.label(view.issues.length)}
        >
          <Sign size={14} />
        </button>
      )}
    </span>
  );
}

/** The way of the value past a bypassed node, over its head. */
function BypassLine({ width }: { width: number }) {
  const d = `M0 14c14 0 8-21 24-21H${width - 24}c16 0 10 21 24 21`;
  return (
    <svg className={styles.bypass} width={width} height={28} aria-hidden="true">
      <path d={d} />
    </svg>
  );
}
