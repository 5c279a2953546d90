import type { CompileIssues } from "./issues/compile.ts";
import type { DataIssues } from "./issues/data.ts";
import type { DesktopIssues } from "./issues/desktop.ts";
import type { DiagnoseIssues } from "./issues/diagnose.ts";
import type { DocumentIssues } from "./issues/document.ts";
import type { EngineIssues } from "./issues/engine.ts";
import type { ServerIssues } from "./issues/server.ts";
import type { ShapeIssues } from "./issues/shape.ts";

/** Payload of every issue code; each area of the program keeps its codes in a file of its own. */
export interface IssuePayloads
  extends DocumentIssues,
    ShapeIssues,
    CompileIssues,
    DataIssues,
    EngineIssues,
    ServerIssues,
    DesktopIssues,
    DiagnoseIssues {}

export type IssueCode = keyof IssuePayloads;

export type Severity = "error" | "warning";

/** A JSON value, as it stands in a document. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A repair as data: applied by `graph/fix.ts`, offered by the window as one click. */
export type Fix =
  | { readonly kind: "set-param"; readonly node: string; readonly param: string; readonly value: Json }
  /** Puts a new node of `layer` into the edge that ends at `node.port` (the `index`-th edge there). */
  | {
      readonly kind: "insert-layer";
      readonly node: string;
      readonly port: string;
      readonly index: number;
      readonly layer: string;
      readonly params: { readonly [name: string]: Json };
    }
  /** Makes nodes ones of another layer; wires stay where it has a port for them. */
  | { readonly kind: "replace-layer"; readonly nodes: readonly string[]; readonly layer: string }
  | { readonly kind: "remove-edge"; readonly edge: string }
  | { readonly kind: "remove-node"; readonly node: string; readonly heal: boolean }
  /** Sets a value inside the document, addressed like a JSON pointer: `["training", "batch"]`. */
  | { readonly kind: "set-document"; readonly path: readonly (string | number)[]; readonly value: Json }
  | { readonly kind: "remove-objective-term"; readonly objective: string; readonly term: number };

/** Where an issue belongs. All optional: a file error has no node, a shape error has no file. */
export interface IssuePlace {
  readonly node?: string;
  readonly port?: string;
  readonly param?: string;
  readonly edge?: string;
  readonly objective?: string;
  /** JSON path inside the file, `nodes[3].params.kernel`. */
  readonly path?: string;
  readonly file?: string;
  /** 1-based line of a text file. */
  readonly line?: number;
}

/**
 * A problem as a value. `code` fixes the payload; wording lives only in `i18n`.
 * `related` are issues that explain this one.
 */
export type Issue = {
  [C in IssueCode]: { readonly code: C; readonly severity: Severity } & IssuePlace & {
      readonly fix?: Fix;
    } & IssuePayloads[C];
}[IssueCode];

type PayloadArgs<C extends IssueCode> = IssuePayloads[C] & IssuePlace & { readonly fix?: Fix };

/** Makes an error issue; the payload is checked against the code. */
export function issue<C extends IssueCode>(code: C, payload: PayloadArgs<C>): Issue {
  return { code, severity: "error", ...payload } as unknown as Issue;
}

/** Makes a warning issue: the document still compiles. */
export function warning<C extends IssueCode>(code: C, payload: PayloadArgs<C>): Issue {
  return { code, severity: "warning", ...payload } as unknown as Issue;
}

export const isError = (i: Issue): boolean => i.severity === "error";
