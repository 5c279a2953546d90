import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { dataSchema, type SourceOf } from "../../src/data/schema.ts";
import { readCsv } from "../../src/engine/data/formats/csv.ts";
import { issues, value } from "./support.ts";

type Options = Partial<Omit<SourceOf<"csv">, "columns">> & { columns?: object };
const features = { x: { from: ["a", "b"] } };
const labelled = { x: { from: ["a", "b"] }, y: { from: ["label"], as: "class" } };

function read(content: string | Uint8Array, options: Options = {}) {
  const { source } = dataSchema.parse({ source: { kind: "csv", path: "t.csv", columns: features, ...options } });
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return readCsv(bytes, source as SourceOf<"csv">, "t.csv");
}
const table = (content: string | Uint8Array, options?: Options) => {
  const { rows, fields } = value(read(content, options));
  return [rows, ...fields.map((f) => Array.from(f.data))];
};
const classes = (content: string, options: Options) =>
  value(read(content, options)).fields.map((f) => (f.kind === "number" ? null : f.classes));
const found = (content: string | Uint8Array, options?: Options) => issues(read(content, options));

describe("CSV that loads", () => {
  const good = "a,b,label\n1,2,yes\n-3.5,4e2,no\n";

  it.each([
    ["as is", good],
    ["with CR LF", good.replaceAll("\n", "\r\n")],
    ["with CR", good.replaceAll("\n", "\r")],
    ["without a last line end", good.trimEnd()],
    ["with blank lines", good.replaceAll("\n", "\n\n")],
    ["with semicolons", good.replaceAll(",", ";")],
    ["with tabs", good.replaceAll(",", "\t")],
    ["with quotes", good.replaceAll(/([^,\n]+)/g, '"$1"')],
    ["with blanks", good.replaceAll(",", " , ")],
    ["with a byte order mark", `\ufeff${good}`],
    ["in UTF-16", new Uint8Array(Buffer.from(`\ufeff${good}`, "utf16le"))],
  ])("%s", (_, content) => {
    expect(table(content, { columns: labelled })).toEqual([2, [1, 2, -3.5, 400], [1, 0]]);
  });

  it("reads Chinese in UTF-8 and in GB 18030, as said or as found", () => {
    // 类 (class) and 鸢尾 (iris) in GBK.
    const gbk = Uint8Array.from([0x78, 0x2c, 0xc0, 0xe0, 0x0a, 0x31, 0x2c, 0xf0, 0xb0, 0xce, 0xb2, 0x0a]);
    const columns = { y: { from: ["类"], as: "class" } };
    for (const encoding of ["gb18030", undefined] as const) {
      const read1 = value(read(gbk, { columns, ...(encoding ? { encoding } : {}) }));
      expect(read1.fields[0]).toMatchObject({ classes: ["鸢尾"] });
    }
    expect(classes("x,类\n1,鸢尾\n", { columns })).toEqual([["鸢尾"]]);
  });

  it("finds columns by position, with and without a header", () => {
    const columns = { x: { from: [1] }, y: { from: [0], as: "class" } };
    expect(table("c,5\nd,6\n", { header: false, columns })).toEqual([2, [5, 6], [0, 1]]);
    expect(table("name,v\nc,5\nd,6\n", { columns })).toEqual([2, [5, 6], [0, 1]]);
  });

  it("orders classes: numbers by size, then names", () => {
    const columns = { y: { from: ["y"], as: "class" } };
    expect(classes("y\n10\n9\n-1\nb\nB\na\n", { columns })).toEqual([["-1", "9", "10", "B", "a", "b"]]);
    expect(table("y\n0\n1000000\n7\n", { columns })).toEqual([3, [0, 2, 1]]);
  });

  it("takes the order of classes it is given", () => {
    const columns = { y: { from: ["y"], as: "one-hot", classes: ["low", "mid", "high"] } };
    expect(table("y\nhigh\nlow\n", { columns })).toEqual([2, [2, 0]]);
  });

  it("leaves out rows with a gap where asked", () => {
    const content = "a,b,label\n1,2,x\n,2,x\n1,NaN,x\n1,2,NA\n3,4,y\n";
    expect(table(content, { columns: labelled, missing: "skip" })).toEqual([2, [1, 2, 3, 4], [0, 1]]);
  });

  it("shows names of prototypes and markup for what they are", () => {
    const columns = { x: { from: ["__proto__", "<img src=x>"] } };
    expect(table("__proto__,<img src=x>\n1,2\n", { columns })).toEqual([1, [1, 2]]);
  });

  it("reads whatever papaparse writes", () => {
    const cell = fc.string({
      minLength: 1,
      maxLength: 6,
      unit: fc.constantFrom("a", ",", '"', "\n", ";", " ", "é", "类"),
    });
    const row = fc.tuple(fc.float({ noNaN: true, noDefaultInfinity: true }), cell);
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
        const named = rows.map(([v, name]) => [v, `c${name}c`] as const);
        const text = Papa.unparse([["v", "name"], ...named]);
        const columns = { v: { from: ["v"] }, name: { from: ["name"], as: "class" } };
        const { fields } = value(read(text, { columns, delimiter: "," }));
        const [v, name] = fields;
        // Text keeps no sign of zero that JSON would, so zeros compare as numbers.
        expect(Array.from(v?.data ?? [], (x) => x + 0)).toEqual(rows.map(([x]) => x + 0));
        const names = name && name.kind !== "number" ? name.classes : [];
        expect(Array.from(name?.data ?? [], (i) => names[i])).toEqual(named.map(([, n]) => n));
      }),
    );
  });
});

