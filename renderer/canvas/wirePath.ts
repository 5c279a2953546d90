import type { WireStyle } from "../stores/settings.ts";
import type { Point } from "./controller.ts";

/** One end of a wire, and how far its node reaches up and down from there. */
export interface WireEnd extends Point {
  readonly top: number;
  readonly bottom: number;
}

export interface WireShape {
  /** Data of the SVG path. */
  readonly d: string;
  /** Points along the wire, close enough to find what is near it. */
  readonly points: readonly Point[];
  /** Where a label stands, centred above the wire. */
  readonly label: Point;
  /** Length of the straight part a label has room on. */
  readonly room: number;
}

/** Corner radius of wires that turn, and how far they leave a node before they do. */
const radius = 10;
const leave = 22;
const enter = 20;
/** A wire whose target begins left of this much beyond its source goes round. */
const forward = 12;

/**
 * The way of a wire. Forward it is a line or a curve; to a node further left (the next row) it leaves by the right,
 * runs in the gutter between the rows and enters by the left. Points it is led through come in between.
 */
export function wireShape(from: WireEnd, to: WireEnd, reroutes: readonly Point[], style: WireStyle): WireShape {
  const stops = [from, ...reroutes, to];
  const path = new Path(from);
  for (let i = 1; i < stops.length; i++) {
    const [a, b] = [stops[i - 1] as Point, stops[i] as Point];
    if (style === "straight") path.line(b);
    else if (stops.length === 2 && b.x < a.x + forward) goRound(path, from, to);
    else if (style === "stepped") step(path, a, b);
    else curve(path, a, b);
  }
  return path.shape();
}

function curve(path: Path, a: Point, b: Point): void {
  if (isLevel(a, b)) {
    path.line(b);
    return;
  }
  const reach = b.x >= a.x ? Math.max(22, (b.x - a.x) * 0.5) : Math.min(60, 22 + (a.x - b.x) * 0.2);
  path.cubic({ x: a.x + reach, y: a.y }, { x: b.x - reach, y: b.y }, b);
}

function step(path: Path, a: Point, b: Point): void {
  if (isLevel(a, b)) {
    path.line(b);
    return;
  }
  const middle = b.x > a.x ? (a.x + b.x) / 2 : a.x + leave;
  path.corners([{ x: middle, y: a.y }, { x: middle, y: b.y }, b]);
}

const isLevel = (a: Point, b: Point): boolean => Math.abs(a.y - b.y) < 0.5;

/** Right, into the gutter, left, and in. */
function goRound(path: Path, from: WireEnd, to: WireEnd): void {
  const y = gutter(from, to);
  const [right, left] = [from.x + leave, to.x - enter];
  path.corners([{ x: right, y: from.y }, { x: right, y }, { x: left, y }, { x: left, y: to.y }, to]);
}

/** Height between the rows in which a wire runs back; below both nodes where they overlap. */
function gutter(from: WireEnd, to: WireEnd): number {
  const room = 27;
  if (to.top >= from.bottom) return to.top - Math.min(room, (to.top - from.bottom) / 2);
  if (from.top >= to.bottom) return to.bottom + Math.min(room, (from.top - to.bottom) / 2);
  return Math.max(from.bottom, to.bottom) + room;
}

const at = (v: number): string => String(Math.round(v * 100) / 100);

/** Collects the commands of a path and points along it. */
class Path {
  private d: string;
  private readonly points: Point[];
  /** The longest level piece, where a label stands best, and the middle of the widest piece for want of one. */
  private longest: { readonly a: Point; readonly b: Point } | null = null;
  private middle: Point | null = null;
  private widest = -1;

  constructor(private here: Point) {
    this.d = `M${at(here.x)} ${at(here.y)}`;
    this.points = [here];
  }

  line(to: Point): void {
    this.d += `L${at(to.x)} ${at(to.y)}`;
    this.level(this.here, to);
    this.go(to);
  }

  cubic(c1: Point, c2: Point, to: Point): void {
    const from = this.here;
    this.d += `C${at(c1.x)} ${at(c1.y)} ${at(c2.x)} ${at(c2.y)} ${at(to.x)} ${at(to.y)}`;
    const pieces = 16;
    for (let i = 1; i <= pieces; i++) {
      const t = i / pieces;
      this.points.push({ x: bezier(from.x, c1.x, c2.x, to.x, t), y: bezier(from.y, c1.y, c2.y, to.y, t) });
    }
    this.span(from, to);
    this.here = to;
  }

  /** Upright and level lines with rounded corners. */
  corners(stops: readonly Point[]): void {
    for (const [i, corner] of stops.entries()) {
      const next = stops[i + 1];
      if (!next) {
        this.line(corner);
        break;
      }
      const r = Math.min(radius, distance(this.here, corner) / 2, distance(corner, next) / 2);
      const before = toward(corner, this.here, r);
      const after = toward(corner, next, r);
      this.line(before);
      this.d += `Q${at(corner.x)} ${at(corner.y)} ${at(after.x)} ${at(after.y)}`;
      this.go({ x: (before.x + after.x + 2 * corner.x) / 4, y: (before.y + after.y + 2 * corner.y) / 4 });
      this.go(after);
    }
  }

  shape(): WireShape {
    const { longest } = this;
    const level = longest && { x: (longest.a.x + longest.b.x) / 2, y: longest.a.y };
    const label = level ?? this.middle ?? (this.points[0] as Point);
    const room = longest ? Math.abs(longest.b.x - longest.a.x) : Math.max(0, this.widest);
    return { d: this.d, points: this.points, label, room };
  }

  private go(to: Point): void {
    this.points.push(to);
    this.here = to;
  }

  private level(a: Point, b: Point): void {
    const length = (s: { a: Point; b: Point } | null): number => (s ? Math.abs(s.b.x - s.a.x) : 0);
    if (isLevel(a, b) && length({ a, b }) > length(this.longest)) this.longest = { a, b };
    else this.span(a, b);
  }

  private span(a: Point, b: Point): void {
    const width = Math.abs(b.x - a.x);
    if (width <= this.widest) return;
    this.widest = width;
    this.middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  }
}

const bezier = (a: number, b: number, c: number, d: number, t: number): number => {
  const u = 1 - t;
  return u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
};

export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

function toward(from: Point, to: Point, by: number): Point {
  const d = distance(from, to);
  return d === 0 ? from : { x: from.x + ((to.x - from.x) * by) / d, y: from.y + ((to.y - from.y) * by) / d };
}

/** Distance of a point from a wire, and the piece of it that is nearest. */
export function nearest(points: readonly Point[], p: Point): { readonly distance: number; readonly piece: number } {
  let best = { distance: Number.POSITIVE_INFINITY, piece: 0 };
  for (let i = 1; i < points.length; i++) {
    const d = fromPiece(p, points[i - 1] as Point, points[i] as Point);
    if (d < best.distance) best = { distance: d, piece: i - 1 };
  }
  return best;
}

function fromPiece(p: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length));
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

/** True when two broken lines cross: a knife and a wire. */
export function crosses(a: readonly Point[], b: readonly Point[]): boolean {
  for (let i = 1; i < a.length; i++) {
    for (let j = 1; j < b.length; j++) {
      if (cross(a[i - 1] as Point, a[i] as Point, b[j - 1] as Point, b[j] as Point)) return true;
    }
  }
  return false;
}

function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** Where along a wire with reroute points a new one belongs: its place among them. */
export function reroutePlace(from: Point, to: Point, reroutes: readonly Point[], p: Point): number {
  return nearest([from, ...reroutes, to], p).piece;
}
