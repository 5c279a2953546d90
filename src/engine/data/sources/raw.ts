import type { RawField } from "../samples.ts";

/** A whole set as its source delivers it, before splitting and transforms. */
export interface RawSet {
  readonly count: number;
  /** How many of the last samples are the set's own test part. */
  readonly ownTest: number;
  readonly fields: readonly RawField[];
  readonly source: string;
  readonly licence: string;
}
