import type { Json } from "../core/issue.ts";
import type { DocumentNode } from "../graph/document.ts";
import type { LayerLookup } from "../graph/layer.ts";
import type { Layer } from "./define.ts";
import { type LayerId, layers } from "./registry.gen.ts";

/** All layers, as the graph check and the lowering want them. */
export const layerRegistry: { get(id: string): Layer | null; readonly ids: readonly LayerId[] } & LayerLookup = {
  get: (id) => (Object.hasOwn(layers, id) ? layers[id as LayerId] : null),
  ids: Object.keys(layers) as LayerId[],
};

/**
 * The node as the present version of its layer wants it: the migrations of the layer one after another.
 * A node of an unknown layer, or of a newer version than this program knows, comes back as it is: the graph
 * check says so.
 */
export function migrateNode(
  node: DocumentNode,
  registry: { get(id: string): Layer | null } = layerRegistry,
): DocumentNode {
  const layer = registry.get(node.layer);
  if (!layer || node.layerVersion >= layer.version) return node;
  let params: { readonly [name: string]: Json } = node.params;
  for (let v = node.layerVersion; v < layer.version; v++) params = layer.migrate[v]?.(params) ?? params;
  return { ...node, layerVersion: layer.version, params };
}
