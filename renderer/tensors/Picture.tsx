import {
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useText } from "../app/text.ts";
import { badEntry, type ColourTable, colourOf, luminanceOf, prefersLight, tokenValue, useColours } from "./colours.ts";
import {
  type Cell,
  cellBeside,
  cellUnder,
  flatOf,
  type TileLayout,
  type TileSpace,
  tileLayout,
  tilePlace,
} from "./layout.ts";
import styles from "./Picture.module.css";
import { crossBad, drawTiles, hasNumbers, writeNumbers } from "./paint.ts";
import { cellAt, type Plane } from "./planes.ts";
import { cellText, indexText, limitText, valueText } from "./texts.ts";
import { type Extent, entryOf, extentOf, type Scale, scaleFor, unravel, type Values } from "./values.ts";

/** A rectangle of cells that stands out. */
export interface Frame {
  /** Which picture; the first when left out. */
  readonly tile?: number;
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  /** Thin, for one of several. */
  readonly soft?: boolean;
}

export interface PictureProps {
  /** The whole list; `planes` say what of it is drawn, all of one size. */
  readonly values: Values;
  readonly planes: readonly Plane[];
  /** Sizes that places are named by; those of the first plane when left out. */
  readonly dims?: readonly number[];
  /** From the values when left out. */
  readonly scale?: Scale;
  /** What is seen, for readers; sizes and limits are added. */
  readonly label: string;
  /** Width in pixels; that of the place it stands in when left out. */
  readonly width?: number;
  readonly maxHeight?: number;
  /** Widest and narrowest a picture may get, and the room between two. */
  readonly largest?: number;
  readonly smallest?: number;
  readonly gap?: number;
  /** Values are written into cells that are large enough. */
  readonly numbers?: boolean;
  readonly frames?: readonly Frame[];
  /** Place in the list that stands out. */
  readonly picked?: number | null;
  /** What is told of a place; its index and value when left out. */
  readonly read?: (flat: number, value: number) => string;
  readonly onPick?: (flat: number) => void;
  readonly onHover?: (flat: number | null) => void;
  /** Limits and value read below the picture. */
  readonly foot?: boolean;
}

/**
 * Numbers as pictures: heat maps with crisp cells, one or many beside each other. A place is read by pointing at it or
 * with the arrow keys.
 */
export function Picture(props: PictureProps) {
  const { values, planes, label, foot = true } = props;
  const text = useText().tensors;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const measured = useWidth(box, props.width === undefined);
  const width = props.width ?? measured;
  const [hovered, setHovered] = useState<number | null>(null);
  const extent = useMemo(() => extentOf(values), [values]);
  const scale = useMemo(() => props.scale ?? scaleFor(extent), [props.scale, extent]);
  const dims = props.dims ?? [planes[0]?.rows ?? 0, planes[0]?.columns ?? 0];
  const read = (flat: number): string => {
    const v = values[flat] as number;
    return props.read?.(flat, v) ?? text.readout(indexText(unravel(dims, flat)), valueText(v));
  };
  const hover = (flat: number | null): void => {
    if (flat === hovered) return;
    setHovered(flat);
    props.onHover?.(flat);
  };
  return (
    <figure className={styles.figure}>
      <div ref={box} className={styles.space}>
        {width > 0 && (
          <Surface
            {...props}
            width={width}
            scale={scale}
            describedBy={`${id}-read`}
            spoken={text.alternative(
              label,
              dims.join("×"),
              valueText(extent.least, 3),
              valueText(extent.greatest, 3),
              valueText(extent.mean, 3),
            )}
            hovered={hovered}
            onHover={hover}
          />
        )}
      </div>
      {foot && (
        <figcaption className={styles.foot}>
          {planes[0]?.channelStride === undefined && <Limits scale={scale} extent={extent} />}
          <output id={`${id}-read`} className={styles.readout}>
            {hovered !== null && hovered < values.length ? read(hovered) : ""}
          </output>
        </figcaption>
      )}
    </figure>
  );
}

/** What the colours mean: a ramp with its ends. */
export function Limits({ scale, extent }: { scale: Scale; extent?: Extent }) {
  const text = useText().tensors;
  const signed = scale.tone === "signed" && scale.low === -scale.high;
  return (
    <>
      <i className={styles.ramp} data-tone={scale.tone} />
      <span>
        {signed ? text.around(limitText(scale.high)) : text.between(limitText(scale.low), limitText(scale.high))}
      </span>
      {extent && extent.bad > 0 && <span className={styles.bad}>{text.bad(extent.bad)}</span>}
    </>
  );
}

interface SurfaceProps extends PictureProps {
  readonly width: number;
  readonly scale: Scale;
  readonly spoken: string;
  readonly describedBy: string;
  readonly hovered: number | null;
  readonly onHover: (flat: number | null) => void;
}

