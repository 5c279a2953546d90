import { batch, type Change } from "../../src/graph/change.ts";
import type { DocumentNode, DocumentNote } from "../../src/graph/document.ts";
import type { Size } from "../../src/graph/edit/arrange.ts";
import { moveNodes } from "../../src/graph/edit/nodes.ts";
import { reroute } from "../../src/graph/edit/wires.ts";
import { canvas, type Point } from "../canvas/controller.ts";
import { type LossRef, lossId, updateTerms } from "../canvas/losses.ts";
import { settings } from "../stores/settings.ts";
import { activeTab, workspace } from "../stores/workspace.ts";
import { type AutoLayout, autoLayout, type LayoutBox, type LayoutWire, notesBelow, rowGap } from "./autoLayout.ts";
import { commit, type Editing, editing } from "./editing.ts";
import { wireKey } from "./ordering.ts";

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
  const { targets, lanes, origin, from, notes } = plan(now);
  if (targets.size === 0) return;
  const gesture = `arrange${performance.now()}`;
  const shift = (p: Point): Point => ({ x: p.x + origin.x, y: p.y + origin.y });
  const to = new Map([...targets].map(([id, p]) => [id, shift(p)]));
  const led = new Map([...lanes].map(([key, points]) => [key, points.map(shift)]));
  // Points that wires were led through belong to the places that nodes had.
  commit(leading(now, to, new Map()), "autoLayout", undefined, gesture);
  glide(from, to, gesture, { frames: framesWithContent(), notes, lanes: led });
}

interface Plan {
  readonly targets: Positions;
  readonly lanes: AutoLayout["lanes"];
  readonly origin: Point;
  readonly from: Positions;
  /** Notes are put below when all nodes are laid out: where they stood means nothing any more. */
  readonly notes: Positions;
}

/** What is set when the nodes have arrived. */
interface Rest {
  readonly frames: ReadonlyMap<string, readonly string[]>;
  readonly notes: Positions;
  readonly lanes: AutoLayout["lanes"];
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
  const room = roomToFill();
  const { places: targets, lanes } = autoLayout(boxes, wires, room);
  const bottom = Math.max(0, ...boxes.map((b) => (targets.get(b.id)?.y ?? 0) + b.height));
  const right = Math.max(0, ...boxes.map((b) => (targets.get(b.id)?.x ?? 0) + b.width));
  const free = now.graph.notes.filter((n) => n.kind === "note").map((n) => ({ id: n.id, ...n.size }));
  const notes = some ? new Map<string, Point>() : notesBelow(free, bottom + rowGap, Math.max(room.width, right));
  return { targets, lanes, origin: some ? corner(nodes) : { x: 0, y: 0 }, from, notes };
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

/** What can be seen as a whole and read: the canvas, at a little less than full size. */
function roomToFill(): Size {
  const seen = document.querySelector(".react-flow");
  const { clientWidth, clientHeight } = seen ?? { clientWidth: 1000, clientHeight: 600 };
  return { width: Math.max(640, clientWidth / 0.92 - 40), height: Math.max(400, clientHeight / 0.92 - 100) };
}

/** Moves step by step as one gesture, so that wires follow, and ends where it should whatever happened in between. */
function glide(from: Positions, to: Positions, gesture: string, rest: Rest): void {
  const still =
    settings.getState().reducedMotion ||
    matchMedia("(prefers-reduced-motion: reduce)").matches ||
    to.size > animatedLimit;
  if (still) {
    finish(to, gesture, rest);
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
      finish(to, gesture, rest);
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

function finish(to: Positions, gesture: string, rest: Rest): void {
  move(to, gesture);
  const now = editing();
  if (now)
    commit(
      batch([fitFrames(now, rest.frames), moveNotes(now, rest.notes), leading(now, to, rest.lanes)]),
      "autoLayout",
      undefined,
      gesture,
    );
  workspace.getState().endGesture();
  canvas()?.fit();
}

/** Leads the wires among these nodes through the given points, and those without any straight. */
function leading(now: Editing, nodes: Positions, lanes: AutoLayout["lanes"]): Change {
  const wires = now.graph.edges.filter((e) => nodes.has(e.from.node) && nodes.has(e.to.node));
  return batch(
    wires.flatMap((e) => {
      const points = lanes.get(wireKey({ from: e.from.node, to: e.to.node })) ?? [];
      return e.reroutes.length + points.length === 0 ? [] : [reroute(now.document, now.scope, e.id, points)];
    }),
  );
}

function moveNotes(now: Editing, places: Positions): Change {
  return batch(
    now.graph.notes.flatMap((n): Change[] => {
      const position = places.get(n.id);
      return position ? [{ kind: "replace", scope: now.scope, list: "notes", item: { ...n, position } }] : [];
    }),
  );
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
