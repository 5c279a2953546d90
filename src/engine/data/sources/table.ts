import { resolve } from "node:path";
import { map, type Result } from "../../../core/result.ts";
import type { SourceOf } from "../../../data/schema.ts";
import { readDataFile } from "../files.ts";
import { type CsvField, readCsv } from "../formats/csv.ts";
import type { RawField } from "../samples.ts";
import type { RawSet } from "./raw.ts";

/** Opens a CSV file. Errors: those of reading the file and of `readCsv`. */
export async function openCsv(source: SourceOf<"csv">, baseFolder: string): Promise<Result<RawSet>> {
  const file = resolve(baseFolder, source.path);
  const bytes = await readDataFile(file);
  if (!bytes.ok) return bytes;
  return map(readCsv(bytes.value, source, file), ({ rows, fields }) => ({
    count: rows,
    ownTest: 0,
    fields: fields.map(csvField),
    source: source.path,
    licence: "",
  }));
}

function csvField(field: CsvField): RawField {
  const { name } = field;
  if (field.kind === "number") {
    const type = { name, dtype: "float32", shape: [field.width], classes: null } as const;
    return { type, samples: { kind: "floats", data: field.data } };
  }
  const { classes, data } = field;
  if (field.kind === "one-hot") {
    const type = { name, dtype: "float32", shape: [classes.length], classes } as const;
    return { type, samples: { kind: "one-hot", data, classes: classes.length } };
  }
  const type = { name, dtype: "int64", shape: [], classes } as const;
  return { type, samples: { kind: "ints", data: BigInt64Array.from(data as ArrayLike<number> as number[], BigInt) } };
}
