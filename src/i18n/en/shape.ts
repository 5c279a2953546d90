import type { ShapeIssues } from "../../core/issues/shape.ts";
import { count, type MessagesOf } from "../messages.ts";

export const shape: MessagesOf<ShapeIssues> = {
  "shape.flat": (i) =>
    `The layer ${i.layer} needs a flat input. It gets ${i.found} per sample. Flattened that is ${i.values} values.`,
  "shape.rank": (i) =>
    `The layer ${i.layer} needs an input with ${i.expected} axes, found ${i.found}. Put a layer between that changes the shape, such as flatten or reshape.`,
  "shape.dtype": (i) =>
    `The layer ${i.layer} needs elements of type ${i.expected}, found ${i.found}. Connect another tensor or change the type at the input.`,
  "shape.mismatch": (i) =>
    i.axis === null
      ? `The inputs of ${i.layer} do not fit together: ${i.left} and ${i.right}. Bring both to the same shape.`
      : `The inputs of ${i.layer} do not fit together at axis ${i.axis}: ${i.left} and ${i.right}. Make the sizes there equal, for instance with a projection on one of them.`,
  "shape.divisible": (i) =>
    `The layer ${i.layer} needs ${i.what} to be divisible by ${i.by}, found ${i.size}. Choose a multiple, or another divisor.`,
  "shape.empty": (i) =>
    `The output of ${i.layer} would have size ${i.size} at axis ${i.axis} (${i.formula}), and at least 1 is needed. Use a smaller kernel or stride, more padding, or a larger input.`,
  "shape.elements": (i) =>
    `The layer ${i.layer} cannot turn ${i.from} into ${i.to}: the numbers of elements differ. Choose sizes with the same product; one of them may be -1.`,
  "shape.axis": (i) =>
    `The layer ${i.layer} is set to axis ${i.axis}, and its input has ${i.rank} axes, of which axis 0 is the batch. Use an axis from 1 to ${i.rank - 1}, or -1 for the last.`,
  "shape.symbolic": (i) =>
    `The layer ${i.layer} must know the size of ${i.what} as a number, found ${i.found}. Give the input node a number in place of the symbol.`,
  "shape.range": (i) => `The layer ${i.layer} needs ${i.what} ${i.expected}, found ${i.found}. Change the setting.`,
  "shape.too-large": (i) =>
    `A tensor of ${i.layer} would have ${i.elements} elements; at most ${count(i.limit)} are allowed. Make the layer or its input smaller.`,
};
