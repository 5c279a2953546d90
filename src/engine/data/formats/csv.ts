import Papa from "papaparse";
import { type Issue, type IssuePlace, issue } from "../../../core/issue.ts";
import { byText } from "../../../core/order.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { SourceOf } from "../../../data/schema.ts";
import { excerpt, isGzip } from "../files.ts";

type CsvSource = SourceOf<"csv">;
type ColumnSpec = CsvSource["columns"][string];

/** A field as it stands in the file: numbers row by row, or the class of each row. */
export type CsvField =
  | { readonly name: string; readonly kind: "number"; readonly width: number; readonly data: Float32Array }
  | {
      readonly name: string;
      readonly kind: "class" | "one-hot";
      readonly classes: readonly string[];
      readonly data: Int32Array;
    };

export interface CsvTable {
  readonly rows: number;
  readonly fields: readonly CsvField[];
}

/** Problems shown of one file; a wrong delimiter would give one for every line. */
const maxProblems = 20;
/** Longest string V8 holds, less some room. */
const maxCharacters = 2 ** 29 - 1024;
const missingCells: ReadonlySet<string> = new Set(["", "na", "n/a", "nan", "null", "none", "?"]);

/**
 * Reads the columns of a CSV file (RFC 4180, any of the usual delimiters and line ends, quoted cells, blank lines
 * passed over). Rows are read one at a time, so that memory holds the text and the numbers but not the cells.
 * Errors, with file and line: `data.csv-columns` for a row of another length, `data.csv-number`, `data.unknown-column`,
 * `data.unknown-class`, `data.duplicate-name`, `data.file-format` (encoding, quotes), `data.empty`, `data.option`,
 * and `data.more-problems` after the first 20.
 */
export function readCsv(bytes: Uint8Array, source: CsvSource, file: string): Result<CsvTable> {
  const text = decode(bytes, source.encoding, file);
  return text.ok ? new Reader(text.value, source, file).read() : text;
}

/** Text from bytes: by its byte order mark, by the encoding asked for, else UTF-8, else GB 18030 (Excel in China). */
function decode(bytes: Uint8Array, encoding: CsvSource["encoding"], file: string): Result<string> {
  if (isGzip(bytes)) return notText("text", "gzip", file, 0);
  if (bytes.length > maxCharacters) {
    return fail(issue("data.too-large", { bytes: bytes.length, limit: maxCharacters, file }));
  }
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : startsWithUtf8Mark(bytes) ? "utf-8" : null;
  const candidates = marked ? [marked] : encoding ? [encoding] : ["utf-8", "gb18030"];
  for (const label of candidates) {
    try {
      const text = new TextDecoder(label, { fatal: true }).decode(bytes);
      const nul = text.indexOf("\0");
      return nul < 0 ? ok(text) : notText("text", "NUL", file, nul);
    } catch {
      // Not in this encoding: the next one is tried.
    }
  }
  return notText(candidates.join(", "), excerpt(Buffer.from(bytes.subarray(0, 40)).toString("latin1")), file);
}

const startsWithUtf8Mark = (b: Uint8Array): boolean => b[0] === 0xef && b[1] === 0xbb && b[2] === 0xbf;

const notText = (expected: string, found: string, file: string, offset?: number): Result<string> =>
  fail(
    issue("data.file-format", { format: "CSV", expected, found, file, ...(offset === undefined ? {} : { offset }) }),
  );

class Reader {
  readonly #issues: Issue[] = [];
  readonly #columns: Column[] = [];
  readonly #text: string;
  readonly #source: CsvSource;
  readonly #file: string;
  #width = -1;
  #rows = 0;
  /** Where the row that is being read starts in the text, or the blank lines before it. */
  #rowStart = 0;
  #counted = { at: 0, line: 1 };
  #stopped = false;

  constructor(text: string, source: CsvSource, file: string) {
    this.#text = text;
    this.#source = source;
    this.#file = file;
  }

