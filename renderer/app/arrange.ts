import { batch, type Change } from "../../src/graph/change.ts";
import type { DocumentNode, DocumentNote } from "../../src/graph/document.ts";
import type { Size } from "../../src/graph/edit/arrange.ts";
import { moveNodes } from "../../src/graph/edit/nodes.ts";
import { canvas, type Point } from "../canvas/controller.ts";
import { type LossRef, lossId, updateTerms } from "../canvas/losses.ts";
import { settings } from "../stores/settings.ts";
import { activeTab, workspace } from "../stores/workspace.ts";
import { autoLayout, type LayoutBox, type LayoutWire } from "./autoLayout.ts";
import { commit, type Editing, editing } from "./editing.ts";

/** The animation of LANGUAGE's "layout changes asked for by the user" (ms). */
const duration = 280;
/** With more nodes than this, drawing every step in between would stutter. */
const animatedLimit = 200;
const fallbackSize: Size = { width: 128, height: 60 };
const framePadding = 24;
const frameTitle = 28;

type Positions = ReadonlyMap<string, Point>;

/** Lays out the selected nodes, or all of them: one step, with the nodes gliding to their places. */
export function arrange(): void {
  const now = editing();
  if (!now) return;
  const { targets, origin, from } = plan(now);
  if (targets.size === 0) return;
  const to = new Map([...targets].map(([id, p]) => [id, { x: p.x + origin.x, y: p.y + origin.y }]));
  glide(from, to);
}

interface Plan {
  readonly targets: Positions;
  readonly origin: Point;
  readonly from: Positions;
}

function plan(now: Editing): Plan {
  const some = now.nodes.length + now.losses.length > 1;
  const nodes = (some ? now.nodes : now.graph.nodes).filter((n) => !n.pinned);
  const losses = now.scope === null ? lossesOf(now).filter((l) => !some || isSelected(now, l)) : [];
  const sizes = canvas()?.sizes() ?? new Map<string, Size>();
  const box = (id: string): LayoutBox => ({ id, ...(sizes.get(id) ?? fallbackSize) });
  const boxes = [...nodes.map((n) => box(n.id)), ...losses.map((l) => box(lossId(l.ref)))];
  const wires: LayoutWire[] = [
    ...now.graph.edges.map((e) => ({ from: e.from.node, to: e.to.node })),
    ...losses.map((l) => ({ from: l.prediction, to: lossId(l.ref) })),
  ];
  const from = new Map<string, Point>(nodes.map((n) => [n.id, n.position]));
  for (const l of losses) if (l.position) from.set(lossId(l.ref), l.position);
  return { targets: autoLayout(boxes, wires, roomForRows()), origin: some ? corner(nodes) : { x: 0, y: 0 }, from };
}

interface DrawnLoss {
  readonly ref: LossRef;
  readonly prediction: string;
  readonly position: Point | null;
}

const lossesOf = (now: Editing): DrawnLoss[] =>
  now.document.objectives.flatMap((o) =>
    o.terms.map((t, term) => ({
      ref: { objective: o.id, term },
      prediction: t.prediction.node,
      position: t.position,
    })),
  );

const isSelected = (now: Editing, { ref }: DrawnLoss): boolean =>
  now.losses.some((l) => l.objective === ref.objective && l.term === ref.term);

const corner = (nodes: readonly DocumentNode[]): Point => ({
  x: Math.min(...nodes.map((n) => n.position.x)),
  y: Math.min(...nodes.map((n) => n.position.y)),
});

/** Width of a row that is seen as a whole and can be read: the canvas, at a little less than full size. */
function roomForRows(): number {
  const width = document.querySelector(".react-flow")?.clientWidth ?? 1000;
  return Math.max(640, width / 0.92 - 40);
}

