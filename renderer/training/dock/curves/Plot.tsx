import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { settings } from "../../../stores/settings.ts";
import { linearTicks, logTicks, tickText } from "./axis.ts";
import styles from "./Plot.module.css";
import { apart, pointsOf, projection, squaresOf } from "./paint.ts";
import type { Line, Scene } from "./scene.ts";

export interface PlotProps {
  readonly scene: Scene;
  /** Step that the time machine stands at. */
  readonly cursor: number | null;
  /** Steps of marks along the upper edge. */
  readonly marks: readonly number[];
  /** Ticks in percent. */
  readonly percent: boolean;
  /** What the picture says, for readers. */
  readonly label: string;
  /** The step under the pointer, and where it is from the left in px; null when it leaves. */
  readonly onHover: (step: number | null, left: number) => void;
  /** A step was pointed out. */
  readonly onPick: (step: number) => void;
  readonly onResize: (columns: number) => void;
}

/** Axes, grid and curves on a canvas. Draws when its scene changes; whoever makes scenes sees to it that this is seldom. */
export function Plot(props: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const now = useRef(props);
  now.current = props;

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const size = (): { width: number; height: number } => ({
      width: Math.max(60, element.clientWidth),
      height: Math.max(40, element.clientHeight),
    });
    const make = (): void => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(element, size(), now), emptyData(now.current.scene), element);
      now.current.onResize(Math.round(plot.current.bbox.width / uPlot.pxRatio));
    };
    make();
    const observer = new ResizeObserver(() => {
      plot.current?.setSize(size());
      if (plot.current) now.current.onResize(Math.round(plot.current.bbox.width / uPlot.pxRatio));
    });
    observer.observe(element);
    // Colours and type come from the theme.
    const off = settings.subscribe((s, before) => {
      if (s.theme !== before.theme || s.scale !== before.scale || s.presenter !== before.presenter) {
        requestAnimationFrame(make);
      }
    });
    return () => {
      off();
      observer.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the options read everything through `now`
  useEffect(() => {
    const u = plot.current;
    // The heights of ticks are always parts of the plot: uPlot does not see by itself that they have moved.
    u?.batch(() => {
      u.setData(emptyData(props.scene), true);
      u.redraw(true, true);
    });
  }, [props.scene, props.percent]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew, read through `now`
  useEffect(() => {
    plot.current?.redraw(false, false);
  }, [props.cursor, props.marks]);

  const pick = (e: { clientX: number }): void => {
    const u = plot.current;
    if (!u) return;
    const left = e.clientX - u.over.getBoundingClientRect().left;
    now.current.onPick(Math.round(u.posToVal(Math.min(Math.max(left, 0), u.over.clientWidth), "x")));
  };
  return (
    <div
      ref={host}
      role="img"
      aria-label={props.label}
      className={styles.plot}
      onPointerDown={(e) => {
        if (e.button !== 0) return;
        e.currentTarget.setPointerCapture(e.pointerId);
        pick(e);
      }}
      onPointerMove={(e) => {
        if (e.currentTarget.hasPointerCapture(e.pointerId)) pick(e);
      }}
    />
  );
}

/**
 * uPlot is told the corners only, for its axes; the lines are drawn from the scene. Heights are parts of the plot: uPlot
 * gives up on axes of numbers with many digits, and a loss that explodes has them.
 */
const emptyData = ({ x }: Scene): uPlot.AlignedData => [
  [x.from, x.to],
  [0, 1],
];

/** Ticks of the axis of values, and where they stand: 0 at its lower end, 1 at the upper. */
function heights(scene: Scene, count: number): readonly { readonly value: number; readonly at: number }[] {
  const { y } = projection(scene, { left: 0, top: 0, width: 1, height: 1 });
  return (scene.log ? logTicks : linearTicks)(scene.y, count).map((value) => ({ value, at: 1 - y(value) }));
}

function optionsOf(
  element: HTMLElement,
  size: { width: number; height: number },
  now: { readonly current: PlotProps },
): uPlot.Options {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const font = `${style.fontSize} ${style.fontFamily}`;
  const axis = { stroke: token("--ch-axis"), font, ticks: { show: false } } as const;
  const grid = { stroke: token("--ch-grid"), width: 1 };
  const ticks = (perRem: number, length: number): number => Math.max(2, Math.floor(length / (perRem * rem)));
  return {
    ...size,
    legend: { show: false },
    padding: [0.375 * rem, 0.75 * rem, 0, 0],
    cursor: {
      drag: { x: false, y: false, setScale: false },
      points: { show: false },
      y: false,
      bind: { dblclick: () => null, mousedown: () => null, mouseup: () => null },
    },
    scales: {
      x: { time: false, range: () => [now.current.scene.x.from, now.current.scene.x.to] },
      y: { range: [0, 1] },
    },
    axes: [
      {
        ...axis,
        size: 1.375 * rem,
        gap: 0.25 * rem,
        grid: { show: false },
        splits: (u) => [...linearTicks(now.current.scene.x, ticks(4, u.width))],
        values: (_, list) => list.map(tickText),
      },
      {
        ...axis,
        size: (_, values) => (0.75 + 0.42 * Math.max(3, ...(values ?? []).map((v) => v.length))) * rem,
        gap: 0.375 * rem,
        grid,
        splits: (u) => heights(now.current.scene, ticks(2.2, u.height)).map((t) => t.at),
        filter: (_, list) => list,
        values: (u) =>
          heights(now.current.scene, ticks(2.2, u.height)).map(({ value }) =>
            now.current.percent ? `${Math.round(value * 100)} %` : tickText(value),
          ),
      },
    ],
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: {
      drawClear: [(u) => drawFuture(u, now.current.scene, token("--bg-sunken"))],
      draw: [(u) => drawAll(u, now.current, token, font)],
      setCursor: [
        (u) => {
          const left = u.cursor.left ?? -1;
          const inside = left >= 0;
          now.current.onHover(inside ? Math.round(u.posToVal(left, "x")) : null, u.over.offsetLeft + left);
        },
      ],
    },
  };
}

/** What has not happened yet lies sunken right of now. */
function drawFuture(u: uPlot, scene: Scene, colour: string): void {
  if (scene.now === null) return;
  const { ctx, bbox } = u;
  const x = Math.max(bbox.left, projection(scene, bbox).x(scene.now));
  ctx.save();
  ctx.fillStyle = colour;
  ctx.fillRect(x, bbox.top, bbox.left + bbox.width - x, bbox.height);
  ctx.restore();
}

type Token = (name: string) => string;

function drawAll(u: uPlot, props: PlotProps, token: Token, font: string): void {
  const { ctx, bbox } = u;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  drawMarks(u, props, token);
  for (const line of props.scene.lines) drawLine(ctx, line, props.scene, bbox, token, ratio);
  drawNow(u, props, token);
  ctx.restore();
  drawEnds(u, props.scene, token, font);
}

function drawLine(
  ctx: CanvasRenderingContext2D,
  line: Line,
  scene: Scene,
  box: uPlot.BBox,
  token: Token,
  ratio: number,
): void {
  const project = projection(scene, box);
  const colour = token(`--ch-${line.colour}`);
  ctx.save();
  ctx.globalAlpha = line.alpha;
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = line.width * ratio;
  ctx.lineJoin = "round";
  ctx.setLineDash(line.dash.map((d) => d * ratio));
  ctx.beginPath();
  for (const [i, [x, y]] of pointsOf(line, project).entries()) i === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y);
  ctx.stroke();
  const half = 2.25 * ratio;
  for (const [x, y] of squaresOf(line, project)) ctx.fillRect(x - half, y - half, 2 * half, 2 * half);
  ctx.restore();
  if (line.bad !== null) drawBad(ctx, project.x(line.bad), box, token, ratio);
}

