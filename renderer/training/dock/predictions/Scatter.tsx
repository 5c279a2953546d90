import { useEffect, useMemo, useRef, useState } from "react";
import { useText } from "../../../app/text.ts";
import { tokenValue, useTheme } from "../../../tensors/colours.ts";
import { linearTicks, type Range, tickText } from "../curves/axis.ts";
import { numberText } from "../readings.ts";
import styles from "./Predictions.module.css";
import type { Pairs } from "./results.ts";

/** Predicted numbers over the true ones: what is right lies on the diagonal. */
export function Scatter({ pairs }: { pairs: Pairs | null }) {
  const text = useText().dock.predictions;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const theme = useTheme();
  const range = useMemo(() => (pairs ? commonRange(pairs) : null), [pairs]);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme stands for the colours that are read
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || !pairs || !range || size.width === 0) return;
    const ratio = window.devicePixelRatio;
    element.width = size.width * ratio;
    element.height = size.height * ratio;
    context.scale(ratio, ratio);
    paint(context, size, pairs, range, { vertical: text.predictedAxis, horizontal: text.trueAxis });
  }, [pairs, range, size, theme, text]);
  return (
    <canvas
      ref={canvas}
      className={styles.scatter}
      role="img"
      aria-label={pairs ? text.scatter(pairs.truth.length, numberText(meanError(pairs))) : text.empty}
    />
  );
}

export function meanError({ truth, predicted }: Pairs): number {
  return truth.reduce((sum, t, i) => sum + Math.abs((predicted[i] as number) - t), 0) / Math.max(1, truth.length);
}

/** One range for both axes, after the true values: predictions that are far off lie at the edge. */
export function commonRange({ truth, predicted }: Pairs): Range {
  const finite = [...truth, ...predicted].filter((v) => Number.isFinite(v));
  const [low, high] = [Math.min(...truth), Math.max(...truth)];
  const spread = high - low || Math.abs(high) || 1;
  const from = Math.max(
    low - spread,
    finite.reduce((a, b) => Math.min(a, b), low),
  );
  const to = Math.min(
    high + spread,
    finite.reduce((a, b) => Math.max(a, b), high),
  );
  return { from: from - spread * 0.05, to: to + spread * 0.05 };
}

function paint(
  c: CanvasRenderingContext2D,
  { width, height }: { readonly width: number; readonly height: number },
  { truth, predicted }: Pairs,
  range: Range,
  names: { readonly vertical: string; readonly horizontal: string },
): void {
  const style = getComputedStyle(c.canvas);
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const fontSize = Number.parseFloat(tokenValue("--fs-2xs")) * rem;
  c.font = `${fontSize}px ${style.fontFamily}`;
  const box = { left: 2.75 * rem, top: 0.5 * rem, right: width - 0.75 * rem, bottom: height - 2.25 * rem };
  const part = (v: number): number => Math.min(1, Math.max(0, (v - range.from) / (range.to - range.from)));
  const x = (v: number): number => box.left + part(v) * (box.right - box.left);
  const y = (v: number): number => box.bottom - part(v) * (box.bottom - box.top);
  c.clearRect(0, 0, width, height);
  c.fillStyle = tokenValue("--ch-axis");
  c.strokeStyle = tokenValue("--ch-grid");
  for (const v of linearTicks(range, 4)) {
    c.textAlign = "right";
    c.textBaseline = "middle";
    c.fillText(tickText(v), box.left - 6, y(v));
    c.textAlign = "center";
    c.textBaseline = "top";
    c.fillText(tickText(v), x(v), box.bottom + 4);
    c.beginPath();
    c.moveTo(box.left, y(v));
    c.lineTo(box.right, y(v));
    c.stroke();
  }
  c.textAlign = "right";
  c.fillText(names.horizontal, box.right, box.bottom + 6 + fontSize);
  c.save();
  c.translate(4, box.top);
  c.rotate(-Math.PI / 2);
  c.textBaseline = "top";
  c.fillText(names.vertical, 0, 0);
  c.restore();
  c.strokeStyle = tokenValue("--line-control");
  c.setLineDash([4, 3]);
  c.beginPath();
  c.moveTo(x(range.from), y(range.from));
  c.lineTo(x(range.to), y(range.to));
  c.stroke();
  c.setLineDash([]);
  c.fillStyle = tokenValue("--ch-1");
  c.globalAlpha = truth.length > 400 ? 0.4 : 0.75;
  for (const [i, t] of truth.entries()) {
    const p = predicted[i] as number;
    if (!Number.isFinite(p)) continue;
    c.beginPath();
    c.arc(x(t), y(p), 2, 0, 2 * Math.PI);
    c.fill();
  }
  c.globalAlpha = 1;
}
