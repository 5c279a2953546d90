/** Problems of data files and data sets. Texts quoted from a file are cut short by whoever reports them. */
export interface DataIssues {
  /** `reason` is the system's error code, such as ENOENT. */
  "data.file-missing": { readonly reason: string };
  /** `offset` is the byte at which the file stops being what it should be. */
  "data.file-format": {
    readonly format: string;
    readonly expected: string;
    readonly found: string;
    readonly offset?: number;
  };
  /** Bytes that the header of the file promises, and that there are. */
  "data.file-truncated": { readonly format: string; readonly expected: number; readonly found: number };
  "data.too-large": { readonly bytes: number; readonly limit: number };
  "data.csv-columns": { readonly expected: number; readonly found: number };
  "data.csv-number": { readonly column: string; readonly found: string };
  "data.unknown-column": { readonly column: string; readonly columns: readonly string[] };
  "data.unknown-class": { readonly column: string; readonly found: string; readonly classes: readonly string[] };
  /** Two columns, two arrays of an archive, with one name. */
  "data.duplicate-name": { readonly what: "column" | "array"; readonly name: string };
  "data.empty": { readonly what: string };
  "data.length-mismatch": { readonly a: string; readonly countA: number; readonly b: string; readonly countB: number };
  /** Arrays that must have one shape per sample or one element type. */
  "data.other-type": { readonly field: string; readonly expected: string; readonly found: string };
  "data.label-range": { readonly field: string; readonly found: number; readonly classes: number };
  "data.image": {
    readonly problem: "not-an-image" | "unsupported" | "too-large" | "corrupt";
    readonly detail: string;
  };
  "data.not-finite": { readonly field: string; readonly sample: number; readonly found: string };
  "data.option": { readonly option: string; readonly expected: string; readonly found: string };
  /** The reading of a file stopped after so many problems. */
  "data.more-problems": { readonly shown: number };
  /** A warning: all samples have the same class. */
  "data.one-class": { readonly field: string; readonly class: string };
  /** A warning: a part was asked for, and rounding left no sample for it. */
  "data.empty-split": { readonly split: string; readonly samples: number };
  /** The thread that reads samples ahead of the training ended. */
  "data.reader-died": { readonly reason: string };
}
