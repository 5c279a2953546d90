import { dimText } from "../../src/shape/dim.ts";
import type { Shape, TensorType } from "../../src/shape/type.ts";

const sizes = (shape: Shape): string => shape.map(dimText).join("×");

/** The shape as a node shows it: `N×16×10×10`. */
export const shapeOf = (type: TensorType): string => sizes(type.shape) || "1";

/** The shape of one sample, as a wire shows it: `16×10×10`; of a plain number per sample, `N`. */
export const sampleShape = (type: TensorType): string =>
  type.shape.length > 1 ? sizes(type.shape.slice(1)) : shapeOf(type);