/** Moves step by step as one gesture, so that wires follow, and ends where it should whatever happened in between. */
function glide(from: Positions, to: Positions): void {
  const still =
    settings.getState().reducedMotion ||
    matchMedia("(prefers-reduced-motion: reduce)").matches ||
    to.size > animatedLimit;
  const gesture = `arrange${performance.now()}`;
  const frames = framesWithContent();
  if (still) {
    finish(to, gesture, frames);
    return;
  }
  const begun = performance.now();
  const tab = workspace.getState().active;
  let expected = activeTab(workspace.getState())?.edited.document;
  const step = (time: number): void => {
    const state = activeTab(workspace.getState());
    // The user did something else meanwhile: that is what counts.
    if (!state || workspace.getState().active !== tab || state.edited.document !== expected) return;
    const t = Math.min(1, Math.max(0, (time - begun) / duration));
    if (t === 1) {
      finish(to, gesture, frames);
      return;
    }
    const eased = 1 - (1 - t) ** 3;
    const between = new Map([...to].map(([id, p]) => [id, mix(from.get(id) ?? p, p, eased)]));
    move(between, gesture);
    expected = activeTab(workspace.getState())?.edited.document;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

const mix = (a: Point, b: Point, t: number): Point => ({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t });

function move(positions: Positions, gesture: string): void {
  const now = editing();
  if (!now) return;
  commit(moving(now, positions), "autoLayout", undefined, gesture);
}

function moving(now: Editing, positions: Positions): Change {
  const losses = new Map(
    [...positions].filter(([id]) => id.startsWith("loss:")).map(([id, position]) => [id, { position }]),
  );
  const terms = updateTerms(now.document, losses);
  return batch([moveNodes(now.document, now.scope, positions), ...(terms ? [terms] : [])]);
}

function finish(to: Positions, gesture: string, frames: ReadonlyMap<string, readonly string[]>): void {
  move(to, gesture);
  const now = editing();
  if (now) commit(fitFrames(now, frames), "autoLayout", undefined, gesture);
  workspace.getState().endGesture();
  canvas()?.fit();
}

/** Frames of the shown graph with the nodes that lie in them. */
function framesWithContent(): ReadonlyMap<string, readonly string[]> {
  const now = editing();
  if (!now) return new Map();
  const sizes = canvas()?.sizes() ?? new Map<string, Size>();
  const inside = (f: DocumentNote, n: DocumentNode): boolean => {
    const { width, height } = sizes.get(n.id) ?? fallbackSize;
    const [x, y] = [n.position.x + width / 2, n.position.y + height / 2];
    return (
      x >= f.position.x && x <= f.position.x + f.size.width && y >= f.position.y && y <= f.position.y + f.size.height
    );
  };
  return new Map(
    now.graph.notes
      .filter((f) => f.kind === "frame")
      .map((f) => [f.id, now.graph.nodes.filter((n) => inside(f, n)).map((n) => n.id)] as const)
      .filter(([, ids]) => ids.length > 0),
  );
}

/** Frames drawn anew around the nodes that were in them. */
function fitFrames(now: Editing, frames: ReadonlyMap<string, readonly string[]>): Change {
  return batch(
    now.graph.notes.flatMap((f): Change[] => {
      const ids = frames.get(f.id);
      if (!ids) return [];
      const around = frameAround(now.graph.nodes.filter((n) => ids.includes(n.id)));
      return [{ kind: "replace", scope: now.scope, list: "notes", item: { ...f, ...around } }];
    }),
  );
}

/** Place and size of a frame around nodes, with room for its title. */
export function frameAround(nodes: readonly DocumentNode[]): Pick<DocumentNote, "position" | "size"> {
  const sizes = canvas()?.sizes() ?? new Map<string, Size>();
  const boxes = nodes.map((n) => ({ ...n.position, ...(sizes.get(n.id) ?? fallbackSize) }));
  const left = Math.min(...boxes.map((b) => b.x)) - framePadding;
  const top = Math.min(...boxes.map((b) => b.y)) - framePadding - frameTitle;
  const right = Math.max(...boxes.map((b) => b.x + b.width)) + framePadding;
  const bottom = Math.max(...boxes.map((b) => b.y + b.height)) + framePadding;
  return { position: { x: left, y: top }, size: { width: right - left, height: bottom - top } };
}
