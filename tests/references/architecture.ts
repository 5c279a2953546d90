import type { DocumentInput } from "../../src/graph/document.ts";
import { type Params, Sketch } from "./sketch.ts";
import { type Trace, TraceFault, TraceSkip } from "./trace.ts";

/** A trace's network as a graph, and what its names are there. */
export interface Drawing {
  readonly nodes: NonNullable<DocumentInput["nodes"]>;
  readonly edges: NonNullable<DocumentInput["edges"]>;
  /** `node.parameter` by the name of a parameter or buffer in the trace. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Input node by the name of an input in the trace. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: readonly { readonly node: string; readonly port: string }[];
  /** Inputs the trace does not have, the same for every sample. */
  readonly constants: readonly { readonly node: string; readonly shape: readonly number[]; readonly data: number[] }[];
}

/**
 * Draws the network that `architecture` says in words: stages joined by arrows, such as
 * `x[4,2,8,8] -> Conv 4 k3 p1 -> BN -> ReLU -> GlobalAveragePool -> Linear 3`.
 */
export function drawArchitecture(trace: Trace): Drawing {
  const text = trace.architecture.replace(/; ACT is .*$/, "").trim();
  if (/\b(LSTM|GRU|RNN)\b/.test(text)) throw new TraceSkip("recurrent layers are not in the registry");
  return new Draughtsman(trace).draw(text);
}

type Match = readonly (string | undefined)[];

