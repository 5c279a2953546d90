import type { CheckedGraph, CheckedNode } from "../graph/check.ts";
import type { Category, Layer } from "../layers/define.ts";
import { sameShape, type TensorType } from "../shape/type.ts";

/** Layers that look at axis 1 as channels and at what follows as places. */
const spatial: readonly Category[] = ["convolution", "pooling"];

/**
 * The axis of every output that holds its units, by `node.port`: channels are axis 1, but of a sequence [N, T, C] the
 * last. A tensor of rank 3 is a sequence unless it comes from, or goes into, a convolution or pooling.
 */
export function unitAxes(graph: CheckedGraph): ReadonlyMap<string, number> {
  const axes = new Map<string, number>();
  for (const checked of graph.nodes.values()) {
    (checked.outputTypes ?? []).forEach((type, i) => {
      axes.set(`${checked.node.id}.${checked.outputPorts[i]?.name}`, unitAxis(graph, checked, type, axes));
    });
  }
  return axes;
}

function unitAxis(
  graph: CheckedGraph,
  checked: CheckedNode,
  type: TensorType,
  known: ReadonlyMap<string, number>,
): number {
  if (type.shape.length !== 3) return type.shape.length > 1 ? 1 : 0;
  if (isSpatial(checked)) return 1;
  const [source] = checked.sources;
  const [input] = checked.inputTypes ?? [];
  const same = source && input && sameShape(input.shape, type.shape);
  const inherited = same ? known.get(`${source.node}.${source.port}`) : undefined;
  if (inherited !== undefined) return inherited;
  const users = [...graph.nodes.values()].filter((n) => n.sources.some((s) => s.node === checked.node.id));
  return checked.sources.length === 0 && users.some(isSpatial) ? 1 : 2;
}

const isSpatial = ({ layer }: CheckedNode): boolean => layer !== null && spatial.includes((layer as Layer).category);
