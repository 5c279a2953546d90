import type { Network, TensorMap } from "../compile/index.ts";
import { parameterName } from "../compile/network.ts";
import { type Issue, issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Tensors } from "../protocol/index.ts";

/**
 * The initial tensors of a network with some of its parameters and buffers (`node.parameter`) replaced.
 * Errors: `tensors.misfit` for each that it has not, or has in another shape.
 */
export function withGiven(network: Network, initial: TensorMap, given: Tensors): Result<TensorMap> {
  const own = new Set(network.parameters.map(parameterName));
  const issues = Object.entries(given).flatMap(([tensor, { dtype, dims }]): Issue[] => {
    const held = own.has(tensor) ? initial.get(tensor) : undefined;
    const found = `${dtype}[${dims.join(", ")}]`;
    const expected = held ? `${held.dtype}[${held.dims.join(", ")}]` : null;
    return found === expected ? [] : [issue("tensors.misfit", { tensor, expected, found })];
  });
  return issues.length > 0 ? fail(...issues) : ok(new Map([...initial, ...Object.entries(given)]));
}
