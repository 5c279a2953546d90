import { X } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useText } from "../app/text.ts";
import { NodeParams, useParamViews } from "../inspector/node/NodeParams.tsx";
import { shownGraph, useTab } from "../stores/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import type { FlowGraph } from "./flow.ts";
import styles from "./ParamPopover.module.css";
import { scene, setView, useView } from "./view.ts";
import { boxOf, placeBeside } from "./viewport.ts";

const width = 300;

/** The parameters of one node, set where the node stands. */
export function ParamPopover({ graph }: { graph: FlowGraph }) {
  const id = useView((s) => s.parametersOf);
  return id === null || !graph.views.has(id) ? null : <Popover key={id} id={id} />;
}

function Popover({ id }: { id: string }) {
  const text = useText().canvas;
  const all = useTab(shownGraph).nodes;
  const nodes = useMemo(() => all.filter((n) => n.id === id), [all, id]);
  const views = useParamViews(nodes);
  const ref = useRef<HTMLElement>(null);
  const box = boxOf(id);
  useEffect(() => {
    ref.current?.querySelector<HTMLElement>("input, [role=combobox], [role=switch]")?.focus();
    const outside = (e: PointerEvent): void => {
      const inside = e.target instanceof Element && e.target.closest("[data-param-popover], [role=listbox]");
      if (!inside) setView({ parametersOf: null });
    };
    window.addEventListener("pointerdown", outside, true);
    return () => window.removeEventListener("pointerdown", outside, true);
  }, []);
  if (!box || views.length === 0) return null;
  return (
    <section
      ref={ref}
      className={`${styles.popover} nopan nodrag nowheel`}
      style={placeBeside(box, width)}
      data-param-popover=""
      aria-label={text.parametersOf(id)}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.key === "Escape" && !e.defaultPrevented) close();
      }}
    >
      <header className={styles.head}>
        <span>{text.parametersOf(id)}</span>
        <IconButton label={text.closeParameters} icon={X} onClick={close} />
      </header>
      <NodeParams nodes={nodes} views={views} />
    </section>
  );
}

function close(): void {
  setView({ parametersOf: null });
  scene.element?.focus({ preventScroll: true });
}
