import type { Json } from "../../../src/core/issue.ts";
import type { Field, Fields, NumberFacts, Variant, VariantField } from "./describe.ts";

type Values = { readonly [key: string]: Json };

/** First values for what a schema asks for and gives no default, where the least that is allowed says nothing. */
const usual: { readonly [key: string]: Json } = {
  path: "data.csv",
  columns: { x: { from: [0] }, label: { from: [1], as: "class" } },
  fields: { x: "x.npy", label: "label.npy" },
  test: { x: "x-test.npy", label: "label-test.npy" },
  size: [28, 28],
  every: 10,
  steps: 100,
  period: 10,
  length: 10,
  limit: 1,
  ignoreIndex: -100,
  oneHot: 10,
  classWeights: [1, 1],
};

/** A valid value for a field that is switched on or that nothing is known of: its default, else something usual. */
export function startOf(key: string, field: Field): Json {
  if (field.default !== undefined && field.default !== null) return field.default;
  const value = usual[key];
  if (value !== undefined && (key !== "test" || field.kind === "record")) return value;
  switch (field.kind) {
    case "number":
      return startNumber(field);
    case "bool":
      return false;
    case "text":
      return "";
    case "choice":
      return field.options[0] ?? "";
    case "numbers":
      return Array.from({ length: field.length ?? 1 }, () => startNumber(field.item));
    case "object":
      return required(field.fields);
    case "variant":
      return variantStart(field, Object.keys(field.variants)[0] ?? "", {});
    default:
      return field.kind === "texts" ? [] : {};
  }
}

const startNumber = ({ min = 0, max = Infinity, above }: NumberFacts): number => Math.min(max, above ? min + 1 : min);

/** The object for another variant. What both have keeps its value, unless it is only the default of the old one. */
export function variantStart(field: VariantField, tag: string, before: Values): Values {
  const variant = field.variants[tag];
  if (!variant) return { [field.key]: tag };
  const old = field.variants[String(before[field.key])]?.fields ?? {};
  const kept = Object.entries(variant.fields).filter(([key, f]) => {
    return fits(f, before[key]) && before[key] !== old[key]?.default;
  });
  return {
    [field.key]: tag,
    ...required(variant.fields),
    ...Object.fromEntries(kept.map(([key]) => [key, before[key] as Json])),
    ...nestedStart(variant, before),
  };
}

function nestedStart({ nested }: Variant, before: Values): Values {
  if (!nested) return {};
  const held = before[nested.key];
  const tag = typeof held === "string" && held in nested.variants ? held : (Object.keys(nested.variants)[0] ?? "");
  return variantStart(nested, tag, {});
}

const required = (fields: Fields): Values =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([key, f]): [string, Json][] =>
      f.optional || f.nullable || f.default !== undefined ? [] : [[key, startOf(key, f)]],
    ),
  );

/** Numbers, switches and words of the same kind carry over; the schema has the last word. */
function fits(field: Field, value: Json | undefined): boolean {
  if (value === undefined || value === null) return false;
  switch (field.kind) {
    case "number":
      return typeof value === "number" && value >= (field.min ?? -Infinity) && value <= (field.max ?? Infinity);
    case "bool":
      return typeof value === "boolean";
    case "choice":
      return field.options.includes(value as string);
    default:
      return false;
  }
}