describe("CSV that does not", () => {
  const at = (code: string, line: number, payload = {}): unknown =>
    expect.objectContaining({ code, file: "t.csv", line, ...payload });

  it("names the line of a row of another length", () => {
    expect(found("a,b\n1,2\n3\n\n4,5,6\n")).toEqual([
      at("data.csv-columns", 3, { expected: 2, found: 1 }),
      at("data.csv-columns", 5, { expected: 2, found: 3 }),
    ]);
  });

  it.each(["abc", "", " ", "NaN", "Infinity", "1e999", "1e39", "1;5", "=1+1"])(
    "names line and column of %j",
    (cell) => {
      expect(found(`a,b\n1,2\n"${cell}",3\n`, { delimiter: "," })).toEqual([
        at("data.csv-number", 3, { column: "a", found: cell }),
      ]);
    },
  );

  it("counts the lines inside quoted cells", () => {
    const columns = { x: { from: ["a"] } };
    expect(found('a,note\n1,"two\nlines"\r\nx,3\n', { columns, delimiter: "," })).toEqual([at("data.csv-number", 4)]);
  });

  it("names an unknown column and those there are", () => {
    expect(found("p,q\n1,2\n")).toEqual([
      at("data.unknown-column", 1, { column: "a", columns: ["p", "q"] }),
      at("data.unknown-column", 1, { column: "b" }),
    ]);
    expect(found("a,b\n1,2\n", { columns: { x: { from: [2] } } })).toEqual([
      at("data.unknown-column", 1, { column: "2" }),
    ]);
  });

  it("refuses a name that two columns have", () => {
    expect(found("a,b,a\n1,2,3\n")).toEqual([at("data.duplicate-name", 1, { what: "column", name: "a" })]);
  });

  it("refuses a class that is not listed, and an empty one", () => {
    const columns = { y: { from: ["y"], as: "class", classes: ["a"] } };
    expect(found("y,z\na,1\nb,1\n", { columns })).toEqual([
      expect.objectContaining({ code: "data.unknown-class", column: "y", found: "b", classes: ["a"] }),
    ]);
    expect(found("y,z\n,1\n", { columns })).toEqual([at("data.csv-number", 2, { found: "" })]);
  });

  it("refuses a class of two columns", () => {
    const columns = { y: { from: ["a", "b"], as: "class" } };
    expect(found("a,b\n1,2\n", { columns })).toEqual([
      expect.objectContaining({ code: "data.option", path: "data.source.columns.y" }),
    ]);
  });

  it("refuses a quote that is never closed", () => {
    expect(found('a,b\n1,2\n"3,4\n5,6\n')).toEqual([at("data.file-format", 3, { expected: '"' })]);
  });

  it.each([
    ["nothing", "", "data.empty"],
    ["a header alone", "a,b\n", "data.empty"],
    ["gaps alone", "a,b\n,1\n", "data.empty", { missing: "skip" }],
    ["NUL", "a,b\n1\0,2\n", "data.file-format"],
    ["gzip", Uint8Array.from([0x1f, 0x8b, 8, 0]), "data.file-format"],
    ["noise", Uint8Array.from({ length: 4096 }, (_, i) => (i * 73) & 255), "data.file-format"],
    [
      "what is not UTF-8 though it should be",
      Uint8Array.from([0x61, 0xff, 0x0a]),
      "data.file-format",
      { encoding: "utf-8" },
    ],
  ] as [string, string | Uint8Array, string, Options?][])("refuses %s", (_, content, code, options = {}) => {
    expect(found(content, options).map((i) => i.code)).toEqual([code]);
  });

  it("stops after 20 problems", () => {
    const all = found(`a,b\n${"x,1\n".repeat(1000)}`);
    expect(all).toHaveLength(21);
    expect(all[20]).toMatchObject({ code: "data.more-problems", shown: 20 });
  });

  it("quotes long and unprintable cells in short", () => {
    const [first] = found(`a,b\n${"1".repeat(1_000_000)},\u0007\n`);
    expect(first).toMatchObject({ code: "data.csv-number", found: `${"1".repeat(40)}…` });
  });
});
