import { ChevronLeft, ChevronRight, Ellipsis, Eye, GripVertical, Snowflake, X } from "lucide-react";
import { type KeyboardEvent, type PointerEvent as ReactPointerEvent, useMemo, useRef } from "react";
import { messageOf } from "../../src/i18n/issue.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import { useLocale, useText } from "../app/text.ts";
import { scene } from "../canvas/view.ts";
import { countText } from "../inspector/numbers.ts";
import { useTraining } from "../stores/training.ts";
import { type Tab, useTab } from "../stores/workspace.ts";
import { TensorView } from "../tensors/TensorView.tsx";
import { numbersOf, sampleOf } from "../tensors/values.ts";
import type { TensorRole } from "../tensors/views.ts";
import { type Seen, useTensors } from "../training/looking.ts";
import { IconButton } from "../ui/Button.tsx";
import { Menu } from "../ui/Menu.tsx";
import { widthOf } from "./actions.ts";
import { useSightOfFoot } from "./growing.ts";
import { probeEntries } from "./menu.ts";
import styles from "./ProbeCard.module.css";
import { changeProbe, freeze, type Probe, type ProbedPart, refsOf, removeProbe, thaw, useProbes } from "./probes.ts";
import { PlaneMaps } from "./surface/PlaneMaps.tsx";
import { mostValues, sizeOf } from "./type.ts";

/** Most samples of a training batch that a probe gets live. */
const mostLive = 16;

/** A tensor on the canvas: value and gradient side by side, live, of a chosen sample. */
export function ProbeCard({ tab, probe, title }: { tab: Tab; probe: Probe; title: string }) {
  const text = useText().probes;
  const frozen = useProbes((s) => s.frozen[probe.id] ?? null);
  const refs = useMemo(() => refsOf(probe), [probe]);
  const size = sizeOf(tab, probe);
  const tooLarge = size !== null && size > mostValues;
  const seen = useTensors(tab, refs, {
    samples: probe.source === "batch" ? next : { kind: "indices", split: probe.source, indices: [probe.sample] },
    most: Math.min(mostLive, probe.sample + 1),
    active: frozen === null && !tooLarge,
    mode: probe.preview ? "inference" : "training",
  });
  const shown = frozen ?? seen;
  const name = `${title} · ${probe.name}`;
  const close = (): void => {
    removeProbe(tab.id, probe.id);
    scene.element?.focus({ preventScroll: true });
  };
  const card = useRef<HTMLElement>(null);
  useSightOfFoot(card, tab.id, probe);
  const onKeyDown = (e: KeyboardEvent): void => {
    if (e.key === "Delete" || e.key === "Backspace") close();
    else if (e.key === "Escape") scene.element?.focus({ preventScroll: true });
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <section
      ref={card}
      className={`${styles.card} nodrag nopan nowheel`}
      style={{ left: probe.offset.x, top: probe.offset.y, width: widthOf(probe) }}
      data-probe={probe.id}
      data-preview={probe.preview || undefined}
      data-frozen={frozen !== null || undefined}
      aria-label={probe.preview ? text.previewOf(title) : text.cardOf(name)}
      onKeyDown={onKeyDown}
      onDoubleClick={(e) => e.stopPropagation()}
    >
      <header className={styles.head} onPointerDown={(e) => drag(e, tab.id, probe)}>
        <IconButton
          label={text.move}
          icon={GripVertical}
          className={styles.grip}
          onKeyDown={(e) => nudge(e, tab.id, probe)}
        />
        <b>{title}</b>
        {probe.preview ? <Eye size={12} aria-hidden="true" /> : <span>{probe.name}</span>}
        <i />
        <IconButton
          label={frozen ? text.thaw : text.freeze}
          icon={Snowflake}
          pressed={frozen !== null}
          onClick={() => (frozen ? thaw(probe.id) : freeze(probe.id, seen))}
        />
        <Menu trigger={<IconButton label={text.options} icon={Ellipsis} />} entries={() => probeEntries(tab, probe)} />
        <IconButton label={text.close} icon={X} onClick={close} />
      </header>
      {tooLarge && <p className={styles.large}>{text.tooLarge(countText(size))}</p>}
      <div className={styles.parts} hidden={tooLarge}>
        {probe.parts.map((part) => {
          const at = refs.findIndex((r) => "what" in r && r.what === part);
          return at < 0 ? null : (
            <Part
              key={part}
              tab={tab}
              part={part}
              probe={probe}
              title={title}
              seen={shown}
              tensor={shown.tensors[at] ?? null}
            />
          );
        })}
      </div>
      <Foot tab={tab} probe={probe} seen={shown} />
    </section>
  );
}

const next = { kind: "next" } as const;

