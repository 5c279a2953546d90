import { describe, expect, it } from "vitest";
import {
  linearRange,
  linearTicks,
  logRange,
  logTicks,
  niceAbove,
  stepRange,
  tickText,
} from "../../../../renderer/training/dock/curves/axis.ts";
import { curvesCsv } from "../../../../renderer/training/dock/curves/csv.ts";
import { apart, projection, squaresOf } from "../../../../renderer/training/dock/curves/paint.ts";
import {
  quantitiesOf,
  type Scene,
  sceneOf,
  trainSeries,
  validationSeries,
} from "../../../../renderer/training/dock/curves/scene.ts";
import { smoothed } from "../../../../renderer/training/dock/curves/smooth.ts";
import { curvesSvg } from "../../../../renderer/training/dock/curves/svg.ts";
import { thinned, valueAt } from "../../../../renderer/training/dock/curves/thin.ts";
import { newRun, type Run } from "../../../../renderer/training/run.ts";
import { emptyRun, epochEvent, stepsEvent, told } from "./support.ts";

describe("axes", () => {
  it("begin close around the values and grow by whole decades", () => {
    const first = logRange(0.3, 2.4, null);
    expect(first).toEqual({ from: 0.1, to: 5 });
    expect(logRange(2.3, 2.4, null)).toEqual({ from: 1, to: 5 });
    expect(logRange(0.05, 2.4, first)).toEqual({ from: 0.01, to: 5 });
    expect(logRange(0.05, 5.1, first)).toEqual({ from: 0.01, to: 10 });
    expect(logRange(0.05, 40, first)).toEqual({ from: 0.01, to: 100 });
    // Values inside never move it.
    expect(logRange(1, 2, { from: 0.01, to: 100 })).toEqual({ from: 0.01, to: 100 });
  });

  it("hold powers of ten exactly, whatever logarithms make of them", () => {
    for (let k = -12; k <= 6; k++) {
      const v = Number(`1e${k}`);
      expect(logRange(v, v, null)).toEqual({ from: Number(`1e${k - 1}`), to: v });
      expect(niceAbove(v)).toBe(v);
    }
  });

  it("hold zero where they are linear", () => {
    expect(linearRange(0.2, 0.7, null)).toEqual({ from: 0, to: 1 });
    expect(linearRange(-0.3, 1.2, null)).toEqual({ from: -0.5, to: 2 });
    expect(linearRange(0.2, 0.7, { from: 0, to: 5 })).toEqual({ from: 0, to: 5 });
  });

  it("double the steps, up to the length of the run", () => {
    expect(stepRange(3, 1200)).toEqual({ from: 0, to: 100 });
    expect(stepRange(480, 1200)).toEqual({ from: 0, to: 800 });
    expect(stepRange(900, 1200)).toEqual({ from: 0, to: 1200 });
    expect(stepRange(30, 40)).toEqual({ from: 0, to: 40 });
    expect(stepRange(5000, null)).toEqual({ from: 0, to: 6400 });
  });

  it("have round ticks", () => {
    expect(linearTicks({ from: 0, to: 800 }, 4)).toEqual([0, 200, 400, 600, 800]);
    expect(linearTicks({ from: 0, to: 0.7 }, 4)).toEqual([0, 0.2, 0.4, 0.6]);
    expect(logTicks({ from: 0.01, to: 5 }, 5)).toEqual([0.01, 0.1, 1]);
    expect(logTicks({ from: 0.1, to: 1 }, 5)).toEqual([0.1, 0.2, 0.5, 1]);
    expect(logTicks({ from: 1e-9, to: 10 }, 4)).toEqual([1e-9, 1e-6, 1e-3, 1]);
    expect([0, 0.01, 1600, 1e-5, 2e7, -0.5].map(tickText)).toEqual(["0", "0.01", "1,600", "10⁻⁵", "2·10⁷", "−0.5"]);
  });
});