/** Where the loss stopped being a number. */
function drawBad(ctx: CanvasRenderingContext2D, x: number, box: uPlot.BBox, token: Token, ratio: number): void {
  const [half, top] = [4 * ratio, box.top + 8 * ratio];
  ctx.save();
  ctx.strokeStyle = token("--sev-error");
  ctx.lineWidth = 2 * ratio;
  ctx.beginPath();
  ctx.moveTo(x - half, top - half);
  ctx.lineTo(x + half, top + half);
  ctx.moveTo(x + half, top - half);
  ctx.lineTo(x - half, top + half);
  ctx.stroke();
  ctx.lineWidth = ratio;
  ctx.setLineDash([2 * ratio, 2 * ratio]);
  ctx.beginPath();
  ctx.moveTo(x, top + half);
  ctx.lineTo(x, box.top + box.height);
  ctx.stroke();
  ctx.restore();
}

/** Ends of epochs, as ticks at the upper edge. */
function drawMarks({ ctx, bbox }: uPlot, { marks, scene }: PlotProps, token: Token): void {
  const project = projection(scene, bbox);
  ctx.strokeStyle = token("--line-strong");
  ctx.lineWidth = uPlot.pxRatio;
  ctx.beginPath();
  for (const step of marks) {
    const x = Math.round(project.x(step)) + 0.5;
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + 4 * uPlot.pxRatio);
  }
  ctx.stroke();
}

