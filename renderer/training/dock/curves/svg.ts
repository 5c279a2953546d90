import { linearTicks, logTicks, tickText } from "./axis.ts";
import { apart, pointsOf, projection, squaresOf } from "./paint.ts";
import type { Line, Scene } from "./scene.ts";

/** What a drawing needs beside the scene: colours of the theme and words. */
export interface Drawing {
  /** Value of a token such as `--ch-1`. */
  readonly token: (name: string) => string;
  readonly font: string;
  readonly title: string;
  /** Name of the axis of steps. */
  readonly steps: string;
  /** Name of a line where it has none of its own. */
  readonly named: (line: Line) => string;
  readonly percent: boolean;
}

const size = { width: 720, height: 420 };
const box = { left: 64, top: 40, width: 560, height: 320 };

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const short = (v: number): string => String(Math.round(v * 10) / 10);

/** The plot as a figure for a text: axes with numbers, curves, their names at their ends. */
export function curvesSvg(scene: Scene, drawing: Drawing): string {
  const { token, font, title, steps } = drawing;
  const project = projection(scene, box);
  const bottom = box.top + box.height;
  const axis = token("--ch-axis");
  const parts: string[] = [
    `<rect width="${size.width}" height="${size.height}" fill="${token("--bg-panel")}"/>`,
    `<text x="${box.left}" y="24" font-size="14" font-weight="600" fill="${token("--text")}">${escaped(title)}</text>`,
  ];
  for (const v of (scene.log ? logTicks : linearTicks)(scene.y, 7)) {
    const y = short(project.y(v));
    const text = drawing.percent ? `${Math.round(v * 100)} %` : tickText(v);
    parts.push(`<path d="M${box.left} ${y}h${box.width}" stroke="${token("--ch-grid")}"/>`);
    parts.push(`<text x="${box.left - 8}" y="${y}" dy="0.35em" text-anchor="end" fill="${axis}">${text}</text>`);
  }
  for (const v of linearTicks(scene.x, 6)) {
    parts.push(
      `<text x="${short(project.x(v))}" y="${bottom + 18}" text-anchor="middle" fill="${axis}">${tickText(v)}</text>`,
    );
  }
  parts.push(
    `<text x="${box.left + box.width}" y="${bottom + 36}" text-anchor="end" fill="${axis}">${escaped(steps)}</text>`,
  );
  parts.push(`<path d="M${box.left} ${bottom}h${box.width}" stroke="${axis}"/>`);
  parts.push(
    `<clipPath id="plot"><rect x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}"/></clipPath>`,
    `<g clip-path="url(#plot)" fill="none" stroke-linejoin="round">${scene.lines.map((l) => lineSvg(l, scene, token)).join("")}</g>`,
    ends(scene, drawing),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" font-family="${escaped(font)}" font-size="12">${parts.join("")}</svg>`;
}

function lineSvg(line: Line, scene: Scene, token: Drawing["token"]): string {
  const project = projection(scene, box);
  const colour = token(`--ch-${line.colour}`);
  const points = pointsOf(line, project).map(([x, y]) => `${short(x)},${short(y)}`);
  const dash = line.dash.length > 0 ? ` stroke-dasharray="${line.dash.join(" ")}"` : "";
  const squares = squaresOf(line, project).map(
    ([x, y]) => `<rect x="${short(x - 2.5)}" y="${short(y - 2.5)}" width="5" height="5" fill="${colour}"/>`,
  );
  const bad =
    line.bad === null
      ? ""
      : `<path d="M${short(project.x(line.bad))} ${box.top}v${box.height}" stroke="${token("--sev-error")}" stroke-dasharray="2 2"/>`;
  return `<polyline points="${points.join(" ")}" stroke="${colour}" stroke-width="${line.width}" opacity="${line.alpha}"${dash}/>${squares.join("")}${bad}`;
}

function ends(scene: Scene, { token, named }: Drawing): string {
  const lines = scene.lines.filter((l) => l.part !== "raw" && l.series.x.length > 0);
  const project = projection(scene, box);
  const last = lines.map((l) => pointsOf(l, project).at(-1) ?? ([0, 0] as const));
  const places = apart(
    last.map(([, y]) => Math.min(box.top + box.height, y)),
    14,
    box.top,
    box.top + box.height,
  );
  return lines
    .map((line, i) => {
      const x = Math.min((last[i]?.[0] ?? 0) + 6, box.left + box.width + 6);
      return `<text x="${short(x)}" y="${short(places[i] ?? 0)}" dy="0.35em" fill="${token(`--ch-${line.colour}`)}">${escaped(named(line))}</text>`;
    })
    .join("");
}
