import { glyphs } from "../glyphs.ts";
import { type FigurePalette, type FigureTheme, figurePalettes } from "./palette.ts";
import type { Box, FigureNode, FigureNote, FigureScene, FigureWire } from "./scene.ts";
import { decimal, element, escapeXml } from "./xml.ts";

export interface FigureOptions {
  readonly theme: FigureTheme;
  /** The ground of the canvas, plain white, or none. */
  readonly background: "canvas" | "white" | "transparent";
  /** Units of the drawing for one unit of the canvas. */
  readonly scale: number;
}

/** Room around the drawing, in canvas units. */
const margin = 24;
const headHeight = 28;
const lineHeight = 16;

const uiFont =
  "Inter, 'Segoe UI', 'Helvetica Neue', Helvetica, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', Arial, sans-serif";
const monoFont = "'JetBrains Mono', Consolas, Menlo, 'DejaVu Sans Mono', 'Noto Sans Mono', monospace";

/**
 * The scene as a standalone SVG file: no fonts, styles or pictures from outside, so every viewer and typesetter shows it
 * alike. The same scene gives the same bytes. Every node is a group with its id (`data-node`), every wire too.
 */
export function drawFigure(scene: FigureScene, { theme, background, scale }: FigureOptions): string {
  const palette = figurePalettes[theme];
  const box = boundsOf(scene);
  const ground = background === "canvas" ? palette.canvas : "#ffffff";
  const content = [
    element("title", {}, escapeXml(scene.title)),
    ...(background === "transparent" ? [] : [element("rect", { ...box, fill: ground })]),
    ...scene.frames.map((f) => frame(f, palette)),
    ...scene.notes.map((n) => note(n, palette)),
    ...scene.wires.map((w) => wire(w, palette, background === "transparent" ? null : ground)),
    ...scene.nodes.map((n) => node(n, palette)),
  ];
  const viewBox = [box.x, box.y, box.width, box.height].map(decimal).join(" ");
  const size = { width: box.width * scale, height: box.height * scale };
  const svg = element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", ...size, viewBox, role: "img", "font-family": uiFont },
    `\n${content.join("\n")}\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`;
}

/** The box around everything, with its margin; never empty. */
function boundsOf({ frames, notes, wires, nodes }: FigureScene): Box {
  const boxes: readonly Box[] = [...frames, ...notes, ...nodes, ...wires.map((w) => w.bounds)];
  if (boxes.length === 0) return { x: 0, y: 0, width: 2 * margin, height: 2 * margin };
  const left = Math.min(...boxes.map((b) => b.x)) - margin;
  const top = Math.min(...boxes.map((b) => b.y)) - margin;
  const right = Math.max(...boxes.map((b) => b.x + b.width)) + margin;
  const bottom = Math.max(...boxes.map((b) => b.y + b.height)) + margin;
  return { x: Math.floor(left), y: Math.floor(top), width: Math.ceil(right - left), height: Math.ceil(bottom - top) };
}

interface TextStyle {
  readonly size: number;
  readonly fill: string;
  readonly weight?: number;
  readonly mono?: boolean;
  readonly anchor?: "middle" | "end";
  readonly struck?: boolean;
  /** Drawn behind the letters, so that lines do not cross them. */
  readonly halo?: string | null;
}

function text(x: number, y: number, content: string, style: TextStyle): string {
  const { size, fill, weight, mono = false, anchor, struck = false, halo = null } = style;
  const around =
    halo === null ? {} : { stroke: halo, "stroke-width": 4, "stroke-linejoin": "round", "paint-order": "stroke" };
  return element(
    "text",
    {
      x,
      y,
      "font-size": size,
      fill,
      "font-weight": weight ?? null,
      "font-family": mono ? monoFont : null,
      "text-anchor": anchor ?? null,
      "text-decoration": struck ? "line-through" : null,
      ...around,
    },
    escapeXml(content),
  );
}

function frame(f: FigureNote, palette: FigurePalette): string {
  const tint = f.colour && palette.tints[f.colour];
  return element(
    "g",
    { "data-frame": f.id },
    element("rect", {
      ...boxOf(f),
      rx: 10,
      fill: tint?.ink ?? palette.text,
      "fill-opacity": tint ? 0.08 : 0.03,
      stroke: tint?.line ?? palette.line,
    }),
    ...f.lines.slice(0, 1).map((t) => text(f.x + 10, f.y + 17, t, { size: 11.5, weight: 600, fill: palette.text2 })),
  );
}

