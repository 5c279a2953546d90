import type { Locale } from "../../src/i18n/locale.ts";
import { type Category, categories } from "../../src/layers/define.ts";
import { type LayerId, layers } from "../../src/layers/registry.gen.ts";
import { layerTerms, search } from "../ui/search.ts";

/** A part of the palette under its heading. */
export interface PaletteSection {
  readonly id: "favourites" | "recent" | "found" | Category;
  readonly layers: readonly LayerId[];
}

const ids = Object.keys(layers) as LayerId[];

/** Within a category, what a first network needs comes first; the rest by its id. */
const common: readonly string[] = [
  ...["dense", "embedding", "conv2d", "conv1d", "conv3d", "max-pool2d", "average-pool2d", "global-average-pool"],
  ...["batch-norm", "layer-norm", "relu", "sigmoid", "tanh", "softmax", "gelu", "leaky-relu", "dropout"],
  ...["flatten", "reshape", "transpose", "add", "concat", "multiply", "reduce-mean"],
];

function rank(id: LayerId): number {
  const at = common.indexOf(id);
  return at < 0 ? common.length : at;
}

const byCategory = new Map(
  categories.map((c) => [c, ids.filter((id) => layers[id].category === c).sort((a, b) => rank(a) - rank(b))]),
);

const known = (list: readonly string[]): LayerId[] => list.filter((id): id is LayerId => Object.hasOwn(layers, id));

/** Sections of the palette: what fits the query in one, else favourites, what was used last, and the categories. */
export function paletteSections(
  query: string,
  locale: Locale,
  { favourites, recentLayers }: { readonly favourites: readonly string[]; readonly recentLayers: readonly string[] },
): PaletteSection[] {
  if (query.trim() !== "") return [{ id: "found", layers: search(query, ids, (id) => layerTerms(id, locale)) }];
  const own: PaletteSection[] = [
    { id: "favourites", layers: known(favourites) },
    { id: "recent", layers: known(recentLayers).slice(0, 4) },
  ];
  return [
    ...own.filter((s) => s.layers.length > 0),
    ...categories.map((c): PaletteSection => ({ id: c, layers: byCategory.get(c) ?? [] })),
  ];
}
