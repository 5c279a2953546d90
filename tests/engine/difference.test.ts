import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rng } from "../../src/core/rng.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import type { CommandInput, ReplyValue } from "../../src/protocol/index.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import { chain, moons, TestEngine } from "../support/engine.ts";
import { readTemplate } from "../support/template.ts";

type Difference = Omit<Extract<CommandInput, { kind: "difference" }>, "kind" | "id">;
type Found = Extract<ReplyValue, { kind: "difference" }>;

let engine: TestEngine;
beforeAll(() => {
  engine = new TestEngine();
});
afterAll(() => engine.close());

async function difference(command: Difference): Promise<Found> {
  const { issues, value } = await engine.send({ kind: "difference", ...command });
  if (value?.kind !== "difference") throw new Error(JSON.stringify(issues));
  return value;
}

const off = ({ analytic, numeric }: Found): number => Math.abs(numeric - analytic) / Math.abs(analytic);

/** Convolutions of every kind, normalisation, dropout, and activations with and without corners. */
const mixed: DocumentInput = {
  format: "gradloom",
  version: 1,
  ...chain(
    [1, 28, 28],
    [
      { layer: "conv2d", params: { filters: 4, kernel: 3, stride: 2, padding: "explicit", pads: 1 } },
      { layer: "batch-norm" },
      { layer: "elu" },
      { layer: "conv2d", params: { filters: 8, kernel: 3, groups: 2, dilation: 2 } },
      { layer: "group-norm", params: { groups: 2 } },
      { layer: "hard-swish" },
      { layer: "max-pool2d", params: { kernel: 3, stride: 2 } },
      { layer: "dropout", params: { rate: 0.3 } },
      { layer: "average-pool2d" },
      { layer: "flatten" },
      { layer: "dense", params: { units: 16 } },
      { layer: "softplus" },
      { layer: "dense", params: { units: 10 } },
    ],
  ),
  data: { source: { kind: "builtin", name: "mnist" }, inputs: { x: "image" } },
  objectives: [
    {
      id: "main",
      terms: [{ loss: { kind: "cross-entropy" }, prediction: { node: "n13" }, target: { field: "label" } }],
      optimizer: { kind: "sgd" },
    },
  ],
  training: { batch: 32 },
};

describe("the gradient of one weight", () => {
  it("is that of differences within 1e-3, for ten parameters picked at random of LeNet and a mixed network", async () => {
    const random = rng(11, "difference");
    for (const [document, samples] of [
      [readTemplate("lenet"), { kind: "next" }],
      [mixed, { kind: "indices", split: "test", indices: [4, 9, 2, 7] }],
    ] as const) {
      const at = { kind: "document", document } as const;
      const look = { at, samples: "indices" in samples ? { ...samples, indices: [...samples.indices] } : samples };
      const weights = await engine.send({ kind: "weights", at });
      if (weights.value?.kind !== "weights") throw new Error(JSON.stringify(weights.issues));
      const names = Object.keys(weights.value.tensors).filter((name) => !name.includes("running"));
      for (const key of Array.from(random.shuffle(Uint32Array.from(names.keys())).slice(0, 5), (i) => names[i])) {
        const [node, parameter] = (key as string).split(".") as [string, string];
        const ref = { of: "parameter", node, parameter, what: "gradient" } as const;
        const reply = await engine.send({ kind: "inspect", ...look, tensors: [ref] });
        if (reply.value?.kind !== "tensors") throw new Error(JSON.stringify(reply.issues));
        const magnitudes = Array.from((reply.value.tensors[0] as Tensor).data as Float32Array, Math.abs);
        const index = magnitudes.indexOf(Math.max(...magnitudes));
        const found = await difference({ ...look, node, parameter, index });
        // Training computes it in single precision, through up to thirteen layers.
        expect(Math.abs(found.shown)).toBeCloseTo(magnitudes[index] as number, 6);
        expect(off(found), key).toBeLessThan(1e-3);
      }
    }
  });

  it("is that of differences where some operators have no double kernel", async () => {
    const layers = [
      { layer: "average-pool2d", params: { kernel: 4 } },
      { layer: "upsample", params: { scale: 2, mode: "linear" } },
      { layer: "flatten" },
      { layer: "dense", params: { units: 10 } },
    ];
    const objectives = mixed.objectives?.map((o) => ({
      ...o,
      terms: o.terms?.map((t) => ({ ...t, prediction: { node: "n4" } })),
    }));
    const document = { ...mixed, ...chain([1, 28, 28], layers), objectives };
    const at = { kind: "document", document } as const;
    const found = await difference({ at, samples: { kind: "next" }, node: "n4", parameter: "weight", index: 1234 });
    expect(found.double).toBe(false);
    expect(found.steps).toHaveLength(12);
    expect(off(found)).toBeLessThan(1e-3);
  });

  it("comes with the steps that it was found from", async () => {
    const at = { kind: "document", document: moons() } as const;
    const found = await difference({ at, samples: { kind: "next" }, node: "n1", parameter: "weight", index: 4 });
    expect(found.steps).toHaveLength(6);
    for (const [i, { h, up, down, slope }] of found.steps.entries()) {
      expect(h).toBe((found.steps[0]?.h as number) / 2 ** i);
      // The weight moves by h up to the rounding of a double: h is some 1e-10 of it or more.
      expect(Math.abs((up - down) / (2 * h) - slope)).toBeLessThan(1e-5 * Math.abs(slope));
    }
  });

  it("says what is not there", async () => {
    const at = { kind: "document", document: moons() } as const;
    const look = { kind: "difference", at, samples: { kind: "next" }, node: "n1", parameter: "weight" } as const;
    const codes = async (more: object): Promise<string[]> =>
      (await engine.send({ ...look, index: 0, ...more })).issues.map((i) => i.code);
    expect(await codes({ index: 16 })).toEqual(["look.index"]);
    expect(await codes({ parameter: "gain" })).toEqual(["look.unknown"]);
    const bare = { kind: "document", document: { ...moons(), objectives: [] } };
    expect(await codes({ at: bare })).toEqual(["objective.none"]);
  });
});
