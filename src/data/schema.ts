import * as z from "zod";

/**
 * The `data` section of a document: where samples come from, how they are split, shuffled and scaled, and which
 * field feeds which input node. Objects are strict: an unknown key is refused. Every key that can have a default
 * has one, so `{ "source": { "kind": "builtin", "name": "mnist" } }` is complete.
 */

const fieldName = z.string().min(1).max(200);
const filePath = z.string().min(1).max(4096).describe("path of a file, relative to the folder of the document");
const filesByField = z.record(fieldName, filePath).describe("which file holds which field");

const builtin = z.strictObject({
  kind: z.literal("builtin"),
  name: z
    .enum(["mnist", "iris"])
    .describe("mnist: image [1, 28, 28], label 0 to 9, 60,000 + 10,000; iris: features [4], label, 150"),
});

const samples = (byDefault: number) => z.int().min(1).max(1_000_000).default(byDefault).describe("number of samples");
const noise = (byDefault: number) =>
  z.number().min(0).max(10).default(byDefault).describe("standard deviation of the normal noise added");

const generator = <N extends string, O extends z.ZodRawShape>(name: N, options: O) =>
  z.strictObject({
    kind: z.literal("generator"),
    name: z.literal(name),
    options: z.strictObject(options).prefault({} as never),
  });

const truthTable = { samples: samples(4), noise: noise(0) };

/** The formulas are in `generators.ts`. */
const generators = z.discriminatedUnion("name", [
  generator("xor", truthTable),
  generator("and", truthTable),
  generator("or", truthTable),
  generator("moons", { samples: samples(500), noise: noise(0.1) }),
  generator("circles", {
    samples: samples(500),
    noise: noise(0.05),
    factor: z.number().min(0.05).max(0.95).default(0.5).describe("radius of the inner circle; the outer one has 1"),
  }),
  generator("spirals", {
    samples: samples(500),
    noise: noise(0.02),
    classes: z.int().min(2).max(10).default(2).describe("number of arms, one class each"),
    turns: z.number().min(0.1).max(5).default(1.25).describe("how often an arm winds around the centre"),
  }),
  generator("blobs", {
    samples: samples(500),
    noise: noise(0.4),
    centers: z.int().min(2).max(10).default(3).describe("number of clouds, one class each"),
  }),
  generator("checkerboard", {
    samples: samples(1000),
    noise: noise(0),
    cells: z.int().min(2).max(20).default(4).describe("cells along one side"),
  }),
  generator("regression", {
    samples: samples(200),
    noise: noise(0.05),
    curve: z.enum(["line", "quadratic", "cubic", "sine", "absolute", "step"]).default("sine"),
  }),
]);

const csvColumn = z
  .union([z.string(), z.int().min(0)])
  .describe("a column by its name in the header, or by its position counted from 0");

const csv = z.strictObject({
  kind: z.literal("csv"),
  path: filePath,
  delimiter: z.string().length(1).optional().describe("found from the file where absent: comma, semicolon, tab or |"),
  header: z.boolean().default(true).describe("whether the first row holds the names of the columns"),
  encoding: z.enum(["utf-8", "gb18030", "utf-16le"]).optional().describe("found from the bytes where absent"),
  missing: z.enum(["refuse", "skip"]).default("refuse").describe("what to do with a row that has an empty or NaN cell"),
  columns: z
    .record(
      fieldName,
      z.strictObject({
        from: z.array(csvColumn).min(1),
        as: z
          .enum(["number", "class", "one-hot"])
          .default("number")
          .describe("number: float32 [columns]; class: int64 [], the index of the name; one-hot: float32 [classes]"),
        classes: z
          .array(z.string())
          .min(1)
          .optional()
          .describe("class names in order; where absent, all values of the column, numbers by size, then text"),
      }),
    )
    .describe("which columns make which field"),
});

const idx = z.strictObject({
  kind: z.literal("idx"),
  fields: filesByField,
  test: filesByField.optional().describe("files of the set's own test part, under the same field names"),
});

const npy = z.strictObject({
  kind: z.literal("npy"),
  fields: filesByField,
  test: filesByField.optional().describe("files of the set's own test part, under the same field names"),
});

