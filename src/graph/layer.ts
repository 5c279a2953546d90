import type { Fix, Issue, IssueCode, IssuePayloads } from "../core/issue.ts";
import type { Result } from "../core/result.ts";
import type { TensorType } from "../shape/type.ts";
import type { Initializer } from "./initializer.ts";
import type { ParamSchema, ParamValues } from "./params.ts";

/** A place on a node where an edge begins or ends. */
export interface PortSpec {
  readonly name: string;
  /** Takes any number of edges, at least `least`; only the last input port of a layer may. */
  readonly several?: { readonly least: number };
}

/** A tensor that a layer keeps: a parameter that is trained, or a buffer such as a running mean. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: Initializer;
  readonly kind: "parameter" | "buffer";
  /** Fan-in and fan-out for initialisers that want them; from the shape when left out. */
  readonly fan?: readonly [number, number];
}

/** Makes an issue that stands at the node being checked. */
export type NodeIssue = <C extends IssueCode>(
  code: C,
  payload: Omit<IssuePayloads[C], "layer">,
  more?: { readonly port?: string; readonly param?: string; readonly fix?: Fix },
) => Issue;

/** What a shape rule sees: checked parameters and the types that arrive, in port order. */
export interface ShapeContext<P extends ParamSchema = ParamSchema> {
  readonly node: string;
  readonly params: ParamValues<P>;
  readonly inputs: readonly TensorType[];
  readonly issue: NodeIssue;
  /** Fix: set a parameter of this node. */
  setParam(param: keyof P & string, value: number | string | boolean | readonly number[]): Fix;
  /** Fix: put a new node into the edge of input `i`. */
  insert(
    i: number,
    layer: string,
    params?: { readonly [name: string]: number | string | boolean | readonly number[] },
  ): Fix;
}

/** What the graph needs to know of a layer. The registry is injected, so no layer name occurs in `graph`. */
export interface LayerFacts {
  readonly id: string;
  readonly version: number;
  readonly params: ParamSchema;
  inputs(params: ParamValues): readonly PortSpec[];
  outputs(params: ParamValues): readonly PortSpec[];
  /** Types of the outputs, or every issue that stands in their way. */
  infer(context: ShapeContext): Result<readonly TensorType[]>;
  /** Called only when `infer` succeeded. */
  parameters(context: ShapeContext): readonly ParameterSpec[];
}

export interface LayerLookup {
  get(id: string): LayerFacts | null;
  readonly ids: readonly string[];
}
