import type { Json } from "../../src/core/issue.ts";
import { type ParamSchema, type ParamSpec, resolveParams } from "../../src/graph/params.ts";

/** What somebody typed to add a layer: what it is called, and values for its parameters (`conv2d 16 5 same`). */
export interface Typed {
  readonly name: string;
  readonly values: readonly string[];
}

/** Splits what was typed into layers (`conv 6 5, relu, max pool`), each into its name and the values behind it. */
export function readTyped(query: string): readonly Typed[] {
  return query
    .split(/[,，;；>→]/)
    .map((part) => {
      const words = part.trim().split(/\s+/).filter(Boolean);
      const at = words.findIndex((w, i) => i > 0 && isValue(w));
      const end = at < 0 ? words.length : at;
      return { name: words.slice(0, end).join(" "), values: words.slice(end) };
    })
    .filter((t) => t.name !== "");
}

/** Numbers, sizes such as `5x5`, and `stride=2`; `2d` belongs to a name. */
const isValue = (word: string): boolean => /^[-+]?[\d.]+([x×*][\d.]+)*$/i.test(word) || /^\w+=/.test(word);

/**
 * Parameters from values in the order of the layer's schema: a number goes to the next parameter that takes one, a word
 * to the next choice that has it, `name=value` to the parameter of that name. Null when a value has no place or is not
 * allowed there.
 */
export function paramsFrom(schema: ParamSchema, values: readonly string[]): { readonly [name: string]: Json } | null {
  const params: { [name: string]: Json } = {};
  let next = 0;
  const specs = Object.entries(schema);
  for (const word of values) {
    const [, key, rest] = /^(\w+)=(.*)$/.exec(word) ?? [];
    if (key !== undefined && rest !== undefined) {
      const name = specs.find(([n]) => n.toLowerCase() === key.toLowerCase())?.[0];
      const value = name === undefined ? null : valueFor(schema[name] as ParamSpec, rest);
      if (name === undefined || value === null) return null;
      params[name] = value;
      continue;
    }
    const places = specs.map(([name, spec], i) => ({ name, i, value: valueFor(spec, word) }));
    const free = places.filter((p) => p.value !== null && !Object.hasOwn(params, p.name));
    // Numbers are told apart by their order only; a word says itself which choice it is.
    const place = /^[-+\d.]/.test(word) ? free.find((p) => p.i >= next) : free[0];
    if (!place) return null;
    params[place.name] = place.value;
    if (/^[-+\d.]/.test(word)) next = place.i + 1;
  }
  return resolveParams(schema, params, { node: "", layer: "" }).ok ? params : null;
}

function valueFor(spec: ParamSpec, word: string): Json | null {
  switch (spec.kind) {
    case "int":
      return /^[-+]?\d+$/.test(word) ? Number(word) : null;
    case "float":
      return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(word) ? Number(word) : null;
    case "ints":
    case "shape": {
      const parts = word.split(/[x×*]/i);
      if (!parts.every((p) => /^[-+]?\d+$/.test(p))) return null;
      const numbers = parts.map(Number);
      return spec.kind === "ints" && numbers.length === 1 ? (numbers[0] as number) : numbers;
    }
    case "choice":
      return spec.options.find((o) => o.toLowerCase() === word.toLowerCase()) ?? null;
    case "bool":
      return word === "true" || word === "false" ? word === "true" : null;
    default:
      return null;
  }
}
