import type * as z from "zod";
import type { Json } from "../../../src/core/issue.ts";

interface Common {
  /** The key may be left out. */
  readonly optional: boolean;
  /** The value may be null: switched off, or found out by itself. */
  readonly nullable: boolean;
  /** What it is when nothing is said. */
  readonly default?: Json;
}

export interface NumberFacts {
  readonly integer: boolean;
  readonly min?: number;
  readonly max?: number;
  /** The limit itself is not allowed. */
  readonly above?: boolean;
  readonly below?: boolean;
}

/** What a form needs to know of a value, read from its schema: the one source for files, checks and forms. */
export type Field = Common &
  (
    | ({ readonly kind: "number" } & NumberFacts)
    | { readonly kind: "bool" }
    | { readonly kind: "text" }
    | { readonly kind: "choice"; readonly options: readonly (string | number)[] }
    /** Numbers in a row; `length` null: any number of them. */
    | { readonly kind: "numbers"; readonly length: number | null; readonly item: NumberFacts }
    | { readonly kind: "texts" }
    | { readonly kind: "object"; readonly fields: Fields }
    /** Objects told apart by the value of one key. */
    | { readonly kind: "variant"; readonly key: string; readonly variants: { readonly [value: string]: Variant } }
    /** Any names, each with a value. */
    | { readonly kind: "record"; readonly value: Field }
    /** Something that no general form exists for. */
    | { readonly kind: "other" }
  );

export type Fields = { readonly [key: string]: Field };

export interface Variant {
  /** Without the key that tells them apart. */
  readonly fields: Fields;
  /** Further variants of this one, told apart by another key of the same object. */
  readonly nested?: VariantField;
}

export type VariantField = Extract<Field, { kind: "variant" }>;

/** The parts of a zod schema that are looked at; zod keeps them public as `def`. */
interface Def {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly defaultValue?: unknown;
  readonly options?: readonly z.ZodType[];
  readonly discriminator?: string;
  readonly shape?: { readonly [key: string]: z.ZodType };
  readonly items?: readonly z.ZodType[];
  readonly element?: z.ZodType;
  readonly values?: readonly unknown[];
  readonly entries?: { readonly [key: string]: string };
  readonly valueType?: z.ZodType;
  readonly getter?: () => z.ZodType;
}

const defOf = (schema: z.ZodType): Def => schema.def as unknown as Def;
const none: Common = { optional: false, nullable: false };

/** Describes a schema; wrappers (default, nullable, optional) become facts of the field they wrap. */
export function describe(schema: z.ZodType): Field {
  const def = defOf(schema);
  switch (def.type) {
    case "default":
    case "prefault":
      return { ...describe(def.innerType as z.ZodType), default: def.defaultValue as Json };
    case "nullable":
      return { ...describe(def.innerType as z.ZodType), nullable: true };
    case "optional":
      return { ...describe(def.innerType as z.ZodType), optional: true };
    case "number":
      return { ...none, kind: "number", ...numberFacts(schema) };
    case "boolean":
      return { ...none, kind: "bool" };
    case "string":
      return { ...none, kind: "text" };
    case "enum":
      return { ...none, kind: "choice", options: Object.values(def.entries ?? {}) };
    case "literal":
      return { ...none, kind: "choice", options: literals(schema) };
    case "tuple":
      return list(def.items?.[0], def.items?.length ?? null);
    case "array":
      return list(def.element, null);
    case "object":
      return { ...none, kind: "object", fields: fieldsOf(schema) };
    case "record":
      return { ...none, kind: "record", value: describe(def.valueType as z.ZodType) };
    case "union":
      return union(def);
    default:
      return { ...none, kind: "other" };
  }
}

/** The fields of an object schema by key. */
export function fieldsOf(schema: z.ZodType): Fields {
  return Object.fromEntries(Object.entries(defOf(schema).shape ?? {}).map(([key, value]) => [key, describe(value)]));
}

const literals = (schema: z.ZodType): readonly (string | number)[] =>
  (defOf(schema).values ?? []) as readonly (string | number)[];

function numberFacts(schema: z.ZodType): NumberFacts {
  const { minValue, maxValue, format } = schema as unknown as z.ZodNumber;
  const limits = (schema.def as { readonly checks?: readonly unknown[] }).checks?.map(limitOf) ?? [];
  const exclusive = (check: string): boolean => limits.some((l) => l?.check === check && l.inclusive === false);
  return {
    integer: format === "safeint",
    ...(finite(minValue) ? { min: minValue } : {}),
    ...(finite(maxValue) ? { max: maxValue } : {}),
    ...(exclusive("greater_than") ? { above: true } : {}),
    ...(exclusive("less_than") ? { below: true } : {}),
  };
}

/** Zod gives whole numbers the limits of exact ones; those are none of ours. */
const finite = (v: number | null): v is number => v !== null && Math.abs(v) < Number.MAX_SAFE_INTEGER;

function limitOf(check: unknown): { readonly check?: string; readonly inclusive?: boolean } | undefined {
  return (check as { readonly _zod?: { readonly def?: { check?: string; inclusive?: boolean } } })._zod?.def;
}

function list(element: z.ZodType | undefined, length: number | null): Field {
  const item = element && describe(element);
  if (item?.kind === "number") return { ...none, kind: "numbers", length, item };
  return item?.kind === "text" && length === null ? { ...none, kind: "texts" } : { ...none, kind: "other" };
}

function union(def: Def): Field {
  const options = def.options ?? [];
  if (def.discriminator !== undefined) return variants(def.discriminator, options);
  if (options.every((o) => defOf(o).type === "literal")) {
    return { ...none, kind: "choice", options: options.flatMap(literals) };
  }
  return { ...none, kind: "other" };
}

function variants(key: string, options: readonly z.ZodType[], outer?: string): VariantField {
  const entries = options.flatMap((option): [string, Variant][] => {
    const { discriminator, options: inner } = defOf(option);
    if (discriminator !== undefined && inner?.[0]) {
      return [[tagOf(inner[0], key), { fields: {}, nested: variants(discriminator, inner, key) }]];
    }
    const own = Object.entries(fieldsOf(option)).filter(([name]) => name !== key && name !== outer);
    return [[tagOf(option, key), { fields: Object.fromEntries(own) }]];
  });
  return { ...none, kind: "variant", key, variants: Object.fromEntries(entries) };
}

/** The one value that a key of an object schema may have. */
function tagOf(schema: z.ZodType, key: string): string {
  const tag = defOf(schema).shape?.[key];
  return tag ? String(literals(tag)[0]) : "";
}
