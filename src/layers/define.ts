import type { Json } from "../core/issue.ts";
import { fail, type Result } from "../core/result.ts";
import type { LayerFacts, ParameterSpec, PortSpec, ShapeContext } from "../graph/layer.ts";
import type { ParamSchema, ParamValues } from "../graph/params.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Value } from "../ir/graph.ts";
import { isSymbolic } from "../shape/dim.ts";
import { elementCount } from "../shape/dtype.ts";
import type { Shape, TensorType } from "../shape/type.ts";

export const categories = [
  "input",
  "linear",
  "convolution",
  "pooling",
  "normalization",
  "activation",
  "regularization",
  "shape",
  "merge",
  "reduction",
] as const;
export type Category = (typeof categories)[number];

/** What a lowering sees: types are known, parameters exist as values. */
export interface LowerContext<P extends ParamSchema = ParamSchema> {
  readonly b: GraphBuilder;
  readonly node: string;
  readonly params: ParamValues<P>;
  readonly inputs: readonly Value[];
  /** Types of the outputs, as the shape rule gave them. */
  readonly outputs: readonly TensorType[];
  /** True in a training step: dropout drops, batch normalisation uses the statistics of the batch. */
  readonly training: boolean;
  /** The value of a parameter or buffer by name. */
  parameter(name: string): Value;
  /** Says what a buffer becomes after this step; only when `training`. */
  updateBuffer(name: string, value: Value): void;
  /**
   * Uniform numbers in [0, 1) of the given (known) shape, different for every node, `stream`, training step and
   * run seed, the same for the same ones whatever the number of threads. Only when `training`.
   */
  uniform(dims: readonly number[], stream?: number): Value;
}

export interface LayerExample<P extends ParamSchema = ParamSchema> {
  /** Parameters as a document would say them; what is left out has its default. */
  readonly params: { readonly [K in keyof P]?: Json };
  readonly inputs: readonly TensorType[];
}

/** Lower and upper bound. */
export type Bounds = readonly [number, number];

export interface LayerDefinition<P extends ParamSchema = ParamSchema> {
  /** Kebab case; equals the file name. Texts are found under it in `i18n`. */
  readonly id: string;
  /** Raised when the meaning of saved parameters changes; `migrate[v]` turns version v into v + 1. */
  readonly version: number;
  readonly category: Category;
  /** Name of an icon of the Lucide set. */
  readonly icon: string;
  readonly params: P;
  /** Input ports; one port `in` when left out. */
  readonly inputs?: readonly PortSpec[] | ((params: ParamValues<P>) => readonly PortSpec[]);
  /** Output ports; one port `out` when left out. */
  readonly outputs?: readonly PortSpec[] | ((params: ParamValues<P>) => readonly PortSpec[]);
  infer(context: ShapeContext<P>): Result<readonly TensorType[]>;
  parameters?(context: ShapeContext<P>): readonly ParameterSpec[];
  /** Emits the operators; one value per output port. */
  lower(context: LowerContext<P>): readonly Value[];
  /** Bounds that its output tends to and at which hardly a gradient is left: of an activation that saturates. */
  readonly bounds?: Bounds | ((params: ParamValues<P>) => Bounds);
  /** What it computes, in LaTeX. */
  readonly formula: string;
  /** At least one; the contract test runs every one of them in onnxruntime. */
  readonly examples: readonly LayerExample<P>[];
  readonly migrate?: {
    readonly [from: number]: (params: { readonly [name: string]: Json }) => { readonly [name: string]: Json };
  };
}

/** A layer as the registry holds it: ports always functions, parameter types erased. */
export interface Layer extends LayerFacts {
  readonly category: Category;
  readonly icon: string;
  readonly formula: string;
  readonly examples: readonly LayerExample[];
  lower(context: LowerContext): readonly Value[];
  /** Null of a layer without bounds. */
  bounds(params: ParamValues): Bounds | null;
  readonly migrate: {
    readonly [from: number]: (params: { readonly [name: string]: Json }) => { readonly [name: string]: Json };
  };
}

/** Declares a layer: one call, one file, `export const layer = defineLayer({...})`. */
export function defineLayer<const P extends ParamSchema>(definition: LayerDefinition<P>): Layer {
  const ports = (given: LayerDefinition<P>["inputs"], fallback: string) => (params: ParamValues) =>
    typeof given === "function" ? given(params as ParamValues<P>) : (given ?? [{ name: fallback }]);
  return {
    ...definition,
    inputs: ports(definition.inputs, "in"),
    outputs: ports(definition.outputs, "out"),
    infer: (c) => checked(definition, c as unknown as ShapeContext<P>),
    parameters: (c) => definition.parameters?.(c as unknown as ShapeContext<P>) ?? [],
    lower: (c) => definition.lower(c as unknown as LowerContext<P>),
    bounds: (params) => {
      const { bounds = null } = definition;
      return typeof bounds === "function" ? bounds(params as ParamValues<P>) : bounds;
    },
    examples: definition.examples as readonly LayerExample[],
    migrate: definition.migrate ?? {},
  };
}

/** Elements of one tensor: 2 GiB of float32, beyond which an ONNX file cannot hold it. */
const elementLimit = 2 ** 29;

/** The shape rule of a layer, and a guard against sizes that no machine could hold. */
function checked<P extends ParamSchema>(
  definition: LayerDefinition<P>,
  c: ShapeContext<P>,
): Result<readonly TensorType[]> {
  const inferred = definition.infer(c);
  if (!inferred.ok) return inferred;
  const shapes = [...inferred.value, ...(definition.parameters?.(c) ?? [])].map((t) => t.shape);
  const elements = Math.max(0, ...shapes.map(knownElements));
  if (elements <= elementLimit) return inferred;
  return fail(c.issue("shape.too-large", { elements: String(elements), limit: elementLimit }));
}

/** Elements of a tensor, symbols counted as 1. */
const knownElements = (shape: Shape): number => elementCount(shape.map((d) => (isSymbolic(d) ? 1 : d)));
