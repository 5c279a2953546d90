import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readNpy, writeNpy } from "../../src/engine/data/formats/npy.ts";
import { readNpz, writeNpz } from "../../src/engine/data/formats/npz.ts";
import { dtypes, elementCount, rawBytes, type Tensor, tensor } from "../../src/shape/dtype.ts";
import { issues, npyFile, value } from "./support.ts";

const read = (bytes: Uint8Array) => readNpy(bytes, "a.npy");
const header = (descr: string, shape: string, order = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
const numbers = (t: Tensor) => Array.from(t.data as ArrayLike<number | bigint>, Number);

const anyTensor = fc
  .tuple(fc.constantFrom(...dtypes), fc.array(fc.nat(4), { maxLength: 4 }))
  .chain(([dtype, dims]) =>
    fc
      .array(fc.nat(dtype === "bool" ? 1 : 255), { minLength: elementCount(dims), maxLength: elementCount(dims) })
      .map((values): Tensor => tensor(dtype, dims, values)),
  );

describe("NPY", () => {
  it("gives back what it wrote", () => {
    fc.assert(
      fc.property(anyTensor, (t) => {
        expect(value(read(writeNpy(t)))).toEqual(t);
      }),
    );
  });

  it("gives back every bit of a float", () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1 }), (data) => {
        const t: Tensor = { dtype: "float32", dims: [data.length], data };
        expect(rawBytes(value(read(writeNpy(t))))).toEqual(rawBytes(t));
      }),
    );
  });

  it("writes the header that numpy.save writes, with the data at a multiple of 64", () => {
    const bytes = writeNpy(tensor("float32", [3], [1, 2, 3]));
    expect(Buffer.from(bytes.subarray(0, 128)).toString("latin1")).toBe(
      `\x93NUMPY\x01\x00v\x00${"{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }".padEnd(117)}\n`,
    );
    expect(bytes.length).toBe(128 + 12);
  });

  it.each([
    ["|i1", [0x80, 0x7f], "int32", [-128, 127]],
    ["<i2", [0xfe, 0xff, 0, 1], "int32", [-2, 256]],
    [">i2", [0xff, 0xfe, 1, 0], "int32", [-2, 256]],
    ["<u2", [0xff, 0xff, 0, 1], "int32", [65535, 256]],
    ["<u8", [1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], "int64", [1, 256]],
    [">f4", [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0], "float32", [1, -2]],
    ["<f2", [0x00, 0x3c, 0x00, 0xc0], "float32", [1, -2]],
    ["|b1", [0, 7], "bool", [0, 1]],
    ["=u1", [0, 7], "uint8", [0, 7]],
  ])("widens %s", (descr, body, dtype, expected) => {
    const t = value(read(npyFile(header(descr, "(2,)"), Uint8Array.from(body))));
    expect([t.dtype, t.dims, numbers(t)]).toEqual([dtype, [2], expected]);
  });

  it("reads every kind of half precision number", () => {
    // Zero, the smallest and largest subnormal, the smallest normal, the largest number, infinity.
    const bits = Uint16Array.from([0x8000, 0x0001, 0x03ff, 0x0400, 0x7bff, 0x7c00]);
    const t = value(read(npyFile(header("<f2", "(6,)"), new Uint8Array(bits.buffer))));
    expect(numbers(t)).toEqual([-0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 65504, Number.POSITIVE_INFINITY]);
  });

  it("turns column-major arrays into row-major ones", () => {
    const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shape, (dims) => {
        // Element (i, j, …) holds the number i + 10 j + 100 k + …, which must stand at its row-major place.
        const values: number[] = [];
        const walk = (axis: number, sum: number): void => {
          if (axis < 0) values.push(sum);
          else for (let i = 0; i < (dims[axis] as number); i++) walk(axis - 1, sum + i * 10 ** axis);
        };
        walk(dims.length - 1, 0); // The first axis runs fastest.
        const body = new Uint8Array(Float64Array.from(values).buffer);
        const t = value(read(npyFile(header("<f8", `(${dims.join(", ")},)`, "True"), body)));
        const expected: number[] = [];
        const rows = (axis: number, sum: number): void => {
          if (axis === dims.length) expected.push(sum);
          else for (let i = 0; i < (dims[axis] as number); i++) rows(axis + 1, sum + i * 10 ** axis);
        };
        rows(0, 0);
        expect([t.dims, numbers(t)]).toEqual([dims, expected]);
      }),
    );
  });

  it.each([1, 2, 3])("reads version %i", (version) => {
    expect(numbers(value(read(npyFile(header("|u1", "(2, 1)"), Uint8Array.from([3, 4]), version))))).toEqual([3, 4]);
  });

  it("reads a header of other spelling, a scalar and an array without elements", () => {
    const free = `{"shape":(),"descr":"<f4",\n 'fortran_order' : False}`;
    expect(value(read(npyFile(free, new Uint8Array(new Float32Array([5]).buffer)))).dims).toEqual([]);
    expect(value(read(npyFile(header("<f4", "(0, 3)"), new Uint8Array(0)))).dims).toEqual([0, 3]);
  });

  const none = new Uint8Array(0);
  it.each([
    ["no bytes", none, { code: "data.file-truncated", found: 0 }],
    ["half the magic", Uint8Array.from([0x93, 0x4e]), { code: "data.file-truncated", found: 2 }],
    ["another magic", Buffer.from("PK\x03\x04 and more bytes"), { code: "data.file-format", offset: 0 }],
    ["version 4", npyFile(header("<f4", "()"), none, 4), { code: "data.file-format", found: "4", offset: 6 }],
    ["a cut header", npyFile(header("<f4", "()"), none).subarray(0, 20), { code: "data.file-truncated", found: 20 }],
    ["a header of a gigabyte", Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 0, 0, 0, 64]), { offset: 8 }],
    ["a short body", npyFile(header("<f4", "(100,)"), new Uint8Array(4)), { code: "data.file-truncated" }],
    ["a long body", npyFile(header("<f4", "(1,)"), new Uint8Array(5)), { code: "data.file-format" }],
    ["terabytes", npyFile(header("<f4", "(1000000, 1000000)"), none), { code: "data.file-truncated" }],
    ["numbers without end", npyFile(header("<f4", `(${"9".repeat(400)}, 2)`), none), { code: "data.file-truncated" }],
    ["a negative size", npyFile(header("<f4", "(-1, 3)"), none), { code: "data.file-format", offset: 10 }],
    ["objects", npyFile(header("|O", "(1,)"), none), { code: "data.file-format", found: "|O" }],
    ["complex numbers", npyFile(header("<c8", "(1,)"), none), { code: "data.file-format", found: "<c8" }],
    ["records", npyFile("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", none), { offset: 10 }],
    ["code", npyFile("{'descr': __import__('os').system('id'), 'shape': (1,)}", none), { code: "data.file-format" }],
    ["a missing entry", npyFile("{'descr': '<f4', 'shape': (1,)}", none), { code: "data.file-format" }],
    [
      "a uint64 beyond int64",
      npyFile(header("<u8", "(1,)"), new Uint8Array(8).fill(255)),
      { found: "18446744073709551615" },
    ],
  ])("refuses %s", (_, bytes, expected) => {
    expect(issues(read(bytes))).toEqual([expect.objectContaining({ file: "a.npy", ...expected })]);
  });

  it("takes no long time over a hostile header", () => {
    const blanks = " ".repeat(10_000);
    const start = performance.now();
    const text = `{${blanks}'descr'${blanks}:${blanks}'<f4'${blanks},${blanks}'shape':${"(".repeat(10_000)}`;
    expect(issues(read(npyFile(text, none)))).toHaveLength(1);
    // It takes about a millisecond; a pattern that backtracks takes hours.
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it("ends for any bytes, and any damage to a good file", () => {
    const good = writeNpy(tensor("int32", [2, 3], [1, 2, 3, 4, 5, 6]));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, length) => {
        const bad = good.slice(0, length);
        if (at < length) bad[at] = byte;
        const result = read(bad);
        if (result.ok) expect(numbers(result.value)).toHaveLength(elementCount(result.value.dims));
        else expect(result.issues).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });
});

