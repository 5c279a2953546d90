/** English texts of the window: pictures of tensors. */
export const tensors = {
  alternative: (what: string, sizes: string, least: string, greatest: string, mean: string): string =>
    `${what}, ${sizes}: from ${least} to ${greatest}, mean ${mean}. Arrow keys read single values.`,
  histogramOf: (what: string, count: number, low: string, high: string): string =>
    `Histogram of ${what}: ${count.toLocaleString("en-US")} values between ${low} and ${high}`,
  readout: (index: string, value: string): string => `${index} = ${value}`,
  bin: (from: string, to: string, count: number): string => `${from} to ${to}: ${count.toLocaleString("en-US")}`,
  around: (limit: string): string => `± ${limit}`,
  between: (low: string, high: string): string => `${low} to ${high}`,
  bad: (count: number): string => `${count.toLocaleString("en-US")} not finite`,
  more: (count: number): string => `${count.toLocaleString("en-US")} more`,
  view: "View",
  views: {
    images: "Pictures",
    filters: "Filters",
    matrix: "Heat map",
    bars: "Bars",
    tokens: "Tokens",
    histogram: "Histogram",
    numbers: "Numbers",
  },
} as const;
