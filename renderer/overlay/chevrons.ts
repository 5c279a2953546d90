import type { Point } from "../canvas/controller.ts";

/** Along a wire: from one chevron to the next, and from its ends to the first. */
export const chevronGap = 24;
const margin = 9;

/** Lengths from the beginning of a broken line to each of its points. */
const lengths = new WeakMap<readonly Point[], readonly number[]>();

function lengthsOf(points: readonly Point[]): readonly number[] {
  const held = lengths.get(points);
  if (held) return held;
  const made = [0];
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1] as Point, points[i] as Point];
    made.push((made[i - 1] as number) + Math.hypot(b.x - a.x, b.y - a.y));
  }
  lengths.set(points, made);
  return made;
}

export interface Chevrons {
  /** Half their height. */
  readonly size: number;
  /** Against the wire, the way the gradient goes. */
  readonly backward: boolean;
  /** How far they have drifted that way, 0..1 of a gap. */
  readonly phase?: number;
  /** One in the middle instead of one every gap. */
  readonly single?: boolean;
}

/** Small arrow heads along a wire, as data of an SVG path; none where it is too short. */
export function chevronPath(points: readonly Point[], { size, backward, phase = 0, single = false }: Chevrons): string {
  const along = lengthsOf(points);
  const total = along.at(-1) ?? 0;
  if (total < 2 * margin) return "";
  let d = "";
  let piece = 1;
  for (const s of places(total, backward, phase, single)) {
    while (piece < points.length - 1 && (along[piece] as number) < s) piece++;
    const [a, b] = [points[piece - 1] as Point, points[piece] as Point];
    const [begin, end] = [along[piece - 1] as number, along[piece] as number];
    const t = end > begin ? (s - begin) / (end - begin) : 0;
    const way = (backward ? -1 : 1) / Math.max(1e-6, end - begin);
    d += chevron(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t, (b.x - a.x) * way, (b.y - a.y) * way, size);
  }
  return d;
}

function* places(total: number, backward: boolean, phase: number, single: boolean): Generator<number> {
  if (single) {
    yield total / 2;
    return;
  }
  const room = total - 2 * margin;
  const count = Math.floor(room / chevronGap) + 1;
  const first = margin + (room - (count - 1) * chevronGap) / 2;
  const drift = (backward ? -phase : phase) * chevronGap;
  for (let i = -1; i <= count; i++) {
    const s = first + i * chevronGap + drift;
    if (s >= margin && s <= total - margin) yield s;
  }
}

/** At a point, pointing along the unit vector (c, s). */
function chevron(x: number, y: number, c: number, s: number, size: number): string {
  const at = (u: number, v: number): string => `${round(x + u * c - v * s)} ${round(y + u * s + v * c)}`;
  return `M${at(-size / 2, -size)}L${at(size / 2, 0)}L${at(-size / 2, size)}`;
}

const round = (v: number): number => Math.round(v * 10) / 10;
