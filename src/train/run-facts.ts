import { byText, sortedEntries } from "../core/order.ts";
import type { GraphDocument } from "../graph/document.ts";

/**
 * All that the numbers of a run depend on, as one text, but for the learning rate, which may change on the way and is kept
 * in checkpoints. Titles, places on the canvas and the number of epochs are not among it.
 */
export function runFacts(document: GraphDocument): string {
  const { batch, accumulate, dropLast, schedule } = document.training;
  const facts = {
    seed: document.seed,
    ...graphFacts(document),
    ...(document.blocks.length > 0 ? { blocks: document.blocks.map(blockFacts) } : {}),
    data: document.data,
    objectives: document.objectives.map((o) => ({ ...o, optimizer: { ...o.optimizer, learningRate: 0 } })),
    training: { batch, accumulate, dropLast, schedule },
  };
  return JSON.stringify(facts, sortKeys);
}

/** Nodes and wires in an order of their own, without what only the canvas knows of them. */
function graphFacts(graph: Pick<GraphDocument, "nodes" | "edges">) {
  const nodes = graph.nodes.map(({ id, layer, layerVersion, params, share, frozen, state }) => {
    return { id, layer, layerVersion, params, share, frozen, state };
  });
  const edges = graph.edges.map(({ from, to }) => ({ from, to }));
  return {
    nodes: nodes.sort((a, b) => byText(a.id, b.id)),
    edges: edges.sort((a, b) => byText(JSON.stringify(a), JSON.stringify(b))),
  };
}

const blockFacts = ({ id, inputs, outputs, ...graph }: GraphDocument["blocks"][number]) => {
  return { id, inputs, outputs, ...graphFacts(graph) };
};

const sortKeys = (_key: string, v: unknown): unknown =>
  typeof v === "object" && v !== null && !Array.isArray(v) ? Object.fromEntries(sortedEntries({ ...v })) : v;