/** The canvas itself with what lies on it. */
function Surface(props: SurfaceProps) {
  const { values, planes, scale, width, maxHeight = 400, largest, smallest, gap, frames = [], picked = null } = props;
  const [cursor, setCursor] = useState<Cell | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const table = useColours(scale.tone);
  const [first] = planes;
  const layout = useMemo(() => {
    const space: TileSpace = {
      width,
      maxHeight,
      ...(largest === undefined ? {} : { largest }),
      ...(smallest === undefined ? {} : { smallest }),
      ...(gap === undefined ? {} : { gap }),
    };
    return tileLayout(planes.length, first ?? { rows: 1, columns: 1 }, space);
  }, [planes.length, first, width, maxHeight, largest, smallest, gap]);
  const numbers = props.numbers === true && first !== undefined && hasNumbers(layout, first);
  useLayoutEffect(() => {
    if (canvas.current && first) draw(canvas.current, { layout, planes, values, scale, table, numbers });
  }, [layout, planes, values, scale, table, numbers, first]);
  if (!first) return null;

  const at = (e: PointerEvent): Cell | null => {
    const { left, top, width: drawn } = e.currentTarget.getBoundingClientRect();
    // A card on the canvas is drawn larger or smaller than it was laid out.
    const factor = layout.width / drawn;
    const cell = cellUnder(layout, first, { x: (e.clientX - left) * factor, y: (e.clientY - top) * factor });
    return cell && flatOf(planes, cell) < values.length ? cell : null;
  };
  const onKeyDown = (e: KeyboardEvent): void => {
    const cell = cursor ?? { tile: 0, row: 0, column: 0 };
    if (moves.has(e.key)) {
      const next = cursor ? cellBeside(layout, first, cell, e.key) : cell;
      if (flatOf(planes, next) >= values.length) return;
      setCursor(next);
      props.onHover(flatOf(planes, next));
    } else if ((e.key === "Enter" || e.key === " ") && props.onPick) props.onPick(flatOf(planes, cell));
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  const marked = picked === null ? null : planes.findIndex((p) => cellAt(p, picked));
  const pickedCell = marked !== null && marked >= 0 ? cellAt(planes[marked] as Plane, picked as number) : null;
  return (
    <div
      className={styles.picture}
      style={{ width: layout.width, height: layout.height }}
      role="application"
      aria-label={props.spoken}
      aria-describedby={props.describedBy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read single values
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => {
        setCursor(null);
        props.onHover(null);
      }}
      onPointerMove={(e) => {
        const cell = at(e);
        props.onHover(cell && flatOf(planes, cell));
      }}
      onPointerLeave={() => props.onHover(null)}
      onClick={(e) => {
        const cell = props.onPick ? at(e as unknown as PointerEvent) : null;
        if (cell) props.onPick?.(flatOf(planes, cell));
      }}
    >
      <canvas ref={canvas} style={{ width: layout.width, height: layout.height }} />
      {scale.tone === "grey" &&
        planes
          .slice(0, layout.shown)
          .map((p, i) => (
            <i
              key={p.offset}
              className={styles.edge}
              style={boxOf(layout, first, { tile: i, row: 0, column: 0, rows: p.rows, columns: p.columns })}
            />
          ))}
      {frames.map((f) => (
        <i
          key={`${f.tile} ${f.row} ${f.column} ${f.rows} ${f.columns}`}
          className={styles.frame}
          data-soft={f.soft || undefined}
          style={boxOf(layout, first, f)}
        />
      ))}
      {pickedCell && marked !== null && (
        <i
          className={styles.frame}
          style={boxOf(layout, first, { tile: marked, ...pickedCell, rows: 1, columns: 1 })}
        />
      )}
      {cursor && <i className={styles.cursor} style={boxOf(layout, first, { ...cursor, rows: 1, columns: 1 })} />}
    </div>
  );
}

const moves = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]);

function boxOf(l: TileLayout, p: Plane, { tile = 0, row, column, rows, columns }: Frame) {
  const { x, y } = tilePlace(l, tile);
  const [wide, tall] = [l.tileWidth / p.columns, l.tileHeight / p.rows];
  return { left: x + column * wide, top: y + row * tall, width: columns * wide, height: rows * tall };
}

interface Drawing {
  readonly layout: TileLayout;
  readonly planes: readonly Plane[];
  readonly values: Values;
  readonly scale: Scale;
  readonly table: ColourTable;
  readonly numbers: boolean;
}

function draw(canvas: HTMLCanvasElement, { layout, planes, values, scale, table, numbers }: Drawing): void {
  const ratio = window.devicePixelRatio || 1;
  const [wide, tall] = [Math.round(layout.width * ratio), Math.round(layout.height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== tall) canvas.height = tall;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.clearRect(0, 0, wide, tall);
  drawTiles(context, layout, planes, values, scale, table, ratio);
  context.strokeStyle = tokenValue("--bg-panel");
  crossBad(context, layout, planes, values, ratio);
  if (!numbers) return;
  const { fontFamily, fontWeight, fontSize } = getComputedStyle(canvas);
  context.font = `${fontWeight} ${Number.parseFloat(fontSize) * ratio}px ${fontFamily}`;
  const ink = inks(table);
  writeNumbers(context, layout, planes, values, ratio, cellText, (v) =>
    ink(v - v === 0 ? entryOf(v, scale) : badEntry),
  );
}

/** The colour of text on each entry: that end of the neutral scale which is read better. */
function inks(table: ColourTable): (entry: number) => string {
  const ends = ["--n-0", "--n-10"].map(tokenValue).map((hex) => ({ hex, light: luminanceOf(colourOf(hex)) }));
  const [light, dark] = ends.sort((a, b) => b.light - a.light) as [(typeof ends)[number], (typeof ends)[number]];
  const chosen = Array.from(table, (c) =>
    prefersLight(luminanceOf(c), light.light, dark.light) ? light.hex : dark.hex,
  );
  return (entry) => chosen[entry] as string;
}

/** Width of the place an element stands in, and again when that changes; 0 before it is known. */
export function useWidth(ref: RefObject<HTMLElement | null>, wanted = true): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element || !wanted) return;
    const measure = (): void => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, wanted]);
  return width;
}
