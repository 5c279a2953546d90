import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DType, dtypes, type Tensor, tensor } from "../../../src/shape/dtype.ts";
import { type Checkpoint, checkTensors, decodeCheckpoint, encodeCheckpoint } from "../../../src/train/checkpoint.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/train/safetensors.ts";

const progress = {
  step: 12,
  epoch: 1,
  stepInEpoch: 2,
  seed: 7,
  learningRates: { main: 0.1 },
  sums: { "loss main": [1.1000000000000003, Number.NaN], samples: [32] },
  plateau: { best: Number.POSITIVE_INFINITY, bad: 1, reductions: 2 },
  stopping: { best: null, bestEpoch: null, bad: 0 },
  best: { step: 10, epoch: 1, value: 0.30000000000000004 },
  seconds: 1.5,
};
const checkpoint: Checkpoint = {
  document: "abc",
  progress,
  tensors: new Map<string, Tensor>([
    ["卷积.weight", tensor("float32", [2, 2], [1, -0.5, Number.NaN, Number.NEGATIVE_INFINITY])],
    ["main:.:t", tensor("int64", [], [5])],
    ["flag", tensor("bool", [3], [1, 0, 1])],
    ["empty", tensor("float32", [0, 4], [])],
  ]),
};

/** A file from a header and bytes of data. */
function file(header: object | string | Buffer, data = new Uint8Array(0)): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = Buffer.isBuffer(header) ? header : Buffer.from(text);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}
const f32 = (shape: number[], ...data_offsets: number[]) => ({ dtype: "F32", shape, data_offsets });
const problem = (bytes: Uint8Array): string => {
  const read = decodeCheckpoint(bytes);
  const first = read.ok ? null : read.issues[0];
  return first?.code === "checkpoint.corrupt" ? first.problem : "none";
};

describe("safetensors", () => {
  it("gives back what was written, aligned and in the same bytes", () => {
    const arbitrary = fc.array(
      fc.record({
        dtype: fc.constantFrom(...dtypes),
        dims: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(arbitrary, (list) => {
        const tensors = new Map(
          list.map(({ dtype, dims }, i): [string, Tensor] => {
            const values = Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, j) => (i + j) % 2);
            return [`ä${i}`, tensor<DType>(dtype, dims, values)];
          }),
        );
        const bytes = encodeSafetensors({ tensors, metadata: { b: "“2”", a: "1" } });
        const read = decodeSafetensors(bytes);
        if (!read.ok) return expect.unreachable(JSON.stringify(read.issues));
        expect(read.value.metadata).toEqual({ a: "1", b: "“2”" });
        expect(new Map([...read.value.tensors].sort())).toEqual(new Map([...tensors].sort()));
        for (const { data } of read.value.tensors.values()) expect(data.buffer).toBe(bytes.buffer);
        expect(encodeSafetensors(read.value)).toEqual(bytes);
      }),
    );
  });

  it("reads a file of another program: UTF-8 header, any order, odd alignment, Node buffer", () => {
    const data = new Uint8Array([1, 0, 0, 128, 63, 9]);
    const header = {
      µ: { dtype: "U8", shape: [1], data_offsets: [0, 1] },
      x: f32([1], 1, 5),
      z: { dtype: "U8", shape: [1], data_offsets: [5, 6] },
    };
    const read = decodeSafetensors(file(header, data));
    expect(read.ok && read.value.tensors.get("x")?.data).toEqual(Float32Array.of(1));
    expect(read.ok && read.value.tensors.get("µ")?.data).toEqual(Uint8Array.of(1));
  });
});

describe("checkpoint", () => {
  it("gives back tensors and progress to the last bit, NaN and infinity included", () => {
    const read = decodeCheckpoint(encodeCheckpoint(checkpoint));
    expect(read.ok && read.value).toMatchObject({ document: "abc", progress });
    for (const [key, t] of checkpoint.tensors) expect(read.ok && read.value.tensors.get(key)).toEqual(t);
  });

  it("notices every byte that is cut off", () => {
    const bytes = encodeCheckpoint(checkpoint);
    for (let length = 0; length < bytes.length; length++) {
      expect(problem(bytes.subarray(0, length)), `${length} bytes`).not.toBe("none");
    }
  });

  it("never throws on changed bytes", () => {
    const bytes = encodeCheckpoint(checkpoint);
    const headerBytes = bytes.length - 4 * 4 - 8 - 3;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: headerBytes - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ change;
        const read = decodeCheckpoint(changed);
        return read.ok || read.issues[0]?.code === "checkpoint.corrupt";
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["too-short", new Uint8Array(7)],
    ["header-too-large", Uint8Array.from([0, 0, 0, 0, 1, 0, 0, 0, 1])],
    ["too-short", file({ x: f32([2], 0, 8) }, new Uint8Array(4))],
    ["header-not-json", file("{")],
    ["header-not-json", file("[]")],
    ["header-not-json", file(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))],
    ["header-entry", file({ x: 1 })],
    ["header-entry", file({ x: f32([-1], 0, 4) }, new Uint8Array(4))],
    ["header-entry", file({ x: f32([1], 0) }, new Uint8Array(4))],
    ["header-entry", file({ __metadata__: { a: 1 } })],
    ["unknown-dtype", file({ x: { dtype: "F8", shape: [1], data_offsets: [0, 1] } }, new Uint8Array(1))],
    ["size-mismatch", file({ x: f32([2 ** 40, 2 ** 40], 0, 4) }, new Uint8Array(4))],
    ["size-mismatch", file({ x: f32([1], 4, 0) }, new Uint8Array(4))],
    ["gap-or-overlap", file({ x: f32([1], 0, 4), y: f32([1], 8, 12) }, new Uint8Array(12))],
    ["gap-or-overlap", file({ x: f32([2], 0, 8), y: f32([1], 4, 8) }, new Uint8Array(8))],
    ["trailing-bytes", file({ x: f32([1], 0, 4) }, new Uint8Array(5))],
    ["metadata", file({ x: f32([1], 0, 4) }, new Uint8Array(4))],
    ["metadata", file({ __metadata__: { gradloom: '{"format":"gradloom-checkpoint","version":2}' } })],
  ] as const)("refuses: %s", (expected, bytes) => {
    expect(problem(bytes)).toBe(expected);
  });

  it("wants exactly the tensors of the network", () => {
    const like = new Map([...checkpoint.tensors].map(([k, { dtype, dims }]) => [k, { dtype, dims }]));
    expect(checkTensors(checkpoint.tensors, like).ok).toBe(true);
    const changes: ((m: typeof like) => void)[] = [
      (m) => m.set("new", { dtype: "float32", dims: [1] }),
      (m) => m.delete("flag"),
      (m) => m.set("flag", { dtype: "bool", dims: [4] }),
      (m) => m.set("flag", { dtype: "uint8", dims: [3] }),
    ];
    for (const change of changes) {
      const other = new Map(like);
      change(other);
      expect(checkTensors(checkpoint.tensors, other)).toMatchObject({ ok: false, issues: [{ problem: "tensor" }] });
    }
  });
});