/** The line of now, and that of the time machine. */
function drawNow({ ctx, bbox }: uPlot, { scene, cursor }: PlotProps, token: Token): void {
  const project = projection(scene, bbox);
  const upright = (step: number, colour: string, width: number, dash: readonly number[]): void => {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * uPlot.pxRatio;
    ctx.setLineDash(dash.map((d) => d * uPlot.pxRatio));
    ctx.beginPath();
    ctx.moveTo(project.x(step), bbox.top);
    ctx.lineTo(project.x(step), bbox.top + bbox.height);
    ctx.stroke();
  };
  if (scene.now !== null) upright(scene.now, token("--accent"), 1, cursor === null ? [] : [3, 3]);
  if (cursor !== null) upright(cursor, token("--accent"), 1.5, []);
  ctx.setLineDash([]);
}

/** A plot has room for so many letters of a name. */
const shortened = (name: string): string => (name.length > 18 ? `${name.slice(0, 17)}…` : name);

/** Names of runs at the ends of their curves. */
function drawEnds({ ctx, bbox }: uPlot, scene: Scene, token: Token, font: string): void {
  const named = scene.lines.filter((l) => l.end !== null && l.series.x.length > 0);
  if (named.length === 0) return;
  const project = projection(scene, bbox);
  const ratio = uPlot.pxRatio;
  const size = Number.parseFloat(font);
  const height = size * 1.15 * ratio;
  const ends = named.map((l) => pointsOf(l, project).at(-1) ?? ([0, 0] as const));
  const tops = apart(
    ends.map(([, y]) => y - height / 2),
    height,
    bbox.top,
    bbox.top + bbox.height - height,
  );
  ctx.save();
  ctx.font = font.replace(/^[\d.]+px/, `${size * ratio}px`);
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  for (const [i, line] of named.entries()) {
    const text = shortened(line.end ?? "");
    const width = ctx.measureText(text).width;
    const [x] = ends[i] ?? [0, 0];
    const left = Math.max(bbox.left, Math.min(x + 4 * ratio, bbox.left + bbox.width - width));
    const middle = (tops[i] ?? 0) + height / 2;
    ctx.strokeStyle = token("--bg-panel");
    ctx.lineWidth = 3 * ratio;
    ctx.strokeText(text, left, middle);
    ctx.fillStyle = token(`--ch-${line.colour}`);
    ctx.fillText(text, left, middle);
  }
  ctx.restore();
}