describe("NPZ", () => {
  const archive = (bytes: Uint8Array, limit?: number) => readNpz(bytes, "a.npz", limit);

  it("gives back what it wrote, always with the same bytes", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-zé_][a-z0-9_.]{0,8}$/), anyTensor, { minKeys: 1 }),
        (tensors) => {
          const arrays = new Map(Object.entries(tensors));
          expect(value(archive(writeNpz(arrays)))).toEqual(arrays);
          expect(writeNpz(arrays)).toEqual(writeNpz(arrays));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("reads compressed archives and passes over other entries", () => {
    const one = tensor("float32", [2], [1, 2]);
    const bytes = zipSync({ "x.npy": writeNpy(one), "../../notes.txt": Buffer.from("no array") }, { level: 9 });
    expect(value(archive(bytes))).toEqual(new Map([["x", one]]));
  });

  it("refuses an archive that unpacks to more than the limit, before unpacking", () => {
    const bomb = zipSync({ "x.npy": new Uint8Array(1_000_000) }, { level: 9 });
    expect(bomb.length).toBeLessThan(5000);
    expect(issues(archive(bomb, 100_000))).toEqual([
      expect.objectContaining({ code: "data.too-large", bytes: 1_000_000, limit: 100_000, file: "a.npz" }),
    ]);
  });

  it("gives an entry no more than the size it declares", () => {
    const bytes = zipSync({ "x.npy": writeNpy(tensor("uint8", [1000], new Array(1000).fill(0))) });
    // The uncompressed size stands in the directory, 24 bytes after its signature.
    const directory = Buffer.from(bytes).lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    Buffer.from(bytes.buffer).writeUInt32LE(200, bytes.byteOffset + directory + 24);
    expect(issues(archive(bytes))).toEqual([
      expect.objectContaining({ code: "data.file-truncated", found: 200, file: "a.npz/x.npy" }),
    ]);
  });

  it("refuses two arrays of one name", () => {
    const array = writeNpy(tensor("uint8", [1], [1]));
    const bytes = zipSync({ "a.npy": array, "b.npy": array }, { level: 0 });
    const twice = Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll("b.npy", "a.npy"), "latin1");
    expect(issues(archive(twice))).toEqual([expect.objectContaining({ code: "data.duplicate-name", name: "a.npy" })]);
  });

  it.each([
    ["no archive", Buffer.from("not a zip at all, but long enough to be looked at"), "data.file-format"],
    ["an empty file", new Uint8Array(0), "data.file-format"],
    ["no array in it", zipSync({ "readme.txt": Buffer.from("x") }), "data.empty"],
    ["a pickle", zipSync({ "x.npy": npyFile(header("|O", "(1,)"), Buffer.from("cos\nsystem\n")) }), "data.file-format"],
  ])("refuses %s", (_, bytes, code) => {
    expect(issues(archive(bytes)).map((i) => i.code)).toEqual([code]);
  });
});
