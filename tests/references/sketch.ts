import type { Json } from "../../src/core/issue.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import { type Trace, TraceFault } from "./trace.ts";

/** Parameters of one module of a trace: those whose names agree up to the last dot. */
interface Module {
  readonly name: string;
  readonly kind: ModuleKind;
  readonly bias: boolean;
  /** Elements of the weight. */
  readonly size: number;
}

/** A module by its weight: matrices and kernels; vectors with a bias; vectors alone, which are slopes of PReLU. */
type ModuleKind = "matrix" | "vector" | "slope";

/** How parameters of a trace are called in Gradloom. */
const names: { readonly [trace: string]: string } = { running_mean: "runningMean", running_var: "runningVar" };

export type Params = { readonly [name: string]: Json };
interface Node {
  readonly id: string;
  readonly layer: string;
  readonly params: Params;
  readonly share?: string;
}
type Edge = NonNullable<DocumentInput["edges"]>[number];

/** A graph in the making, whose layers take the modules of a trace in the order in which they come. */
export class Sketch {
  readonly nodes: Node[] = [];
  readonly edges: Edge[] = [];
  /** `node.parameter` by the name in the trace. */
  readonly parameters = new Map<string, string>();
  readonly #trace: Trace;
  readonly #modules: Module[];
  readonly #counts = new Map<string, number>();
  #slope: string | null = null;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#modules = modulesOf(trace);
  }

  /** Adds a layer behind `from`, one node or one for each edge; `ports` names the ports they feed. */
  add(
    layer: string,
    params: Params,
    from: string | readonly string[],
    ports?: readonly string[],
    share?: string,
  ): string {
    const id = this.#fresh(layer);
    this.nodes.push({ id, layer, params, ...(share === undefined ? {} : { share }) });
    const sources = typeof from === "string" ? [from] : from;
    sources.forEach((source, i) => {
      const port = ports?.[i];
      const to = { node: id, ...(port === undefined ? { index: i } : { port }) };
      this.edges.push({ id: `${id}.${i}`, from: { node: source }, to });
    });
    return id;
  }

  input(name: string): string {
    const first = this.#trace.steps[0]?.batches[0]?.inputs[name];
    if (!first) throw new TraceFault(`the architecture names an input "${name}", which the steps lack`);
    const params = { shape: first.shape.slice(1), dtype: first.dtype.startsWith("int") ? "int64" : "float32" };
    this.nodes.push({ id: name, layer: "input", params });
    return name;
  }

  /** Adds a layer that has parameters, and lets it take the next module that fits. */
  weighted(layer: string, params: Params, from: string): string {
    const module = this.#take(layer === "batch-norm" || layer.endsWith("-norm") ? "vector" : "matrix", layer);
    const bias = layer.startsWith("conv") || layer === "dense" ? { bias: module.bias } : {};
    const id = this.add(layer, { ...params, ...bias }, from);
    this.#bind(module.name, id);
    return id;
  }

  /** Adds a PReLU; when the trace has only one, all of them share it. */
  slope(from: string): string {
    const known = this.#slope !== null && !this.#modules.some((m) => m.kind === "slope") ? this.#slope : undefined;
    if (known !== undefined) return this.add("prelu", this.#paramsOf(known), from, undefined, known);
    const module = this.#take("slope", "prelu");
    const id = this.add("prelu", { slopes: module.size === 1 ? "shared" : "per-channel" }, from);
    this.#bind(module.name, id);
    this.#slope = id;
    return id;
  }

  #paramsOf(id: string): Params {
    return this.nodes.find((n) => n.id === id)?.params ?? {};
  }

  #take(kind: ModuleKind, layer: string): Module {
    const at = this.#modules.findIndex((m) => m.kind === kind);
    const module = this.#modules[at];
    if (!module) throw new TraceFault(`no parameters are left for a layer ${layer}`);
    this.#modules.splice(at, 1);
    return module;
  }

  #bind(module: string, node: string): void {
    for (const name of [...Object.keys(this.#trace.params), ...Object.keys(this.#trace.buffers)]) {
      const [owner, own] = split(name);
      if (owner === module) this.parameters.set(name, `${node}.${names[own] ?? own}`);
    }
  }

  #fresh(layer: string): string {
    const count = (this.#counts.get(layer) ?? 0) + 1;
    this.#counts.set(layer, count);
    return `${layer}-${count}`;
  }
}

function split(name: string): [owner: string, own: string] {
  const dot = name.lastIndexOf(".");
  return [name.slice(0, Math.max(dot, 0)), name.slice(dot + 1)];
}

/** `node.parameter` that a name of a trace stands for when nothing else is said: `fc1.weight`, `bn1.runningMean`. */
export function namesake(name: string): string {
  const [owner, own] = split(name);
  return `${owner}.${names[own] ?? own}`;
}

function modulesOf(trace: Trace): Module[] {
  const owners = [...new Set(Object.keys(trace.params).map((name) => split(name)[0]))];
  return owners.flatMap((name) => {
    const weight = trace.params[`${name}.weight`];
    if (!weight) return [];
    const bias = Object.hasOwn(trace.params, `${name}.bias`);
    const kind = weight.shape.length > 1 ? "matrix" : bias ? "vector" : "slope";
    return [{ name, kind, bias, size: weight.data.length }];
  });
}
