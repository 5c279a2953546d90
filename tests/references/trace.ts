import * as z from "zod";
import { elementCount, type Tensor, tensor } from "../../src/shape/dtype.ts";

/** Why a trace cannot be replayed: shown as a failure of that trace. */
export class TraceFault extends Error {}

/** Why a trace is left out. */
export class TraceSkip extends Error {}

const tensorSchema = z
  .object({
    shape: z.array(z.int().min(0)),
    dtype: z.enum(["float32", "float64", "int64", "int32"]),
    data: z.array(z.number()),
  })
  .refine(({ shape, data }) => elementCount(shape) === data.length, "data does not have the elements of its shape");

const tensors = z.record(z.string(), tensorSchema);

const batch = z.object({ inputs: tensors, target: tensors, outputs: z.array(tensorSchema).optional() });

const stepSchema = z.object({
  lr: z.number(),
  /** What is left out is as in the step before. */
  inputs: tensors.optional(),
  target: tensors.optional(),
  outputs: z.array(tensorSchema).optional(),
  /** In place of inputs, target and outputs where gradients are accumulated. */
  micro_batches: z.array(batch).min(1).optional(),
  loss: z.number(),
  grads: tensors.default({}),
  grads_before_clip: tensors.default({}),
  params_after: tensors.default({}),
  buffers_after: tensors.default({}),
});

const typed = z.looseObject({ type: z.string() });

const traceSchema = z.object({
  name: z.string(),
  architecture: z.string().default(""),
  loss: typed,
  optimizer: typed,
  /** [l1, l2] */
  penalty: z.tuple([z.number(), z.number()]).nullable().default(null),
  clip: z
    .tuple([z.enum(["norm", "value"]), z.number()])
    .nullable()
    .default(null),
  accumulate: z.int().min(1).default(1),
  params: tensors,
  buffers: tensors.default({}),
  steps: z.array(stepSchema).min(1),
  final_eval: z.array(tensorSchema).default([]),
  zero_gradient_params: z.array(z.string()).default([]),
});

export type TraceTensor = z.infer<typeof tensorSchema>;
export type TraceTensors = { readonly [name: string]: TraceTensor };
export type TraceBatch = z.infer<typeof batch>;
export type TraceStep = Omit<z.infer<typeof stepSchema>, "inputs" | "target" | "outputs" | "micro_batches"> & {
  readonly batches: readonly TraceBatch[];
};
export type Trace = Omit<z.infer<typeof traceSchema>, "steps"> & { readonly steps: readonly TraceStep[] };

const mapSchema = z.strictObject({
  /** A document; what the trace says of data, loss and optimizer may be left out. */
  document: z.record(z.string(), z.json()),
  /** `node.parameter` for names of the trace's parameters and buffers. */
  parameters: z.record(z.string(), z.string()).default({}),
  /** Input node for names of the trace's inputs. */
  inputs: z.record(z.string(), z.string()).default({}),
  /** Ports, `node` or `node.port`, of the trace's outputs. */
  outputs: z.array(z.string()).optional(),
});
export type TraceMap = z.infer<typeof mapSchema>;

export function parseTrace(text: string): Trace {
  const parsed = checked(traceSchema, text);
  return { ...parsed, steps: withBatches(parsed.steps) };
}

export const parseMap = (text: string): TraceMap => checked(mapSchema, text);

function checked<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TraceFault("not JSON");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw new TraceFault(`${first?.path.join(".") || "file"}: ${first?.message}`);
}

function withBatches(steps: readonly z.infer<typeof stepSchema>[]): TraceStep[] {
  let before: readonly TraceBatch[] = [];
  return steps.map(({ inputs, target, outputs, micro_batches, ...step }, i) => {
    const last = before[0];
    const own = { inputs: inputs ?? last?.inputs, target: target ?? last?.target };
    if (micro_batches) before = micro_batches;
    else if (own.inputs && own.target) {
      before = [{ inputs: own.inputs, target: own.target, ...(outputs ? { outputs } : {}) }];
    } else throw new TraceFault(`steps.${i}: neither inputs and target nor micro_batches`);
    return { ...step, batches: before };
  });
}

/** As float32, or int64 for integers: the element types of data in Gradloom. */
export function toTensor(t: TraceTensor): Tensor {
  return tensor(t.dtype.startsWith("int") ? "int64" : "float32", t.shape, t.data);
}
