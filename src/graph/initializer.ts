import * as z from "zod";

const gain = z.number().positive().default(1);
/** Slope of the leaky ReLU that follows; 0 for ReLU (He et al. 2015). */
const slope = z.number().min(0).default(0);

/** How a parameter gets its first values; formulas are in `layers/initialize.ts`. */
export const initializerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("zeros") }),
  z.strictObject({ kind: z.literal("ones") }),
  z.strictObject({ kind: z.literal("constant"), value: z.number() }),
  z.strictObject({ kind: z.literal("uniform"), low: z.number().default(-0.1), high: z.number().default(0.1) }),
  z.strictObject({
    kind: z.literal("normal"),
    mean: z.number().default(0),
    deviation: z.number().min(0).default(0.02),
  }),
  z.strictObject({ kind: z.literal("xavier-uniform"), gain }),
  z.strictObject({ kind: z.literal("xavier-normal"), gain }),
  z.strictObject({ kind: z.literal("he-uniform"), slope }),
  z.strictObject({ kind: z.literal("he-normal"), slope }),
  z.strictObject({ kind: z.literal("lecun-uniform") }),
  z.strictObject({ kind: z.literal("lecun-normal") }),
  z.strictObject({ kind: z.literal("orthogonal"), gain }),
  /** Uniform in +-1/sqrt(fan-in): what PyTorch gives its linear and convolution layers. */
  z.strictObject({ kind: z.literal("fan-in-uniform") }),
]);
export type Initializer = z.infer<typeof initializerSchema>;
