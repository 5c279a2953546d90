import type { NodeProps } from "@xyflow/react";
import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import type { Block } from "../../src/graph/document.ts";
import { commit, editing } from "../app/editing.ts";
import { useText } from "../app/text.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import styles from "./BlockPort.module.css";
import { type BlockPortSide, blockPortId, blockPortOf, movePort, removePort, renamePort } from "./blockPorts.ts";
import type { PortNode } from "./flow.ts";
import ports from "./Ports.module.css";
import { Anchor } from "./Ports.tsx";
import { setView, useView } from "./view.ts";
import { boxOf, toElement } from "./viewport.ts";

/** A port of the block, seen from inside; the last of a side takes a wire and becomes a new one. */
export const BlockPort = memo(function BlockPort({ id, data }: NodeProps<PortNode>) {
  const text = useText().canvas.block;
  const marked = useView((s) => s.marks?.get(id) ?? null);
  const side = data.side === "in" ? "out" : "in";
  const mark = marked === null ? undefined : marked.side === side && marked.fits.size > 0 ? "lit" : "dim";
  const hint = data.side === "in" ? text.addInput : text.addOutput;
  return (
    <div
      className={styles.port}
      data-new={data.name === null || undefined}
      data-block-port={id}
      title={data.name === null ? hint : undefined}
    >
      <span className={styles.name}>{data.name ?? "+"}</span>
      {data.shape !== null && <span className={styles.shape}>{data.shape}</span>}
      <i
        className={`${ports.port} nodrag nopan`}
        style={{ top: "calc(50% + 1px)" }}
        data-port="port"
        data-side={side}
        data-mark={mark}
        data-free={data.name === null || undefined}
      >
        <Anchor handle="port" side={side} />
      </i>
    </div>
  );
});

/** Where a port of the block is renamed, moved among the others, or taken away. */
export function PortMenu() {
  const id = useView((s) => s.portMenu);
  const port = id === null ? null : blockPortOf(id);
  return id !== null && port && port.name !== null ? <Menu key={id} id={id} side={port.side} name={port.name} /> : null;
}

const blockNow = (): Block | null => {
  const now = editing();
  return now?.document.blocks.find((b) => b.id === now.scope) ?? null;
};

function Menu({ id, side, name }: { id: string; side: BlockPortSide; name: string }) {
  const text = useText().canvas.block;
  const [value, setValue] = useState(name);
  const box = useRef<HTMLDivElement>(null);
  const block = blockNow();
  const place = boxOf(id);
  useEffect(() => {
    const down = (e: PointerEvent): void => {
      if (e.target instanceof Node && !box.current?.contains(e.target)) setView({ portMenu: null });
    };
    window.addEventListener("pointerdown", down, true);
    return () => window.removeEventListener("pointerdown", down, true);
  }, []);
  if (!block || !place) return null;
  const names = (side === "in" ? block.inputs : block.outputs).map((p) => p.name);
  const taken = value !== name && names.includes(value);
  const at = toElement({ x: place.x, y: place.y + place.height });
  const order = (by: -1 | 1): void => commit(movePort(block, side, name, by), "orderPorts");
  const rename = (): void => {
    const now = editing();
    const change = now && value !== name ? renamePort(now.document, block, side, name, value.trim()) : null;
    if (change) commit(change, "renamePort", { name: value.trim() });
    setView({ portMenu: change ? blockPortId(side, value.trim()) : null });
  };
  const remove = (): void => {
    const now = editing();
    if (now) commit(removePort(now.document, block, side, name), "removePort", { name });
    setView({ portMenu: null });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what is inside
    <div
      ref={box}
      className={`${styles.menu} nopan nodrag nowheel`}
      style={{ left: at.x, top: at.y + 6 }}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.key === "Escape") setView({ portMenu: null });
      }}
    >
      <form
        className={styles.row}
        onSubmit={(e) => {
          e.preventDefault();
          if (!taken) rename();
        }}
      >
        <input
          className={styles.field}
          value={value}
          maxLength={40}
          aria-label={text.portName}
          aria-invalid={taken}
          // biome-ignore lint/a11y/noAutofocus: the user has just asked to rename it
          autoFocus={true}
          onFocus={(e) => e.target.select()}
          onChange={(e) => setValue(e.target.value)}
        />
        <IconButton label={text.moveUp} icon={ArrowUp} disabled={names[0] === name} onClick={() => order(-1)} />
        <IconButton label={text.moveDown} icon={ArrowDown} disabled={names.at(-1) === name} onClick={() => order(1)} />
      </form>
      {taken && <p className={styles.fault}>{text.badName}</p>}
      <Button size="sm" kind="danger" icon={Trash2} onClick={remove}>
        {text.removePort}
      </Button>
    </div>
  );
}
