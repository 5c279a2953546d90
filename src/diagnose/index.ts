export { type EpochLoss, type LossRange, lossRange } from "./curves.ts";
export { findings, type RunFacts } from "./findings.ts";
export { type Guilt, guiltOf, wayTo } from "./guilt.ts";
export { jointNorm, type Layout, layoutOf, type NodeRows, type Sight, type Stats, statAt, statsAt } from "./layout.ts";
export { type Structure, structureOf } from "./structure.ts";
export * from "./verdicts.ts";
