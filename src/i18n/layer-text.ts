import type { Initializer } from "../graph/initializer.ts";
import type { Category } from "../layers/define.ts";
import type { LayerId } from "../layers/registry.gen.ts";

/** Words of one parameter in the form of a layer. */
export interface ParamText {
  readonly label: string;
  /** One sentence: what it does, or what a special value means. */
  readonly help?: string;
  /** Names of the options of a choice. */
  readonly options?: { readonly [option: string]: string };
}

/** What people read of a layer. */
export interface LayerText {
  readonly name: string;
  /** One or two sentences: what it does and when to use it. */
  readonly summary: string;
  readonly params: { readonly [param: string]: ParamText };
  /** Other names that a search finds it by. */
  readonly aliases: readonly string[];
}

export type LayerTexts = { readonly [I in LayerId]: LayerText };
export type CategoryTexts = { readonly [C in Category]: string };
export type InitializerTexts = { readonly [K in Initializer["kind"]]: string };
