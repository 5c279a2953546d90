import { describe, expect, it } from "vitest";
import { readIdx } from "../../src/engine/data/formats/idx.ts";
import { idxBytes, idxFile, issues, value } from "./support.ts";

const read = (bytes: Uint8Array) => readIdx(bytes, "a-idx");

describe("IDX", () => {
  // Each body is what the element type writes for the values, most significant byte first.
  it.each([
    [8, "uint8", [0, 255], [0, 255]],
    [9, "int32", [0x80, 0x7f], [-128, 127]],
    [11, "int32", [0xff, 0xfe, 0x01, 0x00], [-2, 256]],
    [12, "int32", [0xff, 0xff, 0xff, 0xff, 0, 1, 0, 0], [-1, 65536]],
    [13, "float32", [0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0], [1.5, -2]],
    [14, "float64", [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], [1.5, -2]],
  ])("reads element type %i as %s", (type, dtype, body, expected) => {
    const tensor = value(read(idxFile(type, [2], Uint8Array.from(body))));
    expect([tensor.dtype, tensor.dims, Array.from(tensor.data as Float64Array)]).toEqual([dtype, [2], expected]);
  });

  it("reads bytes at any place of a buffer", () => {
    const file = idxFile(13, [1], Uint8Array.from([0x3f, 0x80, 0, 0]));
    const shifted = new Uint8Array(file.length + 1);
    shifted.set(file, 1);
    expect(Array.from(value(read(shifted.subarray(1))).data as Float32Array)).toEqual([1]);
  });

  it("keeps the order of several dimensions", () => {
    const tensor = value(read(idxBytes([2, 3, 2])));
    expect(tensor.dims).toEqual([2, 3, 2]);
    expect(Array.from(tensor.data as Uint8Array)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it.each([
    ["no bytes", new Uint8Array(0), { code: "data.file-truncated", expected: 4, found: 0 }],
    ["no dimensions", Uint8Array.from([0, 0, 8, 2, 0]), { code: "data.file-truncated", expected: 12, found: 5 }],
    ["a short body", idxFile(8, [60000, 28, 28], new Uint8Array(100)), { expected: 47040016, found: 116 }],
    [
      "a size beyond any",
      idxFile(8, new Array(200).fill(2 ** 32 - 1), new Uint8Array(0)),
      { code: "data.file-truncated" },
    ],
    [
      "a size beyond any with a zero",
      idxFile(8, [...new Array(200).fill(2 ** 32 - 1), 0], new Uint8Array(1)),
      { offset: 808 },
    ],
    [
      "bytes too many",
      idxFile(8, [2], new Uint8Array(3)),
      { code: "data.file-format", expected: "10 bytes", offset: 10 },
    ],
    ["another magic", Uint8Array.from([1, 0, 8, 1]), { code: "data.file-format", found: "0x01 0x00", offset: 0 }],
    ["an unknown type", idxFile(99, [1], new Uint8Array(1)), { code: "data.file-format", found: "0x63", offset: 2 }],
    ["a scalar", Uint8Array.from([0, 0, 8, 0]), { code: "data.file-format", offset: 3 }],
  ])("refuses %s", (_, bytes, expected) => {
    expect(issues(read(bytes))).toEqual([expect.objectContaining({ file: "a-idx", ...expected })]);
  });
});
