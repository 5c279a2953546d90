import { type Issue, issue, type Json } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type Initializer, initializerSchema } from "./initializer.ts";

/** Shown in the form only while another parameter has one of these values. */
export interface When {
  readonly param: string;
  readonly is: readonly (string | number | boolean)[];
}

interface Common {
  readonly when?: When;
}

/** How a layer declares one of its parameters; drives the form, validation, the file format and the docs. */
export type ParamSpec = Common &
  (
    | { readonly kind: "int"; readonly default: number; readonly min?: number; readonly max?: number }
    | { readonly kind: "float"; readonly default: number; readonly min?: number; readonly max?: number }
    | { readonly kind: "bool"; readonly default: boolean }
    | { readonly kind: "choice"; readonly default: string; readonly options: readonly string[] }
    /** Integers per axis; a single number stands for the same on every axis. `length` null: any number of them. */
    | {
        readonly kind: "ints";
        readonly default: number | readonly number[];
        readonly length: number | null;
        readonly min?: number;
        readonly max?: number;
      }
    /** A shape without the batch axis: sizes, or symbols such as "T". */
    | { readonly kind: "shape"; readonly default: readonly (number | string)[] }
    | { readonly kind: "text"; readonly default: string }
    | { readonly kind: "initializer"; readonly default: Initializer }
  );

export type ParamSchema = { readonly [name: string]: ParamSpec };

type ValueOf<S extends ParamSpec> = S extends { kind: "int" | "float" }
  ? number
  : S extends { kind: "bool" }
    ? boolean
    : S extends { kind: "choice"; options: readonly (infer O)[] }
      ? O
      : S extends { kind: "ints" }
        ? readonly number[]
        : S extends { kind: "shape" }
          ? readonly (number | string)[]
          : S extends { kind: "initializer" }
            ? Initializer
            : string;

/** Parameters of a node after checking: every one has a value; `ints` are lists of their full length. */
export type ParamValues<P extends ParamSchema = ParamSchema> = { readonly [K in keyof P]: ValueOf<P[K]> };

type Limits = { readonly min?: number; readonly max?: number; readonly when?: When };

/** Declares a whole number. */
export const int = <const D extends number>(value: D, limits: Limits = {}) =>
  ({ kind: "int", default: value as number, ...limits }) as const;
/** Declares a real number. */
export const float = (value: number, limits: Limits = {}) => ({ kind: "float", default: value, ...limits }) as const;
export const bool = (value: boolean, more: Common = {}) => ({ kind: "bool", default: value, ...more }) as const;
export const choice = <const O extends string>(options: readonly O[], value: NoInfer<O>, more: Common = {}) =>
  ({ kind: "choice", default: value as string, options, ...more }) as const;
export const ints = (value: number | readonly number[], length: number | null, limits: Limits = {}) =>
  ({ kind: "ints", default: value, length, ...limits }) as const;
export const shape = (value: readonly (number | string)[], more: Common = {}) =>
  ({ kind: "shape", default: value, ...more }) as const;
export const text = (value: string, more: Common = {}) => ({ kind: "text", default: value, ...more }) as const;
export const initializer = (value: Initializer, more: Common = {}) =>
  ({ kind: "initializer", default: value, ...more }) as const;

/** Values for every parameter of `schema` from what a node says; unknown keys and bad values are issues with fixes. */
export function resolveParams(
  schema: ParamSchema,
  given: { readonly [name: string]: Json },
  place: { readonly node: string; readonly layer: string },
): Result<ParamValues> {
  const issues: Issue[] = [];
  const { node, layer } = place;
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(schema, key)) {
      issues.push(issue("graph.unknown-param", { node, param: key, key, layer, allowed: Object.keys(schema) }));
    }
  }
  const values: { [name: string]: unknown } = {};
  for (const [name, spec] of Object.entries(schema)) {
    const raw = Object.hasOwn(given, name) ? (given[name] as Json) : (spec.default as Json);
    const fault = faultOf(spec, raw);
    if (fault !== null) {
      const fix = { kind: "set-param", node, param: name, value: spec.default as Json } as const;
      issues.push(
        issue("graph.bad-param", { node, param: name, layer, expected: fault, found: JSON.stringify(raw), fix }),
      );
    }
    values[name] = spec.kind === "ints" && typeof raw === "number" ? Array(spec.length ?? 1).fill(raw) : raw;
  }
  return issues.length > 0 ? fail(...issues) : ok(values as ParamValues);
}

/** What was expected instead of `raw`, or null when it fits. */
function faultOf(spec: ParamSpec, raw: Json): string | null {
  switch (spec.kind) {
    case "int":
      return Number.isInteger(raw) && within(raw as number, spec) ? null : `integer${limitText(spec)}`;
    case "float":
      return typeof raw === "number" && Number.isFinite(raw) && within(raw, spec) ? null : `number${limitText(spec)}`;
    case "bool":
      return typeof raw === "boolean" ? null : "true | false";
    case "choice":
      return typeof raw === "string" && spec.options.includes(raw) ? null : spec.options.join(" | ");
    case "text":
      return typeof raw === "string" ? null : "text";
    case "ints":
      return intsFault(spec, raw);
    case "shape":
      return shapeFault(raw);
    case "initializer":
      return initializerSchema.safeParse(raw).success ? null : "initializer";
  }
}

function intsFault(spec: Extract<ParamSpec, { kind: "ints" }>, raw: Json): string | null {
  const list = Array.isArray(raw) ? (raw as readonly Json[]) : [raw];
  const fits = list.every((v) => Number.isInteger(v) && within(v as number, spec));
  const lengthFits = spec.length === null || !Array.isArray(raw) || raw.length === spec.length;
  return fits && lengthFits ? null : `integer${limitText(spec)}${spec.length === null ? ", ..." : ` x ${spec.length}`}`;
}

function shapeFault(raw: Json): string | null {
  const fits =
    Array.isArray(raw) &&
    raw.every((d) =>
      typeof d === "string" ? /^[A-Za-z_][A-Za-z0-9_]*$/.test(d) : Number.isInteger(d) && (d as number) >= 1,
    );
  return fits ? null : '[size >= 1 | "symbol", ...]';
}

const within = (v: number, { min, max }: Limits): boolean => v >= (min ?? -Infinity) && v <= (max ?? Infinity);

function limitText({ min, max }: Limits): string {
  if (min !== undefined && max !== undefined) return ` ${min}..${max}`;
  return min !== undefined ? ` >= ${min}` : max !== undefined ? ` <= ${max}` : "";
}
