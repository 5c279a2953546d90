/** Problems found by the shape check. Shapes are printed as `[N, 16, 5, 5]`. */
export interface ShapeIssues {
  /** A layer that takes one axis of features gets a picture: its shape without the batch, and what that is flattened. */
  "shape.flat": { readonly layer: string; readonly found: string; readonly values: string };
  "shape.rank": { readonly layer: string; readonly expected: string; readonly found: string };
  "shape.dtype": { readonly layer: string; readonly expected: string; readonly found: string };
  /** Two shapes that must broadcast or be equal, and do not. */
  "shape.mismatch": {
    readonly layer: string;
    readonly left: string;
    readonly right: string;
    readonly axis: number | null;
  };
  /** A size that must divide another: channels by groups, width by heads. */
  "shape.divisible": { readonly layer: string; readonly what: string; readonly size: string; readonly by: number };
  /** A dimension that came out below 1. */
  "shape.empty": { readonly layer: string; readonly axis: number; readonly size: string; readonly formula: string };
  "shape.elements": { readonly layer: string; readonly from: string; readonly to: string };
  "shape.axis": { readonly layer: string; readonly axis: number; readonly rank: number };
  "shape.symbolic": { readonly layer: string; readonly what: string; readonly found: string };
  "shape.range": { readonly layer: string; readonly what: string; readonly found: string; readonly expected: string };
  "shape.too-large": { readonly layer: string; readonly elements: string; readonly limit: number };
}
