export { emptySeries, extended, type Series, until } from "../../src/train/series.ts";
