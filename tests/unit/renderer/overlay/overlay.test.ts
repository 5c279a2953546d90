import { describe, expect, it } from "vitest";
import { chevronGap, chevronPath } from "../../../../renderer/overlay/chevrons.ts";
import { litPath } from "../../../../renderer/overlay/guilt.ts";
import { overlayNumber, percent, times, timeText } from "../../../../renderer/overlay/numbers.ts";
import { changedNodes, type OverlayScene, overlayPicture } from "../../../../renderer/overlay/picture.ts";
import { bandWidth, colorAt, healthColor } from "../../../../renderer/overlay/scale.ts";
import { workspace } from "../../../../renderer/stores/workspace.ts";
import { newRun, type Run, withEvent } from "../../../../renderer/training/run.ts";
import { checkDocument } from "../../../../src/compile/check.ts";
import { structureOf } from "../../../../src/diagnose/index.ts";
import { moveNodes, setParam } from "../../../../src/graph/edit/nodes.ts";
import { uiText } from "../../../../src/i18n/ui.ts";
import { type Measured, rowsOf, sightOf } from "../../../support/sights.ts";
import { open, wires } from "../canvas/support.ts";

const text = uiText.en.overlay;

describe("numbers", () => {
  it("have two significant digits, a real minus, and an exponent where they are small or large", () => {
    const shown = [0, 0.011, 1.14e-7, 0.3, 0.999, 8.449, 120.4, 999, 31_000, -0.026, -2.5].map(overlayNumber);
    expect(shown).toEqual(["0", "1.1e−2", "1.1e−7", "0.30", "1.0", "8.4", "120", "1.0e3", "3.1e4", "−2.6e−2", "−2.5"]);
    expect([Number.NaN, Infinity, -Infinity].map(overlayNumber)).toEqual(["NaN", "∞", "−∞"]);
  });

  it("shares, factors and times read at a glance", () => {
    expect([0, 0.0004, 0.887, 1].map((s) => percent(s))).toEqual(["0 %", "< 1 %", "89 %", "100 %"]);
    expect(percent(0.887, 1)).toBe("88.7 %");
    expect([120, 1 / 410_000, 1, 0].map(times)).toEqual(["×120", "1/410,000", "×1", "0"]);
    expect([21.04, 1380, 2.1e6].map(timeText)).toEqual(["21 µs", "1.38 ms", "2.1 s"]);
  });
});

describe("scales", () => {
  it("mix neighbouring tokens and end in them", () => {
    expect([healthColor(-9), healthColor(0), healthColor(3)]).toEqual(["var(--hl-m3)", "var(--hl-0)", "var(--hl-p3)"]);
    expect(healthColor(0.5)).toBe("color-mix(in oklab, var(--hl-p1) 50%, var(--hl-0))");
    expect(colorAt("cost", 1)).toBe("var(--cost-6)");
  });

  it("threads are between 1.5 and 11 wide and thicken by 2.6 a decade", () => {
    expect([bandWidth(-9), bandWidth(9)]).toEqual([1.5, 11]);
    expect(bandWidth(0.5) - bandWidth(-0.5)).toBeCloseTo(2.6);
    expect(bandWidth(0)).toBeCloseTo(6.7);
  });
});

describe("chevrons", () => {
  const level = [
    { x: 0, y: 0 },
    { x: 200, y: 0 },
  ];
  const tips = (d: string): number[] => [...d.matchAll(/L(-?[\d.]+) (-?[\d.]+)L/g)].map((m) => Number(m[1]));

  it("stand every 24 along the wire and point against it, or along it", () => {
    const back = tips(chevronPath(level, { size: 2, backward: true }));
    expect(back.slice(1).map((x, i) => x - (back[i] as number))).toEqual(back.slice(1).map(() => chevronGap));
    const d = chevronPath(level, { size: 2, backward: true, single: true });
    expect(d).toBe("M101 2L99 0L101 -2");
    expect(chevronPath(level, { size: 2, backward: false, single: true })).toBe("M99 -2L101 0L99 2");
  });

  it("drift by one gap and are then where they were", () => {
    const at = (phase: number): number[] => tips(chevronPath(level, { size: 2, backward: true, phase }));
    expect(at(0.25)[2]).toBeCloseTo((at(0)[2] as number) - chevronGap / 4, 0);
    const start = at(0);
    for (const tip of at(0.9999).slice(1, -1))
      expect(Math.min(...start.map((x) => Math.abs(x - tip)))).toBeLessThan(0.2);
  });

  it("follow a wire round its corners, and a short one has none", () => {
    const bent = [
      { x: 0, y: 0 },
      { x: 50, y: 0 },
      { x: 50, y: 100 },
    ];
    expect(chevronPath(bent, { size: 2, backward: true, single: true })).toBe("M48 26L50 24L52 26");
    expect(
      chevronPath(
        [
          { x: 0, y: 0 },
          { x: 10, y: 0 },
        ],
        { size: 2, backward: true },
      ),
    ).toBe("");
  });
});

