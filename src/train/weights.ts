import type { CheckedDocument } from "../compile/index.ts";
import type { Standardisation } from "../compile/inference.ts";
import type { TensorMap } from "../compile/tensors.ts";
import { type Issue, warning } from "../core/issue.ts";
import { pathSeparator } from "../graph/blocks.ts";
import type { CheckedNode } from "../graph/check.ts";
import type { DocumentNode } from "../graph/document.ts";
import type { Tensor } from "../shape/dtype.ts";

/** What a training has made of a network: goes with its document, in the same file. */
export interface Weights {
  /** Parameters and buffers by `node.name`, nodes as the expanded document calls them. */
  readonly tensors: TensorMap;
  /** How the data set standardised fields: part of the network for whoever uses it. */
  readonly standardise: { readonly [field: string]: Standardisation | null };
  /** How far the training was. */
  readonly step: number;
  readonly epoch: number;
  /** Losses and metrics when it was there, by name. */
  readonly scores?: { readonly [name: string]: number };
}

/** Weights as far as they fit a document; one warning for every tensor that does not. */
export interface FittedWeights {
  /** Null when nothing is left of them. */
  readonly weights: Weights | null;
  readonly misfits: readonly Issue[];
}

/**
 * Weights as far as they fit a document: tensors of nodes that are gone, that now have other shapes or share the
 * parameters of another node are left out, and so are those with values that are not finite. Those of nodes whose
 * shapes are not known yet stay.
 */
export function fitWeights(weights: Weights, checked: CheckedDocument): FittedWeights {
  const misfits: Issue[] = [];
  const kept = [...weights.tensors].filter(([key, t]) => {
    const misfit = misfitOf(key, t, checked);
    if (misfit) misfits.push(misfit);
    return misfit === null;
  });
  if (misfits.length === 0) return { weights, misfits };
  return { weights: kept.length === 0 ? null : { ...weights, tensors: new Map(kept) }, misfits };
}

/**
 * Weights of a document after an edit: they go with nodes that got another name or came into or out of a block. What is
 * deleted stays where it is, for an undo brings its node back.
 */
export function followNodes(weights: Weights, before: CheckedDocument, after: CheckedDocument): Weights {
  const [old, now] = [before.graph.nodes, after.graph.nodes];
  const owners = new Set([...weights.tensors.keys()].map((key) => ownerOf(key).node));
  const gone = [...owners].flatMap((id) => (now.has(id) ? [] : (old.get(id)?.node ?? [])));
  if (gone.length === 0) return weights;
  const fresh = [...now.values()].map((n) => n.node).filter((n) => !old.has(n.id) && !owners.has(n.id));
  const moves = new Map<string, string>();
  for (const node of gone) {
    const free = fresh.filter((n) => n.layer === node.layer && !taken(moves, n.id));
    const alike = free.filter((n) => JSON.stringify(n.params) === JSON.stringify(node.params));
    const to = only(alike.filter((n) => renamed(node, n))) ?? only(alike.filter((n) => tail(n.id) === tail(node.id)));
    if (to) moves.set(node.id, to.id);
  }
  if (moves.size === 0) return weights;
  const tensors = [...weights.tensors].map(([key, t]) => {
    const { node, name } = ownerOf(key);
    return [`${moves.get(node) ?? node}.${name}`, t] as const;
  });
  return { ...weights, tensors: new Map(tensors) };
}

const taken = (moves: ReadonlyMap<string, string>, id: string): boolean => [...moves.values()].includes(id);
const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);
const parent = (id: string): string => id.slice(0, id.lastIndexOf(pathSeparator) + 1);
const tail = (id: string): string => id.slice(id.lastIndexOf(pathSeparator) + 1);

const renamed = (a: DocumentNode, b: DocumentNode): boolean =>
  parent(a.id) === parent(b.id) && a.position.x === b.position.x && a.position.y === b.position.y;

/** Whether two are the same tensors, under the same names. */
export function sameWeights(a: Weights | null, b: Weights | null): boolean {
  if (a === b) return true;
  if (!a || !b || a.tensors.size !== b.tensors.size) return false;
  return [...a.tensors].every(([key, t]) => b.tensors.get(key) === t);
}

/** Weights that count now: those that fit, without those of nodes that are muted or not complete. */
export function liveWeights(weights: Weights, checked: CheckedDocument): FittedWeights {
  const fitted = fitWeights(weights, checked);
  const isLive = (key: string): boolean => {
    const owner = checked.graph.nodes.get(ownerOf(key).node);
    return owner !== undefined && shapesKnown(owner);
  };
  const live = [...(fitted.weights?.tensors ?? [])].filter(([key]) => isLive(key));
  if (live.length === fitted.weights?.tensors.size) return fitted;
  return { ...fitted, weights: live.length === 0 ? null : { ...weights, tensors: new Map(live) } };
}

function misfitOf(key: string, t: Tensor, checked: CheckedDocument): Issue | null {
  const { node, name } = ownerOf(key);
  const owner = checked.graph.nodes.get(node);
  if (!owner) return warning("weights.gone", { tensor: key });
  const spec = shapesKnown(owner) ? owner.parameters.find((p) => p.name === name) : null;
  if (owner.node.share !== null || spec === undefined) return warning("weights.gone", { node, tensor: key });
  const found = typeText(t.dtype, t.dims);
  const expected = typeText("float32", spec?.shape ?? t.dims);
  if (found !== expected) return warning("weights.shape", { node, tensor: key, expected, found });
  return allFinite(t) ? null : warning("weights.not-finite", { node, tensor: key });
}

/** Node and name behind `node.name`; the name has no dot, the node may. */
export function ownerOf(key: string): { readonly node: string; readonly name: string } {
  const dot = key.lastIndexOf(".");
  return { node: key.slice(0, dot), name: key.slice(dot + 1) };
}

const shapesKnown = (n: CheckedNode): boolean => n.outputTypes !== null && n.node.state === "active";
const typeText = (dtype: string, shape: readonly number[]): string =>
  `${dtype === "float32" ? "" : `${dtype} `}${shape.join("×")}`;

/** Tensors are never changed once made, so each is looked through once. */
const finite = new WeakMap<Tensor, boolean>();

function allFinite(t: Tensor): boolean {
  const known = finite.get(t);
  if (known !== undefined) return known;
  const data = t.data as Float32Array;
  let all = true;
  // x - x is NaN for what is not finite, and stays it in the sum.
  for (let i = 0; all && i < data.length; i += 4096) {
    let sum = 0;
    for (let k = i; k < Math.min(i + 4096, data.length); k++) sum += (data[k] as number) - (data[k] as number);
    all = sum === 0;
  }
  finite.set(t, all);
  return all;
}
