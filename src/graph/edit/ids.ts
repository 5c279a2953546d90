import type { EditableGraph } from "../change.ts";

/** An id that no node, edge or note of the graph has: `stem` itself when `plain`, else `stem1`, `stem2`, ... */
export function freshId(
  graph: EditableGraph,
  stem: string,
  taken: ReadonlySet<string> = new Set(),
  plain = false,
): string {
  const used = new Set([...graph.nodes, ...graph.edges, ...graph.notes].map((x) => x.id));
  const free = (id: string): boolean => !used.has(id) && !taken.has(id);
  if (plain && free(stem)) return stem;
  let k = 1;
  while (!free(`${stem}${k}`)) k++;
  return `${stem}${k}`;
}

/** What ids of a layer's nodes begin with: `conv2d` gives `conv`, `max-pool2d` gives `pool`, `dense` stays. */
export function idStem(layer: string): string {
  const words = layer.replace(/[123]d$/, "").split("-");
  return words[0] === "max" || words[0] === "average" ? (words[1] as string) : words.join("-");
}
