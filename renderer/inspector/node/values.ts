import type { Json } from "../../../src/core/issue.ts";
import type { DocumentNode } from "../../../src/graph/document.ts";
import type { ParamSchema, ParamSpec } from "../../../src/graph/params.ts";

/** A parameter as the form shows it, of one node or of several. */
export interface ParamView {
  readonly name: string;
  readonly spec: ParamSpec;
  /** Null where the nodes differ. */
  readonly value: Json | null;
  readonly mixed: boolean;
  /** At least one node says something else than the default. */
  readonly changed: boolean;
}

/** What a node says of a parameter, or the default. */
export const paramOf = (node: DocumentNode, name: string, spec: ParamSpec): Json =>
  Object.hasOwn(node.params, name) ? (node.params[name] as Json) : (spec.default as Json);

/**
 * Parameters that nodes of one layer show: those whose condition holds for every one of them. A value is null and
 * `mixed` where they differ; numbers per axis are equal whether written once or for each axis.
 */
export function paramViews(schema: ParamSchema, nodes: readonly DocumentNode[]): ParamView[] {
  return Object.entries(schema)
    .filter(([, spec]) => nodes.every((n) => isShown(schema, n, spec)))
    .map(([name, spec]) => {
      const values = nodes.map((n) => paramOf(n, name, spec));
      const mixed = new Set(values.map((v) => sameText(spec, v))).size > 1;
      const fallback = sameText(spec, spec.default as Json);
      return {
        name,
        spec,
        value: mixed ? null : (values[0] ?? null),
        mixed,
        changed: values.some((v) => sameText(spec, v) !== fallback),
      };
    });
}

function isShown(schema: ParamSchema, node: DocumentNode, { when }: ParamSpec): boolean {
  const other = when && schema[when.param];
  if (!when || !other) return true;
  return isShown(schema, node, other) && when.is.includes(paramOf(node, when.param, other) as string);
}

/** Text that is equal for equal values. */
function sameText(spec: ParamSpec, value: Json): string {
  const spread = spec.kind === "ints" && spec.length !== null && typeof value === "number";
  return JSON.stringify(spread ? Array(spec.length).fill(value) : value);
}

/** What all of `items` have, or null where they differ. */
export function common<T, V>(items: readonly T[], of: (item: T) => V): V | null {
  const [first, ...rest] = items.map(of);
  return first !== undefined && rest.every((v) => v === first) ? first : null;
}
