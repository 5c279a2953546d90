import { describe, expect, it } from "vitest";
import { rng } from "../../../src/core/rng.ts";
import type { Initializer } from "../../../src/graph/initializer.ts";
import { fans, initialValues } from "../../../src/layers/initialize.ts";

const make = (init: Initializer, shape: readonly number[], fan?: readonly [number, number]): Float32Array =>
  initialValues({ name: "w", shape, init, kind: "parameter", ...(fan ? { fan } : {}) }, rng(1, init.kind));

function moments(values: Float32Array) {
  const mean = values.reduce((a, v) => a + v, 0) / values.length;
  const variance = values.reduce((a, v) => a + (v - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance), largest: values.reduce((a, v) => Math.max(a, Math.abs(v)), 0) };
}

// [filters, channels, kernel]: fan-in 20 * 9 = 180, fan-out 40 * 9 = 360; 7200 values.
const shape = [40, 20, 3, 3];
const spread: [Initializer, number, number | null][] = [
  [{ kind: "xavier-uniform", gain: 2 }, 2 * Math.sqrt(2 / 540), 2 * Math.sqrt(6 / 540)],
  [{ kind: "xavier-normal", gain: 2 }, 2 * Math.sqrt(2 / 540), null],
  [{ kind: "he-uniform", slope: 0.5 }, Math.sqrt(2 / (1.25 * 180)), Math.sqrt(6 / (1.25 * 180))],
  [{ kind: "he-normal", slope: 0 }, Math.sqrt(2 / 180), null],
  [{ kind: "lecun-uniform" }, Math.sqrt(1 / 180), Math.sqrt(3 / 180)],
  [{ kind: "lecun-normal" }, Math.sqrt(1 / 180), null],
  [{ kind: "fan-in-uniform" }, 1 / Math.sqrt(3 * 180), 1 / Math.sqrt(180)],
  [{ kind: "uniform", low: -3, high: 3 }, Math.sqrt(3), 3],
  [{ kind: "normal", mean: 0, deviation: 0.7 }, 0.7, null],
];

describe("initial values", () => {
  it.each(spread)("$kind has its spread", (init, deviation, bound) => {
    const found = moments(make(init, shape));
    // 7200 samples: the mean is off by deviation / 85, the deviation by less than 1/120 of itself; four times that.
    expect(Math.abs(found.mean)).toBeLessThan((4 * deviation) / 85);
    expect(Math.abs(found.deviation / deviation - 1)).toBeLessThan(4 / 120);
    if (bound !== null) {
      expect(found.largest).toBeLessThanOrEqual(bound);
      // The largest of 7200 uniform numbers is all but certain to be in the last two percent.
      expect(found.largest).toBeGreaterThan(0.98 * bound);
    } else expect(found.largest).toBeGreaterThan(3 * deviation);
  });

  it("keeps low, high and mean", () => {
    expect(moments(make({ kind: "uniform", low: 1, high: 2 }, [5000])).mean).toBeCloseTo(1.5, 1);
    expect(moments(make({ kind: "normal", mean: -4, deviation: 0.1 }, [5000])).mean).toBeCloseTo(-4, 1);
  });

  it("fills with constants", () => {
    expect([...make({ kind: "zeros" }, [2])]).toEqual([0, 0]);
    expect([...make({ kind: "ones" }, [2])]).toEqual([1, 1]);
    expect([...make({ kind: "constant", value: 0.25 }, [1, 2])]).toEqual([0.25, 0.25]);
  });

  it("takes a bias's fan from its weight", () => {
    expect(moments(make({ kind: "fan-in-uniform" }, [5000], [100, 5000])).largest).toBeLessThanOrEqual(0.1);
  });

  it.each([[[5, 3]], [[3, 5]], [[4, 2, 3, 3]], [[6, 6]]])("orthogonal %j has orthonormal rows or columns", (dims) => {
    const values = make({ kind: "orthogonal", gain: 2 }, dims);
    const rows = dims[0] as number;
    const columns = values.length / rows;
    const at = (i: number, k: number) =>
      (rows <= columns ? values[i * columns + k] : values[k * columns + i]) as number;
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        let product = 0;
        for (let k = 0; k < length; k++) product += at(i, k) * at(j, k);
        // gain squared on the diagonal; values are float32, so 1e-6 is a few roundings.
        expect(product).toBeCloseTo(i === j ? 4 : 0, 5);
      }
    }
  });

  it("gives the same numbers for the same stream", () => {
    const init: Initializer = { kind: "he-normal", slope: 0 };
    expect(make(init, [3, 4])).toEqual(make(init, [3, 4]));
  });

  it("counts fans in PyTorch's layout", () => {
    expect(fans([40, 20])).toEqual([20, 40]);
    expect(fans([8, 3, 5, 5])).toEqual([75, 200]);
    expect(fans([7])).toEqual([7, 7]);
  });
});
