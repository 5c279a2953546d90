import type { NodeView, PortView } from "./nodeView.ts";
import styles from "./Ports.module.css";
import type { Marks } from "./view.ts";

/** The ports at both sides of a node. What happens at them is handled once for the canvas (gestures/pointer.ts). */
export function Ports({ view, marks }: { view: NodeView; marks: Marks | null }) {
  return (
    <>
      {view.inputs.map((p) => (
        <PortDot key={p.handle} port={p} side="in" marks={marks} />
      ))}
      {view.outputs.map((p) => (
        <PortDot key={p.handle} port={p} side="out" marks={marks} />
      ))}
    </>
  );
}

function PortDot({ port, side, marks }: { port: PortView; side: "in" | "out"; marks: Marks | null }) {
  const mark = marks === null ? undefined : marks.side === side && marks.fits.has(port.handle) ? "lit" : "dim";
  return (
    <i
      className={`${styles.port} nodrag nopan`}
      style={{ top: port.y }}
      data-port={port.handle}
      data-side={side}
      data-wired={port.wired || undefined}
      data-lost={port.lost || undefined}
      data-free={(port.several && !port.wired) || undefined}
      data-mark={mark}
    >
      <Anchor handle={port.handle} side={side} />
    </i>
  );
}

/** The point that wires end at; React Flow finds it by these names when it measures a node. */
export function Anchor({ handle, side }: { handle: string; side: "in" | "out" }) {
  return (
    <b
      className={`${styles.anchor} ${side === "in" ? "target" : "source"}`}
      data-handleid={handle}
      data-handlepos={side === "in" ? "left" : "right"}
    />
  );
}