/** Data, a block of two (used twice in a row), and a head. */
const nested = {
  nodes: [
    { id: "x", layer: "input", params: { shape: [8] } },
    { id: "stage", layer: "block", params: { block: "pair", repeat: 2 } },
    { id: "head", layer: "dense", params: { units: 2 } },
  ],
  edges: wires(["x", "stage"], ["stage", "head"]),
  blocks: [
    {
      id: "pair",
      nodes: [
        { id: "fc", layer: "dense", params: { units: 8 } },
        { id: "act", layer: "relu" },
      ],
      edges: wires(["fc", "act"]),
      inputs: [{ name: "in", to: [{ node: "fc" }] }],
      outputs: [{ name: "out", from: { node: "act" } }],
    },
  ],
  objectives: [
    {
      id: "main",
      terms: [{ loss: { kind: "mse" as const }, prediction: { node: "head" }, target: { field: "y" } }],
      optimizer: { kind: "sgd" as const },
    },
  ],
};

/** A tab with a run of its document, and the same statistics at some steps. */
function scene(measure: (node: string) => Measured = () => ({}), sights = 3) {
  const tab = open(nested);
  const checked = tab().checked;
  const rows = rowsOf(checked);
  let run: Run = { ...newRun("r", tab().id, tab().edited.document, 0), phase: "running" };
  const tell = (event: Parameters<typeof withEvent>[1]): void => {
    run = withEvent(run, event, 0);
  };
  tell({ kind: "layout", rows });
  for (let step = 0; step < sights; step++) {
    const { values, loss } = sightOf(rows, step, measure, 0.5);
    tell({ kind: "statistics", step, epoch: 0, values, loss });
  }
  const of = (change: Partial<OverlayScene> = {}): OverlayScene => ({
    overlay: "gradients",
    tab: tab(),
    run,
    cursor: null,
    connected: true,
    profile: null,
    ...change,
  });
  return {
    tab,
    of,
    structure: structureOf(checked),
    picture: (change?: Partial<OverlayScene>) => overlayPicture(of(change), text),
  };
}

