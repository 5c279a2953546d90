import { checkDocument, compileNetwork, resolveNetwork } from "../src/compile/index.ts";
import { checkGraph } from "../src/graph/check.ts";
import { type DocumentInput, documentSchema, type GraphDocument } from "../src/graph/document.ts";
import { layerRegistry } from "../src/layers/registry.ts";
import { must } from "./models.ts";
import type { BenchNet } from "./nets.ts";
import { median, now } from "./timing.ts";

/** One line of the compiler's own times. */
export interface CompilerTime {
  readonly what: string;
  readonly median: number;
  readonly least: number;
}

/** Times of the compiler itself: a training step of each net and of a deep document, and checks of a large graph. */
export function timeCompiler(nets: readonly BenchNet[], rounds: number): CompilerTime[] {
  const deep = layered(200);
  const large = layered(500);
  const before = checkDocument(large);
  const edited = withWidth(large, "dense250", 33);
  const compiled = (document: GraphDocument) => () => {
    must(compileNetwork(must(resolveNetwork(document)), { kind: "training-step" }));
  };
  return [
    ...nets.map((net) => timed(`compile ${net.id}`, rounds, compiled(net.document))),
    timed("compile an MLP of 200 layers", Math.max(3, rounds / 4), compiled(deep)),
    timed("check the shapes of 1,000 nodes", rounds, () => checkGraph(large, layerRegistry)),
    timed("check a whole document of 1,000 nodes", rounds, () => checkDocument(large)),
    timed("the same again after one edit", rounds, () => checkDocument(edited, undefined, before)),
  ];
}

function timed(what: string, rounds: number, work: () => unknown): CompilerTime {
  work();
  const times = Array.from({ length: rounds }, () => {
    const start = now();
    work();
    return now() - start;
  });
  return { what, median: median(times), least: Math.min(...times) };
}

/** `depth` pairs of a dense layer and a ReLU between an input and the logits. */
function layered(depth: number): GraphDocument {
  const pairs = Array.from({ length: depth }, (_, i) => [
    { id: `dense${i}`, layer: "dense", params: { units: i === depth - 1 ? 10 : 32 } },
    ...(i === depth - 1 ? [] : [{ id: `relu${i}`, layer: "relu" }]),
  ]).flat();
  const nodes = [{ id: "input", layer: "input", params: { shape: [784] } }, ...pairs];
  const last = `dense${depth - 1}`;
  return documentSchema.parse({
    format: "gradloom",
    version: 1,
    nodes,
    edges: pairs.map((n, i) => ({ id: `e${i}`, from: { node: nodes[i]?.id ?? "" }, to: { node: n.id } })),
    data: {
      source: { kind: "builtin", name: "mnist" },
      fields: { image: { reshape: [784] } },
      inputs: { input: "image" },
    },
    objectives: [
      {
        id: "train",
        terms: [{ loss: { kind: "cross-entropy" }, prediction: { node: last }, target: { field: "label" } }],
        optimizer: { kind: "sgd" },
      },
    ],
  } satisfies DocumentInput);
}

/** The document after one gesture: everything but one node is the same object, as edits leave it. */
const withWidth = (document: GraphDocument, id: string, units: number): GraphDocument => ({
  ...document,
  nodes: document.nodes.map((n) => (n.id === id ? { ...n, params: { ...n.params, units } } : n)),
});