describe("smoothing", () => {
  it("is the mean of all values for a weight near one, without a pull to zero at the beginning", () => {
    const { y } = smoothed({ x: [1, 2, 3, 4], y: [4, 4, 4, 4] }, 0.99);
    for (const v of y) expect(v).toBeCloseTo(4, 12);
    const mean = smoothed({ x: [1, 2, 3], y: [1, 2, 3] }, 0.999_999);
    expect(mean.y[2]).toBeCloseTo(2, 4);
  });

  it("follows the recurrence and leaves out what is not finite", () => {
    const { x, y } = smoothed({ x: [1, 2, 3], y: [1, Number.NaN, 3] }, 0.5);
    expect(x).toEqual([1, 3]);
    // Two steps lie between: the old mean keeps a quarter of its weight.
    expect(y[1]).toBeCloseTo((0.25 * 0.5 * 1 + 0.75 * 3) / (0.25 * 0.5 + 0.75), 12);
  });

  it("of nothing is the curve itself", () => {
    const s = { x: [1, 2], y: [5, 7] };
    expect(smoothed(s, 0)).toEqual(s);
  });
});

describe("thinning", () => {
  const long = {
    x: Array.from({ length: 50_000 }, (_, i) => i),
    y: Array.from({ length: 50_000 }, (_, i) => Math.sin(i / 9)),
  };
  it("keeps peaks: least and greatest value of every column", () => {
    const spiked = { x: long.x, y: long.y.map((v, i) => (i === 31_234 ? 50 : v)) };
    const { x, y } = thinned(spiked, 0, 50_000, 300);
    expect(x.length).toBeLessThanOrEqual(4 * 300);
    expect(y).toContain(50);
    expect(x).toEqual([...x].sort((a, b) => a - b));
    expect(new Set(x).size).toBe(x.length);
  });

  it("leaves a short curve as it is, and takes only what is seen", () => {
    expect(thinned({ x: [1, 2, 3], y: [4, Number.NaN, 6] }, 0, 10, 300)).toEqual({ x: [1, 3], y: [4, 6] });
    expect(thinned({ x: [1, 2, 3], y: [4, 5, 6] }, 2, 3, 300)).toEqual({ x: [2, 3], y: [5, 6] });
  });

  it("reads the value of the last point not after a step", () => {
    const s = { x: [10, 20], y: [1, 2] };
    expect([5, 10, 19, 20, 99].map((step) => valueAt(s, step))).toEqual([null, 1, 1, 2, 2]);
  });
});

/** A run of 40 steps in four epochs whose loss halves, with validation. */
function halving(): Run {
  const events = [1, 2, 3, 4].flatMap((epoch) => [
    stepsEvent(
      epoch * 10 - 9,
      Array.from({ length: 10 }, (_, i) => 2 ** -((epoch - 1) * 10 + i) * 8),
      { accuracy: epoch / 4 },
      epoch,
    ),
    epochEvent(epoch, 10, 1 / epoch, { accuracy: epoch / 5 }),
  ]);
  return told(emptyRun({ steps: 100, stepsPerEpoch: 10 }), events);
}