function Part({
  tab,
  part,
  probe,
  title,
  seen,
  tensor,
}: {
  tab: Tab;
  part: ProbedPart;
  probe: Probe;
  title: string;
  seen: Seen;
  tensor: Tensor | null;
}) {
  const text = useText().probes;
  const heading = probe.of === "output" ? text.ofOutput[part] : text.ofParameter[part];
  return (
    <div className={styles.part}>
      {probe.parts.length > 1 && <h4>{heading}</h4>}
      {probe.view === "plane" && part === "value" ? (
        <PlaneMaps tab={tab} probe={probe} label={text.partOf(heading, title, probe.name)} />
      ) : tensor ? (
        <Sight probe={probe} part={part} tensor={tensor} label={text.partOf(heading, title, probe.name)} />
      ) : (
        <Absent part={part} seen={seen} />
      )}
    </div>
  );
}

function Sight({ probe, part, tensor, label }: { probe: Probe; part: ProbedPart; tensor: Tensor; label: string }) {
  const batched = probe.of === "output";
  const count = batched ? (tensor.dims[0] ?? 1) : 1;
  const sample = probe.source === "batch" ? Math.min(probe.sample, count - 1) : 0;
  const values = useMemo(
    () => (batched ? sampleOf(numbersOf(tensor), tensor.dims, sample) : numbersOf(tensor)),
    [tensor, batched, sample],
  );
  const dims = useMemo(() => (batched ? tensor.dims.slice(1) : tensor.dims), [tensor, batched]);
  const role = useRole(probe, part);
  return (
    <TensorView
      values={values}
      dims={dims}
      dtype={tensor.dtype}
      what={role}
      label={label}
      maxHeight={150}
      {...(probe.view && probe.view !== "plane" ? { view: probe.view } : {})}
    />
  );
}

function useRole(probe: Probe, part: ProbedPart): TensorRole {
  const isInput = useTab((t) => t.checked.graph.nodes.get(probe.node)?.node.layer === "input");
  if (part !== "value") return "gradient";
  if (probe.of === "parameter") return "parameter";
  return isInput ? "data" : "activation";
}

/** Why there is nothing to be seen. */
function Absent({ part, seen }: { part: ProbedPart; seen: Seen }) {
  const text = useText().probes;
  const locale = useLocale();
  const connection = useTraining((s) => s.connection);
  const [issue] = seen.issues;
  const why = (): string => {
    if (connection === "off") return text.noProgram;
    if (issue) return messageOf(issue, locale);
    if (seen.unknown) return text.notKept;
    if (seen.busy || seen.step === null) return text.looking;
    return part === "value" ? text.notThere : text.noGradient;
  };
  return <p className={styles.absent}>{why()}</p>;
}

/** Which sample is seen, and how far the training was. */
function Foot({ tab, probe, seen }: { tab: Tab; probe: Probe; seen: Seen }) {
  const text = useText().probes;
  const { source, sample } = probe;
  const to = (n: number): void => changeProbe(tab.id, probe.id, { sample: Math.max(0, n) });
  const [tensor] = seen.tensors;
  const last = source === "batch" && tensor ? (tensor.dims[0] ?? 1) - 1 : Infinity;
  return (
    <footer className={styles.foot}>
      {probe.of === "output" && (
        <>
          <IconButton label={text.earlier} icon={ChevronLeft} disabled={sample === 0} onClick={() => to(sample - 1)} />
          <span>{text.sample(sample + 1, text.sources[source])}</span>
          <IconButton
            label={text.later}
            icon={ChevronRight}
            disabled={sample >= Math.max(last, source === "batch" ? mostLive - 1 : 0) && source === "batch"}
            onClick={() => to(sample + 1)}
          />
        </>
      )}
      <i />
      <span>{seen.step !== null && text.step(seen.step)}</span>
    </footer>
  );
}

/** Moves a card by its head; what it moved by is in units of the canvas, whatever the zoom. */
function drag(e: ReactPointerEvent<HTMLElement>, tab: string, probe: Probe): void {
  const onButton = e.target instanceof Element && e.target.closest("button");
  if (e.button !== 0 || (onButton && !onButton.classList.contains(styles.grip ?? ""))) return;
  e.stopPropagation();
  const start = { x: e.clientX, y: e.clientY };
  const zoom = scene.flow?.getZoom() ?? 1;
  const move = (m: PointerEvent): void => {
    const offset = {
      x: Math.round(probe.offset.x + (m.clientX - start.x) / zoom),
      y: Math.round(probe.offset.y + (m.clientY - start.y) / zoom),
    };
    changeProbe(tab, probe.id, { offset });
  };
  const up = (): void => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", up);
    window.removeEventListener("pointercancel", up);
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", up);
  window.addEventListener("pointercancel", up);
}

const steps: { readonly [key: string]: readonly [number, number] } = {
  ArrowLeft: [-20, 0],
  ArrowRight: [20, 0],
  ArrowUp: [0, -20],
  ArrowDown: [0, 20],
};

function nudge(e: KeyboardEvent, tab: string, { id, offset }: Probe): void {
  const step = steps[e.key];
  if (!step) return;
  e.preventDefault();
  e.stopPropagation();
  changeProbe(tab, id, { offset: { x: offset.x + step[0], y: offset.y + step[1] } });
}