describe("what an overlay paints", () => {
  it("every node and loss has a strip before there are values, and none in the overlay of shapes", () => {
    const { picture } = scene();
    const before = picture({ run: null });
    expect([...before.strips.keys()].sort()).toEqual(["head", "loss:main:0", "stage", "x"]);
    expect([...before.strips.values()].every((s) => s.look === "empty" && s.value === "")).toBe(true);
    expect(before.legend?.note).toBe("Train to see values.");
    expect(picture({ run: null, connected: false }).legend?.note).toBe("No engine is connected.");
    expect([...picture().strips.keys()].sort()).toEqual([...before.strips.keys()].sort());
    expect(picture({ overlay: "shapes" }).strips.size).toBe(0);
  });

  it("a block shows the worst of its inside, and says which that is", () => {
    const { picture } = scene((n) => ({
      gradient: { norm: n === "stage/1/fc" ? 1e-6 : n === "stage/2/fc" ? 1e-3 : 1 },
    }));
    const strip = picture().strips.get("stage");
    expect(strip).toMatchObject({ mark: "▼", value: "1.0e−6", word: "vanishing", verdict: "vanishing" });
    expect(strip?.speech).toBe("gradient 1.0e−6, vanishing, worst inside: 1/fc");
  });

  it("healthy nodes have a dot and no word, and the legend counts them", () => {
    const { picture } = scene();
    expect(picture().strips.get("head")).toMatchObject({ mark: "●", value: "1.0", word: "", status: "live", to: 0.5 });
    expect(picture().legend).toMatchObject({ middle: "reference 1.0", counts: [{ verdict: "healthy", n: 3 }] });
    expect(picture().strips.get("loss:main:0")).toMatchObject({ value: "L 0.50", verdict: null });
  });

  it("threads belong to outputs of the expanded network", () => {
    const { bands } = scene((n) => ({ gradient: { norm: n === "x" ? 0 : 1 } })).picture();
    expect(bands.get("stage/2/act.out")).toMatchObject({ width: 6.7, dead: false });
    expect(bands.get("x.out")).toMatchObject({ dead: true });
  });

  it("the time machine shows another moment, and values that are not of now are cached", () => {
    const { picture, of } = scene();
    expect(picture({ cursor: 1 }).legend?.hint).toBeNull();
    const later = { ...(of().run as Run), step: 90 };
    expect(picture({ run: later, cursor: 1 }).legend?.hint).toBe("at step 1");
    expect(picture({ run: later, cursor: 1 }).strips.get("head")?.status).toBe("cached");
    expect(picture({ run: { ...later, phase: "paused" } }).strips.get("head")?.status).toBe("cached");
  });

  it("a node that was edited since the run has no value; moving one is no edit", () => {
    const { tab, picture } = scene();
    const { document } = tab().edited;
    workspace.getState().edit(moveNodes(document, null, new Map([["head", { x: 9, y: 9 }]])), { key: "move" } as never);
    expect(picture().strips.get("head")?.status).toBe("live");
    workspace.getState().edit(setParam(document, null, ["head"], "units", 3), { key: "setParam" } as never);
    expect(picture().strips.get("head")).toMatchObject({ look: "empty", value: "", status: "changed" });
    expect(picture().strips.get("stage")).toMatchObject({ status: "cached", verdict: "healthy" });
    expect(picture().legend?.hint).toBe("Values of the network before the last change");
  });

  it("changes are found by what a node is and reads", () => {
    const before = checkDocument(open(nested)().edited.document);
    expect(changedNodes(before, before)).toBeNull();
    expect(changedNodes(before, checkDocument({ ...before.document }))).toBeNull();
    const cut = checkDocument({ ...before.document, edges: before.document.edges.slice(1) });
    expect(changedNodes(before, cut)?.size).toBe(1);
  });

  it("weights end in the largest of all, updates in a thousandth in the middle", () => {
    const weights = scene(() => ({ weight: { mean: 0, deviation: 0.1, largest: 0.4 } })).picture({
      overlay: "weights",
    });
    expect(weights.legend).toMatchObject({ low: "−0.40", high: "+0.40", counts: [] });
    expect(weights.strips.get("head")).toMatchObject({
      value: "σ 0.10",
      word: "≤ 0.40",
      from: 0.375,
      to: 0.625,
      look: "signed",
    });
    expect(weights.strips.get("x")).toMatchObject({ value: "", look: "empty" });
    const updates = scene(() => ({ weight: { norm: 1 }, update: { norm: 0.5 } })).picture({ overlay: "updates" });
    expect(updates.strips.get("head")).toMatchObject({ value: "0.50", word: "too large", mark: "▲" });
  });

  it("memory is known without a run, and a block has the sum of its inside", () => {
    const { picture } = scene();
    const { strips, legend } = picture({ overlay: "memory", run: null });
    // Two times dense and ReLU of 8 numbers: written, kept, and the gradients of what they read; 32 samples.
    expect(strips.get("stage")?.value).toMatch(/kB$/);
    expect(legend).toMatchObject({ scale: "cost", note: null });
    expect(legend?.hint).toMatch(/ in all · batch of 32$/);
    expect(strips.get("stage")?.to).toBe(1);
  });

  it("times come from a profile, and the largest fills its bar", () => {
    const { picture } = scene();
    const nodes = new Map([
      ["stage/1/fc", 200],
      ["stage/2/fc", 100],
      ["head", 100],
    ]);
    const profile = { nodes, total: 380, provider: "cpu" };
    const { strips, legend } = picture({ overlay: "time", profile });
    expect(strips.get("stage")).toMatchObject({ value: "300 µs", word: "75 %", to: 1 });
    expect(strips.get("head")).toMatchObject({ value: "100 µs", word: "25 %", to: 1 / 3 });
    expect(legend).toMatchObject({ high: "300 µs", hint: "380 µs in all · CPU" });
    expect(picture({ overlay: "time", profile: "measuring" }).legend?.note).toBe("Measuring…");
  });

  it("both languages have a word for all of it", () => {
    const { of } = scene((n) => ({ gradient: { norm: n === "x" ? 1e-6 : 1 } }));
    const zh = overlayPicture(of(), uiText.zh.overlay);
    expect(zh.strips.get("x")).toMatchObject({ word: "消失", speech: "梯度 1.0e−6, 消失" });
  });
});

describe("the guilty path on the canvas", () => {
  it("leads from the loss to the sick node, and the block with the culprit says what it passes on", () => {
    const { of, picture, tab } = scene((n) => ({ gradient: { norm: n === "x" || n === "stage/1/fc" ? 1e-4 : 1 } }));
    const lit = litPath(tab(), picture(of()), text);
    expect([...(lit?.path ?? [])].sort()).toEqual(["head", "loss:main:0", "stage", "x"]);
    expect([...(lit?.culprits ?? [])]).toEqual([["stage", "passes on 1/10,000"]]);
  });

  it("is none while nothing is sick", () => {
    const { picture, tab } = scene();
    expect(litPath(tab(), picture(), text)).toBeNull();
  });
});
