/**
 * What statistics and curves of a run say about it. Every one is relative, and carries the numbers it was found from;
 * `node` is where it shows, `nodes` are all that it concerns.
 */
export interface DiagnoseIssues {
  /** The first node, in order of computation, with a number that is not finite. */
  "diagnose.not-finite": {
    readonly step: number;
    readonly what: "parameter" | "activation" | "loss" | "gradient" | "update";
    readonly learningRate: number | null;
  };
  /** The loss has grown out of all proportion. */
  "diagnose.diverging": {
    readonly from: number;
    readonly to: number;
    readonly steps: number;
    readonly learningRate: number | null;
  };
  /** `share`: gradient of the node over that of the trained node nearest the loss. */
  "diagnose.vanishing": {
    readonly share: number;
    readonly nodes: readonly string[];
    /** Trained nodes of the network. */
    readonly of: number;
    /** Layer that takes most of it away, where it is one layer throughout. */
    readonly layer: string | null;
  };
  "diagnose.exploding": { readonly share: number; readonly nodes: readonly string[]; readonly of: number };
  /** Units of an activation that give zero for every sample, probe after probe. */
  "diagnose.dead-units": {
    readonly layer: string;
    readonly dead: number;
    /** Null where the number of units is not known: `dead` is then a share. */
    readonly units: number | null;
    readonly probes: number;
    readonly nodes: readonly string[];
  };
  /** Nodes that no gradient reaches, though a loss depends on them. */
  "diagnose.no-gradient": {
    readonly nodes: readonly string[];
    readonly probes: number;
    readonly culprit: string | null;
  };
  /** Share of the elements of a bounded activation that are at its bounds. */
  "diagnose.saturated": { readonly layer: string; readonly share: number; readonly nodes: readonly string[] };
  /** `ratio`: median of the change of the weights in a step over the weights. */
  "diagnose.rate-high": { readonly ratio: number; readonly learningRate: number };
  "diagnose.rate-low": { readonly ratio: number; readonly learningRate: number };
  /** A field reaches the network far from zero mean and unit deviation; over all of a batch. */
  "diagnose.raw-input": { readonly field: string; readonly mean: number; readonly deviation: number };
  "diagnose.no-progress": { readonly from: number; readonly to: number; readonly steps: number };
  /** Losses on validation data (best, and now) and on training data (then, and now). */
  "diagnose.overfitting": {
    readonly best: number;
    readonly now: number;
    readonly epoch: number;
    readonly trainThen: number;
    readonly trainNow: number;
  };
}