class Draughtsman {
  readonly #trace: Trace;
  readonly #sketch: Sketch;
  /** Axes of a picture or sequence: 2 for images. */
  readonly #spatial: number;
  #outputs: string[] = [];
  #constants: { node: string; shape: number[]; data: number[] }[] = [];

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#sketch = new Sketch(trace);
    const first = Object.values(trace.steps[0]?.batches[0]?.inputs ?? {})[0];
    this.#spatial = Math.max((first?.shape.length ?? 0) - 2, 1);
  }

  draw(text: string): Drawing {
    const [start = "", ...stages] = splitStages(text);
    const shared = /^(.*?) through ONE shared (.*?)\(.*; output = squared distance/.exec(start);
    const inputs = [...(shared?.[1] ?? start).matchAll(/(\w+)\[/g)].map((m) => this.#sketch.input(m[1] as string));
    if (inputs.length === 0) throw new TraceFault(`no input in the architecture "${text}"`);
    if (shared) this.#outputs = [this.#distance(inputs, shared[2] as string)];
    else {
      const joined = stages[0]?.trim() === "Concat";
      const from = joined ? this.#sketch.add("concat", { axis: 1 }, inputs) : (inputs[0] as string);
      const end = this.#along(joined ? stages.slice(1) : stages, from);
      if (this.#outputs.length === 0) this.#outputs = [end];
    }
    return {
      nodes: this.#sketch.nodes,
      edges: this.#sketch.edges,
      parameters: this.#sketch.parameters,
      inputs: new Map(inputs.map((name) => [name, name])),
      outputs: this.#outputs.map((node) => ({ node, port: "out" })),
      constants: this.#constants,
    };
  }

  #along(stages: readonly string[], from: string): string {
    return stages.reduce((at, stage) => this.#stage(stage.trim(), at), from);
  }

  #stage(given: string, from: string): string {
    // Remarks in brackets say nothing that the layers do not, but for the form of GELU.
    const text = given.replace(/\((?!erf|tanh|LayerNorm)[^)]*\)/g, "").trim();
    if (text === "") return from;
    for (const [pattern, draw] of this.#layers) {
      const match = pattern.exec(text);
      if (match) return this.#stage(text.slice(match[0].length), draw(match, from));
    }
    return this.#activation(text, from);
  }

  /** Layers by how they are written; the first that fits counts. */
  readonly #layers: readonly (readonly [RegExp, (match: Match, from: string) => string])[] = [
    [/^\[(.*)\] \+ \[(.*)\]$/, ([, left = "", right = ""], from) => this.#sum(left, right, from)],
    [/^x \+ MHA\(LayerNorm x\), (\d+) heads of (\d+)(, optional causal mask)?/, (m, from) => this.#attention(m, from)],
    [/^x \+ FFN\(LayerNorm x\), (\d+)->(\d+) (.*) ->\d+$/, (m, from) => this.#feedForward(m, from)],
    [/^two heads: class logits (\d+) and regression (\d+)/, (m, from) => this.#heads(m, from)],
    [/^Linear (?:\d+->)?(\d+)/, ([, units], from) => this.#dense(Number(units), from)],
    [
      /^ConvTranspose(?:\dd)? (\d+)((?: (?:k|s|p|op|dilation |groups )\d+)*)/,
      ([, filters, options = ""], from) => {
        return this.#sketch.weighted(`conv-transpose${this.#spatial}d`, convolution(filters, options), from);
      },
    ],
    [
      /^Conv(1x1|\dd)? (\d+)((?: (?:k|s|p|dilation |groups )\d+)*)/,
      ([, form, filters, options = ""], from) => {
        const kernel = form === "1x1" ? `${options} k1` : options;
        return this.#sketch.weighted(`conv${this.#spatial}d`, convolution(filters, kernel), from);
      },
    ],
    [
      /^(Max|Average)Pool(?:\dd)? (\d+)((?: [sp]\d+)*)/,
      ([, kind, kernel, options = ""], from) => {
        const layer = `${kind === "Max" ? "max" : "average"}-pool${this.#spatial}d`;
        return this.#sketch.add(layer, { kernel: Number(kernel), ...windows(options) }, from);
      },
    ],
    [/^GlobalAveragePool/, (_, from) => this.#sketch.add("global-average-pool", {}, from)],
    [/^GlobalMaxPool/, (_, from) => this.#sketch.add("global-max-pool", {}, from)],
    [/^Flatten/, (_, from) => this.#sketch.add("flatten", {}, from)],
    [/^(?:BN|BatchNorm)/, (_, from) => this.#sketch.weighted("batch-norm", {}, from)],
    [/^(?:LN|LayerNorm)/, (_, from) => this.#sketch.weighted("layer-norm", {}, from)],
    [/^GroupNorm (\d+)/, ([, groups], from) => this.#sketch.weighted("group-norm", { groups: Number(groups) }, from)],
    [
      /^Embedding (\d+)x(\d+)/,
      ([, vocabulary, dimensions], from) => {
        const params = { vocabulary: Number(vocabulary), dimensions: Number(dimensions) };
        return this.#sketch.weighted("embedding", params, from);
      },
    ],
    [/^mean over (?:T|the sequence)/, (_, from) => this.#sketch.add("reduce-mean", { axes: [1] }, from)],
    [/^logits.*/, (_, from) => from],
  ];

  readonly #dense = (units: number, from: string): string => this.#sketch.weighted("dense", { units }, from);

  /** `ReLU`, `LeakyReLU .1`, `GELU(tanh)`; `ACT` stands for what the name of the trace says. */
  #activation(text: string, from: string): string {
    const match = /^([A-Za-z]+6?(?:\((?:erf|tanh)\))?)(?: (\d*\.?\d+))?/.exec(text);
    if (!match) throw new TraceSkip(`no layer "${text}" in the registry; a map file can name another`);
    const rest = text.slice(match[0].length);
    const [name, number] = match[1] === "ACT" ? this.#activationOfName() : [match[1] as string, match[2]];
    const key = name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
    if (key === "prelu") return this.#stage(rest, this.#sketch.slope(from));
    const known = activations[key];
    if (!known) throw new TraceSkip(`no layer "${name}" in the registry; a map file can name another`);
    const params = number !== undefined && known.number ? { [known.number]: Number(number) } : (known.params ?? {});
    return this.#stage(rest, this.#sketch.add(known.layer, params, from));
  }

  /** `act_leaky_relu_0_01__mse__sgd` has the activation leaky_relu with the number 0.01. */
  #activationOfName(): [name: string, number: string | undefined] {
    const whole = /^act_(.+?)__/.exec(this.#trace.name)?.[1] ?? "";
    const match = /^(.*?)(?:_(\d+(?:_\d+)?))?$/.exec(whole);
    return [match?.[1] ?? "", match?.[2]?.replace("_", ".")];
  }

  #sum(left: string, right: string, from: string): string {
    const ends = [left, right].map((branch) => this.#along(splitStages(branch), from));
    return this.#sketch.add("add", {}, ends);
  }

  #heads([, classes, numbers]: Match, from: string): string {
    this.#outputs = [this.#dense(Number(classes), from), this.#dense(Number(numbers), from)];
    return from;
  }

  /** Multi-head self-attention in its parts, as a residual branch. */
  #attention([, heads, size]: Match, from: string): string {
    const [h, d] = [Number(heads), Number(size)];
    const length = Object.values(this.#trace.steps[0]?.batches[0]?.inputs ?? {})[0]?.shape[1] as number;
    const s = this.#sketch;
    const x = s.weighted("layer-norm", {}, from);
    const [q, k, v] = ["q", "k", "v"].map(() => {
      const projected = s.add("reshape", { target: [length, h, d] }, this.#dense(h * d, x));
      return s.add("transpose", { permutation: [2, 1, 3] }, projected);
    }) as [string, string, string];
    const scores = s.add(
      "scale",
      { factor: 1 / Math.sqrt(d) },
      s.add("matmul", { transposeB: true }, [q, k], ["a", "b"]),
    );
    const masked = this.#trace.name.includes("causal") ? s.add("add", {}, [scores, this.#causal(h, length)]) : scores;
    const weights = s.add("softmax", { axis: -1 }, masked);
    const mixed = s.add("transpose", { permutation: [2, 1, 3] }, s.add("matmul", {}, [weights, v], ["a", "b"]));
    const joined = s.add("reshape", { target: [length, h * d] }, mixed);
    return s.add("add", {}, [from, this.#dense(h * d, joined)]);
  }

  /** A mask to be added to scores, as one more input: 0 where the key is not later than the query. */
  #causal(heads: number, length: number): string {
    const shape = [heads, length, length];
    const later = (i: number): boolean => i % length > Math.floor(i / length) % length;
    const data = Array.from({ length: heads * length * length }, (_, i) => (later(i) ? -1e9 : 0));
    this.#sketch.nodes.push({ id: "causal-mask", layer: "input", params: { shape } });
    this.#constants.push({ node: "causal-mask", shape, data });
    return "causal-mask";
  }

  #feedForward([, outer, inner, activation = ""]: Match, from: string): string {
    const x = this.#sketch.weighted("layer-norm", {}, from);
    const hidden = this.#activation(activation, this.#dense(Number(inner), x));
    return this.#sketch.add("add", {}, [from, this.#dense(Number(outer), hidden)]);
  }

  /** Both inputs through the same layers, then the squared distance of what comes out. */
  #distance(inputs: readonly string[], layers: string): string {
    const s = this.#sketch;
    const first = s.nodes.length;
    const ends = [this.#stage(layers.trim(), inputs[0] as string)];
    const branch = s.nodes.slice(first);
    for (const input of inputs.slice(1)) {
      ends.push(
        branch.reduce((at, { id, layer, params = {} }) => {
          const owned = [...s.parameters.values()].some((p) => p.startsWith(`${id}.`));
          return s.add(layer, params, at, undefined, owned ? id : undefined);
        }, input),
      );
    }
    const square = s.add("square", {}, s.add("subtract", {}, ends, ["a", "b"]));
    return s.add("reduce-sum", { axes: [-1] }, square);
  }
}

/** Stages between arrows that are not inside square brackets. */
function splitStages(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const piece of text.split(/(\[|\]| -> )/)) {
    if (piece === "[") depth++;
    if (piece === "]") depth--;
    if (piece === " -> " && depth === 0) {
      parts.push(part);
      part = "";
    } else part += piece;
  }
  return [...parts, part];
}

const option = (options: string, name: string): number | undefined => {
  const found = new RegExp(` ${name} ?(\\d+)`).exec(options)?.[1];
  return found === undefined ? undefined : Number(found);
};

function windows(options: string): Params {
  const [stride, pad] = [option(options, "s"), option(options, "p")];
  return {
    ...(stride === undefined ? {} : { stride }),
    ...(pad === undefined ? {} : { padding: "explicit", pads: pad }),
  };
}

function convolution(filters: string | undefined, options: string): Params {
  const [kernel, dilation, groups] = ["k", "dilation", "groups"].map((name) => option(options, name));
  const outputPadding = option(options, "op");
  return {
    filters: Number(filters),
    kernel: kernel ?? 1,
    ...windows(options),
    ...(dilation === undefined ? {} : { dilation }),
    ...(groups === undefined ? {} : { groups }),
    ...(outputPadding === undefined ? {} : { outputPadding }),
  };
}

/** Layers of activations by name without separators; `number` is the parameter that a number behind the name sets. */
const activations: {
  readonly [name: string]: { readonly layer: string; readonly params?: Params; readonly number?: string };
} = {
  relu: { layer: "relu" },
  relu6: { layer: "relu6" },
  leakyrelu: { layer: "leaky-relu", number: "slope" },
  elu: { layer: "elu", number: "alpha" },
  celu: { layer: "celu", number: "alpha" },
  selu: { layer: "selu" },
  gelu: { layer: "gelu" },
  geluerf: { layer: "gelu" },
  gelutanh: { layer: "gelu", params: { approximate: "tanh" } },
  silu: { layer: "silu" },
  swish: { layer: "silu" },
  mish: { layer: "mish" },
  sigmoid: { layer: "sigmoid" },
  logsigmoid: { layer: "log-sigmoid" },
  hardsigmoid: { layer: "hard-sigmoid" },
  hardswish: { layer: "hard-swish" },
  hardtanh: { layer: "hard-tanh" },
  tanh: { layer: "tanh" },
  tanhshrink: { layer: "tanhshrink" },
  softplus: { layer: "softplus", number: "beta" },
  softsign: { layer: "softsign" },
  softmax: { layer: "softmax", params: { axis: -1 } },
  logsoftmax: { layer: "log-softmax", params: { axis: -1 } },
  identity: { layer: "identity" },
};