  read(): Result<CsvTable> {
    Papa.parse<string[]>(this.#text, {
      delimiter: this.#source.delimiter ?? "",
      delimitersToGuess: [",", ";", "\t", "|"],
      skipEmptyLines: true,
      step: (result, parser) => {
        if (!this.#stopped) this.#row(result.data, result.errors);
        this.#rowStart = result.meta.cursor;
        if (this.#stopped) parser.abort();
      },
    });
    if (this.#issues.length === 0 && this.#rows === 0)
      this.#report(issue("data.empty", { what: "CSV", file: this.#file }));
    const fields = this.#columns.map((column) => column.finish(this.#file));
    for (const field of fields) if (!field.ok) this.#issues.push(...field.issues);
    if (this.#issues.length > 0) return fail(...this.#issues);
    return ok({ rows: this.#rows, fields: fields.flatMap((f) => (f.ok ? [f.value] : [])) });
  }

  #row(cells: readonly string[], errors: readonly Papa.ParseError[]): void {
    const misfit = this.#misfit(cells, errors);
    if (misfit) {
      this.#report(misfit);
      return;
    }
    if (this.#width < 0) {
      this.#width = cells.length;
      this.#bind(cells);
      if (this.#source.header) return;
    }
    if (this.#source.missing === "skip" && this.#columns.some((c) => c.lacks(cells))) return;
    this.#rows++;
    for (const column of this.#columns) {
      const bad = column.push(cells);
      if (bad !== null) {
        const found = excerpt(cells[bad] as string);
        this.#report(issue("data.csv-number", { column: column.nameOf(bad), found, ...this.#place() }));
      }
    }
  }

  /** What is wrong with a row before its cells are looked at. */
  #misfit(cells: readonly string[], errors: readonly Papa.ParseError[]): Issue | null {
    const quotes = errors.find((e) => e.type === "Quotes");
    if (quotes)
      return issue("data.file-format", { format: "CSV", expected: '"', found: quotes.code, ...this.#place() });
    if (this.#width < 0 || cells.length === this.#width) return null;
    return issue("data.csv-columns", { expected: this.#width, found: cells.length, ...this.#place() });
  }

  /** Finds the columns of every field in the first row. */
  #bind(first: readonly string[]): void {
    const names = this.#source.header ? first.map((name) => name.trim()) : first.map((_, i) => String(i));
    for (const [field, spec] of Object.entries(this.#source.columns)) {
      const from = spec.from.map((ref) => this.#find(ref, names));
      if (spec.as !== "number" && from.length !== 1) {
        const payload = {
          option: "as",
          expected: "1 column",
          found: `${from.length} columns`,
          path: `data.source.columns.${field}`,
        };
        this.#report(issue("data.option", payload));
      } else if (spec.as === "number") this.#columns.push(new NumberColumn(field, from, names));
      else this.#columns.push(new ClassColumn(field, from[0] ?? 0, names, spec));
    }
    if (this.#issues.length > 0) this.#stopped = true;
  }

  #find(ref: string | number, names: readonly string[]): number {
    const at = typeof ref === "number" ? ref : names.indexOf(ref.trim());
    if (at < 0 || at >= names.length) {
      this.#report(
        issue("data.unknown-column", {
          column: String(ref),
          columns: names.slice(0, 100).map(excerpt),
          ...this.#place(),
        }),
      );
    } else if (typeof ref === "string" && names.lastIndexOf(ref.trim()) !== at) {
      this.#report(issue("data.duplicate-name", { what: "column", name: excerpt(ref), ...this.#place() }));
    }
    return at;
  }

  #report(problem: Issue): void {
    this.#issues.push(problem);
    if (this.#issues.length < maxProblems || this.#stopped) return;
    this.#issues.push(issue("data.more-problems", { shown: maxProblems, file: this.#file }));
    this.#stopped = true;
  }

  /** File and line of the row at hand. Lines are counted only for a row that needs it, on from the one before. */
  #place(): IssuePlace {
    let { at, line } = this.#counted;
    for (; at < this.#rowStart || isLineEnd(this.#text[at]); at++) {
      if (this.#text[at] === "\n" || (this.#text[at] === "\r" && this.#text[at + 1] !== "\n")) line++;
    }
    this.#counted = { at, line };
    return { file: this.#file, line };
  }
}

const isLineEnd = (c: string | undefined): boolean => c === "\n" || c === "\r";
const isMissing = (cell: string): boolean => cell.length < 5 && missingCells.has(cell.trim().toLowerCase());

/** Gathers what one field takes from each row. */
interface Column {
  nameOf(column: number): string;
  /** Whether a cell of the field is empty or says that there is no value. */
  lacks(cells: readonly string[]): boolean;
  /** Takes a row, or gives the position of the cell that does not do. */
  push(cells: readonly string[]): number | null;
  finish(file: string): Result<CsvField>;
}

class NumberColumn implements Column {
  readonly #name: string;
  readonly #from: readonly number[];
  readonly #names: readonly string[];
  #data = new Float32Array(1024);
  #length = 0;

  constructor(name: string, from: readonly number[], names: readonly string[]) {
    this.#name = name;
    this.#from = from;
    this.#names = names;
  }

  nameOf(column: number): string {
    return excerpt(this.#names[column] ?? String(column));
  }

  lacks(cells: readonly string[]): boolean {
    return this.#from.some((at) => isMissing(cells[at] as string));
  }

  push(cells: readonly string[]): number | null {
    if (this.#length + this.#from.length > this.#data.length) this.#grow();
    for (const at of this.#from) {
      const cell = cells[at] as string;
      const value = Math.fround(Number(cell));
      // Number("") and Number(" ") are 0.
      if (!Number.isFinite(value) || (value === 0 && cell.trim() === "")) return at;
      this.#data[this.#length++] = value;
    }
    return null;
  }

  #grow(): void {
    const larger = new Float32Array(2 * this.#data.length + this.#from.length);
    larger.set(this.#data);
    this.#data = larger;
  }

  finish(): Result<CsvField> {
    const data = this.#data.slice(0, this.#length);
    return ok({ name: this.#name, kind: "number", width: this.#from.length, data });
  }
}

class ClassColumn implements Column {
  readonly #name: string;
  readonly #at: number;
  readonly #names: readonly string[];
  readonly #spec: ColumnSpec;
  /** Classes by first appearance. */
  readonly #seen = new Map<string, number>();
  readonly #data: number[] = [];

  constructor(name: string, at: number, names: readonly string[], spec: ColumnSpec) {
    this.#name = name;
    this.#at = at;
    this.#names = names;
    this.#spec = spec;
  }

  nameOf(column: number): string {
    return excerpt(this.#names[column] ?? String(column));
  }

  lacks(cells: readonly string[]): boolean {
    return isMissing(cells[this.#at] as string);
  }

  push(cells: readonly string[]): number | null {
    const cell = (cells[this.#at] as string).trim();
    if (cell === "") return this.#at;
    let seen = this.#seen.get(cell);
    if (seen === undefined) {
      seen = this.#seen.size;
      // A copy: a cell is a slice that would keep the text of the whole file in memory.
      this.#seen.set(Buffer.from(cell).toString(), seen);
    }
    this.#data.push(seen);
    return null;
  }

  finish(file: string): Result<CsvField> {
    const found = [...this.#seen.keys()];
    const classes = this.#spec.classes ?? [...found].sort(byClassName);
    const index = new Map(classes.map((name, i) => [name, i]));
    const unknown = found.filter((name) => !index.has(name));
    if (unknown.length > 0) {
      const column = this.nameOf(this.#at);
      return fail(
        ...unknown
          .slice(0, maxProblems)
          .map((name) => issue("data.unknown-class", { column, found: excerpt(name), classes, file })),
      );
    }
    const order = found.map((name) => index.get(name) as number);
    const data = Int32Array.from(this.#data, (seen) => order[seen] as number);
    return ok({ name: this.#name, kind: this.#spec.as === "one-hot" ? "one-hot" : "class", classes, data });
  }
}

/** Numbers by size, then everything else by code unit. */
function byClassName(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isNaN(x) || Number.isNaN(y))
    return Number.isNaN(x) && Number.isNaN(y) ? byText(a, b) : Number.isNaN(x) ? 1 : -1;
  return x - y || byText(a, b);
}