describe("scene", () => {
  const view = { quantity: "loss", smoothing: 0, log: true, columns: 400 } as const;
  const shown = (run: Run, style = 0) => ({ run, name: run.key, style });

  it("has the curve of every step and that of validation", () => {
    const run = halving();
    const scene = sceneOf([shown(run)], view, null, true);
    expect(scene.lines.map((l) => l.part)).toEqual(["train", "validation"]);
    expect(scene.lines[0]?.series.y).toEqual(run.loss.y);
    expect(scene.lines[1]?.series).toEqual({ x: [10, 20, 30, 40], y: [1, 1 / 2, 1 / 3, 1 / 4] });
    expect(scene.now).toBe(40);
    expect(scene.x).toEqual({ from: 0, to: 100 });
  });

  it("shows single steps thin behind the mean", () => {
    const scene = sceneOf([shown(halving())], { ...view, smoothing: 0.9 }, null, true);
    expect(scene.lines.map((l) => l.part)).toEqual(["raw", "train", "validation"]);
    expect(scene.lines[0]?.alpha).toBeLessThan(scene.lines[1]?.alpha ?? 0);
  });

  it("tells compared runs apart by colour, dash and name", () => {
    const other = { ...halving(), key: "other" };
    const scene = sceneOf([shown(halving()), shown(other, 1)], view, null, false);
    const ends = scene.lines.filter((l) => l.end !== null);
    expect(ends.map((l) => l.end)).toEqual(["run", "other"]);
    expect(new Set(ends.map((l) => l.colour)).size).toBe(2);
    expect(new Set(ends.map((l) => l.dash.join())).size).toBe(2);
    expect(scene.now).toBeNull();
  });

  it("measures parts of a whole on an axis from 0 to 1", () => {
    const scene = sceneOf([shown(halving())], { ...view, quantity: "metric:accuracy", log: false }, null, true);
    expect(scene.y).toEqual({ from: 0, to: 1 });
    expect(scene.lines[1]?.series.y).toEqual([0.2, 0.4, 0.6, 0.8]);
  });

  it("has metrics that are told at the end of epochs only", () => {
    const run = told(emptyRun({ steps: 20, stepsPerEpoch: 10 }), [
      stepsEvent(1, new Array(10).fill(1)),
      epochEvent(1, 10, 0.5, { r2: 0.3 }),
    ]);
    expect(quantitiesOf(run)).toEqual(["loss", "metric:r2", "rate"]);
    expect(trainSeries(run, "metric:r2")).toEqual({ x: [10], y: [0.3] });
    expect(validationSeries(run, "metric:r2")).toEqual({ x: [10], y: [0.3] });
  });

  it("marks where the loss stopped being a number", () => {
    const run = told(emptyRun({ steps: 10, stepsPerEpoch: 10 }), [stepsEvent(1, [1, 3, Number.NaN, Number.NaN])]);
    const [line] = sceneOf([shown(run)], view, null, false).lines;
    expect(line?.bad).toBe(3);
    expect(line?.series.y).toEqual([1, 3]);
  });

  it("is empty for a quantity nobody measured", () => {
    const run = newRun("k", null, emptyRun({ steps: 1, stepsPerEpoch: 1 }).document, 0);
    expect(trainSeries(run, "metric:accuracy").x).toEqual([]);
    expect(validationSeries(run, "loss")).toBeNull();
    expect(sceneOf([shown(run)], view, null, false)).toMatchObject({ log: false, y: { from: 0, to: 1 } });
  });
});

describe("drawing", () => {
  const scene: Scene = sceneOf(
    [{ run: halving(), name: "A", style: 0 }],
    { quantity: "loss", smoothing: 0.5, log: true, columns: 400 },
    null,
    true,
  );

  it("puts powers of ten at equal distances", () => {
    const { y } = projection(
      { x: { from: 0, to: 1 }, y: { from: 0.01, to: 1 }, log: true },
      { left: 0, top: 0, width: 10, height: 100 },
    );
    expect([y(1), y(0.1), y(0.01)].map((v) => Math.round(v))).toEqual([0, 50, 100]);
    // Zero has no place on it and is far below.
    expect(y(0)).toBeGreaterThan(200);
  });

  it("moves labels apart, and keeps them inside", () => {
    expect(apart([50, 52, 10], 14, 0, 100)).toEqual([50, 64, 10]);
    expect(apart([95, 96, 97], 14, 0, 100)).toEqual([72, 86, 100]);
  });

  it("marks validation by squares, not too many of them", () => {
    const line = scene.lines.find((l) => l.part === "validation");
    expect(line && squaresOf(line, projection(scene, { left: 0, top: 0, width: 10, height: 10 })).length).toBe(4);
    const many = line && {
      ...line,
      series: { x: Array.from({ length: 999 }, (_, i) => i), y: new Array<number>(999).fill(1) },
    };
    expect(
      many && squaresOf(many, projection(scene, { left: 0, top: 0, width: 10, height: 10 })).length,
    ).toBeLessThanOrEqual(40);
  });

  it("as SVG has all curves with their names, and text that is escaped", () => {
    const svg = curvesSvg(scene, {
      token: (name) => `var(${name})`,
      font: "Inter",
      title: "A & <B>",
      steps: "Step",
      named: (l) => l.part,
      percent: false,
    });
    expect(svg.match(/<polyline/g)).toHaveLength(3);
    expect(svg).toContain("A &amp; &lt;B&gt;");
    expect(svg).toContain(">validation</text>");
    expect(svg).not.toContain("NaN");
  });

  it("as CSV has every measured value", () => {
    const words = { step: "step", train: "train", validation: "validation" };
    const run = halving();
    const lines = curvesCsv([{ run, name: "A", style: 0 }], "loss", words)
      .trim()
      .split("\n");
    expect(lines[0]).toBe("step,train,validation");
    expect(lines[1]).toBe("1,8,");
    expect(lines[10]).toBe(`10,${run.loss.y[9]},1`);
    expect(lines).toHaveLength(41);
  });
});