const npz = z.strictObject({
  kind: z.literal("npz"),
  path: filePath,
  fields: z
    .record(fieldName, z.string())
    .optional()
    .describe("name of the array in the archive for each field; where absent, every array is a field"),
});

const images = z.strictObject({
  kind: z.literal("images"),
  path: filePath.describe("a folder with one sub-folder of PNG and JPEG files for each class"),
  size: z.tuple([z.int().min(1).max(4096), z.int().min(1).max(4096)]).describe("[height, width] all are scaled to"),
  channels: z
    .union([z.literal(1), z.literal(3)])
    .default(3)
    .describe("1: grey, 3: red, green, blue"),
});

const source = z.discriminatedUnion("kind", [builtin, generators, csv, idx, npy, npz, images]);

const fraction = z.number().min(0).max(1);

const split = z.strictObject({
  train: fraction.optional().describe("where absent, what validation and test leave"),
  validation: fraction.default(0),
  test: fraction
    .optional()
    .describe("where absent 0.2, and 0 for xor, and, or; without meaning for a set with its own"),
  stratify: z.boolean().default(false).describe("whether each part has the classes in the proportions of the whole"),
});

const perChannel = <T extends z.ZodType<number>>(value: T) => z.union([value, z.array(value).min(1)]);

const normalise = z
  .union([
    z.enum(["none", "unit", "standard"]),
    z.strictObject({ mean: perChannel(z.number()), std: perChannel(z.number().positive()) }),
  ])
  .describe(
    "unit: x / 255; standard: (x - mean) / std of the training split, for each feature or, from 3 dimensions on, " +
      "for each channel (first axis); mean and std: the same with given numbers. Default: unit for pictures, else none",
  );

const transform = z
  .strictObject({
    dtype: z.enum(["float32", "int64"]).optional().describe("element type in place of the one found in the file"),
    normalise: normalise.optional(),
    oneHot: z.int().min(2).max(100_000).optional().describe("turns a class index into float32 [oneHot]"),
    reshape: z.array(z.int().min(1)).optional().describe("shape of one sample, with as many elements as before"),
  })
  .describe("applied in the order of the keys");

export const dataSchema = z.strictObject({
  source,
  split: split.prefault({}),
  shuffle: z
    .boolean()
    .default(true)
    .describe("whether samples are drawn at random into the splits and shuffled anew for every epoch"),
  fields: z.record(fieldName, transform).default({}).describe("what is done to the samples of a field"),
  inputs: z.record(z.string(), fieldName).default({}).describe("field that feeds each input node, by node id"),
});

/** A checked `data` section, defaults filled in. */
export type DataSection = z.output<typeof dataSchema>;
/** What may stand in a file. */
export type DataSectionInput = z.input<typeof dataSchema>;
export type DataSource = DataSection["source"];
export type SourceOf<K extends DataSource["kind"]> = Extract<DataSource, { kind: K }>;
export type FieldTransform = z.output<typeof transform>;

/** Whether samples for the test come with the set and need not be cut from it. */
export function hasOwnTest(source: DataSource): boolean {
  switch (source.kind) {
    case "builtin":
      return source.name === "mnist";
    case "idx":
    case "npy":
      return source.test !== undefined;
    default:
      return false;
  }
}

export interface SplitFractions {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Fractions of the samples that are not the set's own test part; they sum to at most 1, or the result is null. */
export function splitFractions(data: DataSection): SplitFractions | null {
  const { validation } = data.split;
  const test = hasOwnTest(data.source) ? 0 : (data.split.test ?? defaultTest(data.source));
  const rest = 1 - validation - test;
  const train = data.split.train ?? rest;
  // Fractions are typed as decimals: 0.7 + 0.2 + 0.1 is not exactly 1.
  return train <= rest + 1e-9 && rest > -1e-9 ? { train: Math.max(0, train), validation, test } : null;
}

/** A truth table is all there is: nothing of it is held back. */
function defaultTest(source: DataSource): number {
  return source.kind === "generator" && ["xor", "and", "or"].includes(source.name) ? 0 : 0.2;
}