/** Notes without a colour are yellow, as on the canvas. */
function note(n: FigureNote, palette: FigurePalette): string {
  const tint = palette.tints[n.colour ?? "yellow"];
  const lines = n.lines.map((t, i) => text(n.x + 12, n.y + 21 + i * 17, t, { size: 11.5, fill: palette.text }));
  return element(
    "g",
    { "data-note": n.id },
    element("rect", { ...boxOf(n), rx: 4, fill: tint.ground, stroke: tint.line }),
    ...lines,
  );
}

function wire({ id, path, label }: FigureWire, palette: FigurePalette, ground: string | null): string {
  const words =
    label &&
    text(label.x, label.y - 6, label.text, {
      size: 10.5,
      weight: 500,
      mono: true,
      anchor: "middle",
      fill: palette.text3,
      halo: ground,
    });
  return element(
    "g",
    { "data-wire": id },
    element("path", { d: path, fill: "none", stroke: palette.wire, "stroke-width": 1.5 }),
    ...(words ? [words] : []),
  );
}

function node(n: FigureNode, palette: FigurePalette): string {
  const color = palette.categories[n.color];
  const idle = n.state !== "active";
  const border = { fill: palette.node, stroke: palette.line, "stroke-dasharray": idle ? "4 3" : null };
  const inside = [
    element("rect", { ...boxOf(n), rx: 7, ...border }),
    spine(n, color),
    glyph(n, idle ? palette.text3 : color),
    text(n.x + 31, n.y + 18.5, n.kind, {
      size: 12.5,
      weight: 600,
      fill: idle ? palette.text3 : palette.text,
      struck: n.state === "muted",
    }),
    ...name(n, palette),
    ...n.lines.map((l, i) => {
      const y = n.y + headHeight + 11 + i * lineHeight;
      const first = i === 0 && !l.mono;
      return text(n.x + 10, y, l.text, {
        size: l.mono ? 10.5 : 11,
        mono: l.mono,
        fill: first ? palette.text2 : palette.text3,
      });
    }),
    ...n.inputs.map((y) => port(n.x, n.y + y, palette.node, palette.port)),
    ...n.outputs.map((y) => port(n.x + n.width, n.y + y, palette.port, palette.port)),
  ];
  return element("g", { "data-node": n.id }, ...(n.stacked ? sheets(n, palette) : []), ...inside);
}

/** Two sheets behind the node. */
const sheets = (n: FigureNode, palette: FigurePalette): string[] =>
  [6, 3].map((d) =>
    element("rect", { ...boxOf(n), x: n.x + d, y: n.y - d, rx: 7, fill: palette.node, stroke: palette.line }),
  );

/** The left edge of the node in the colour of its category, round where the node is. */
function spine(n: FigureNode, color: string): string {
  const [left, right] = [n.x - 0.5, n.x + 2.5].map(decimal);
  const [top, bottom, high, low] = [n.y - 0.5, n.y + n.height + 0.5, n.y + 4, n.y + n.height - 4].map(decimal);
  const d = `M${right} ${top}Q${left} ${top} ${left} ${high}L${left} ${low}Q${left} ${bottom} ${right} ${bottom}Z`;
  return element("path", { d, fill: color });
}

/** The drawing of the layer, 16 units wide; currentColor is put in, since not every program knows it. */
function glyph(n: FigureNode, color: string): string {
  const inside = glyphs[n.glyph].replace(/currentColor/g, color);
  const place = { transform: `translate(${decimal(n.x + 9)} ${decimal(n.y + 6)}) scale(0.8)` };
  const stroke = {
    fill: "none",
    stroke: color,
    "stroke-width": 1.8,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  };
  return element("g", { ...place, ...stroke }, inside);
}

const name = (n: FigureNode, palette: FigurePalette): string[] =>
  n.name === null
    ? []
    : [text(n.x + n.width - 8, n.y + 18, n.name, { size: 10.5, mono: true, anchor: "end", fill: palette.text3 })];

const port = (cx: number, cy: number, fill: string, stroke: string): string =>
  element("circle", { cx, cy, r: 3.75, fill, stroke, "stroke-width": 1.5 });

const boxOf = ({ x, y, width, height }: Box): { x: number; y: number; width: number; height: number } => ({
  x,
  y,
  width,
  height,
});
