import { join } from "node:path";
import type { Result } from "../../../core/result.ts";
import { generate } from "../../../data/generators.ts";
import { dataSchema, type SourceOf } from "../../../data/schema.ts";
import { datasetsFolder } from "../folder.ts";
import type { RawField } from "../samples.ts";
import { openArrayFiles } from "./arrays.ts";
import type { RawSet } from "./raw.ts";
import { openCsv } from "./table.ts";

const mnistFiles = (part: string) => ({
  image: `${part}-images-idx3-ubyte.gz`,
  label: `${part}-labels-idx1-ubyte.gz`,
});

const irisColumns = {
  features: { from: ["sepal_length", "sepal_width", "petal_length", "petal_width"], as: "number" as const },
  label: { from: ["species"], as: "class" as const },
};

/** Opens a set that comes with the program: see `datasets/README.md`. */
export async function openBuiltin({ name }: SourceOf<"builtin">): Promise<Result<RawSet>> {
  const folder = datasetsFolder();
  if (!folder.ok) return folder;
  const base = join(folder.value, name);
  if (name === "mnist") {
    const set = await openArrayFiles({ kind: "idx", fields: mnistFiles("train"), test: mnistFiles("t10k") }, base);
    return credited(set, "MNIST, Y. LeCun, C. Cortes, C. J. C. Burges", "CC BY-SA 3.0");
  }
  const { source } = dataSchema.parse({ source: { kind: "csv", path: "iris.csv", columns: irisColumns } });
  return credited(await openCsv(source as SourceOf<"csv">, base), "Iris, R. A. Fisher 1936", "public domain");
}

const credited = (set: Result<RawSet>, source: string, licence: string): Result<RawSet> =>
  set.ok ? { ok: true, value: { ...set.value, source, licence } } : set;

/** The set of a generator. */
export function generatedSet(source: SourceOf<"generator">, seed: number): RawSet {
  const { count, fields } = generate(source, seed);
  return {
    count,
    ownTest: 0,
    fields: fields.map(({ type, data }): RawField => {
      if (data instanceof Float32Array) return { type, samples: { kind: "floats", data } };
      return {
        type,
        samples: { kind: "ints", data: BigInt64Array.from(data as ArrayLike<number> as number[], BigInt) },
      };
    }),
    source: source.name,
    licence: "",
  };
}
