/** Problems of data files and data sets. */
export interface DataIssues {
  "data.unknown-dataset": { readonly name: string; readonly known: readonly string[] };
  "data.file-missing": { readonly reason: string };
  "data.file-format": { readonly format: string; readonly expected: string; readonly found: string };
  "data.file-truncated": { readonly format: string; readonly expected: number; readonly found: number };
  "data.too-large": { readonly bytes: number; readonly limit: number };
  "data.csv-columns": { readonly expected: number; readonly found: number };
  "data.csv-number": { readonly column: string; readonly found: string };
  "data.unknown-column": { readonly column: string; readonly columns: readonly string[] };
  "data.empty": { readonly what: string };
  "data.length-mismatch": { readonly a: string; readonly countA: number; readonly b: string; readonly countB: number };
  "data.label-range": { readonly found: number; readonly classes: number };
  "data.image": { readonly reason: string };
  "data.not-finite": { readonly field: string; readonly sample: number; readonly found: string };
  "data.option": { readonly option: string; readonly expected: string; readonly found: string };
}
