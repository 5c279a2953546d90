import {
  type CompiledModel,
  compileNetwork,
  initialTensors,
  type Network,
  resolveNetwork,
} from "../../src/compile/index.ts";
import { isCarried, type ModelPort, type Role, roleKey } from "../../src/compile/manifest.ts";
import type { Result } from "../../src/core/result.ts";
import type { FieldType } from "../../src/data/fields.ts";
import { openSession, type Session } from "../../src/engine/ort.ts";
import { documentFormat, documentVersion, type GraphDocument } from "../../src/graph/document.ts";
import type { Objective } from "../../src/graph/objective.ts";
import { readDocument } from "../../src/graph/read.ts";
import { messageOf, placeOf } from "../../src/i18n/issue.ts";
import { elementCount, type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import { type Drawing, drawArchitecture } from "./architecture.ts";
import { lossMark, lossTerms, objectiveOf, type TermPlace } from "./objective.ts";
import { namesake } from "./sketch.ts";
import {
  type Trace,
  type TraceBatch,
  TraceFault,
  type TraceMap,
  type TraceStep,
  type TraceTensor,
  type TraceTensors,
  toTensor,
} from "./trace.ts";

/** How far a replay was from its trace, each as the worst part of its mark (1 is at the mark). */
export interface Deviations {
  loss: number;
  gradients: number;
  parameters: number;
  buffers: number;
  outputs: number;
}

/** Traces longer than this are compared by the loss of their last step only. */
const longest = 20;
const marks = {
  /** Loss of the last step of a long trace, absolute. */
  lastLoss: 1e-3,
  /** Relative to the element, or to `gradientFloor` of the norm of the whole gradient where that is more. */
  gradient: 1e-4,
  gradientFloor: 1e-3,
  /** For parameters whose true gradient is 0 there is only rounding to compare: relative to the norm as well. */
  zeroGradient: 1e-6,
  /** Absolute. */
  parameter: 1e-5,
  buffer: 1e-5,
  /** Relative to the greatest element, or to 1 where that is more: weights may be off by their mark. */
  output: 1e-4,
};

/** Runs a trace through the compiler and onnxruntime. Throws a TraceFault at the first thing that is off its mark. */
export async function replay(trace: Trace, map: TraceMap | null): Promise<Deviations> {
  const drawing = map ? drawingOf(trace, map) : drawArchitecture(trace);
  const fields = fieldsOf(trace, drawing);
  const network = unwrap(resolveNetwork(await documentOf(trace, map, drawing), fields));
  const batch = batchSize(trace);
  const model = unwrap(compileNetwork(network, { kind: "training-step", batch, gradients: true }));
  const session = await open(model);
  try {
    const inference = unwrap(resolveNetwork(bareDocument(trace, drawing), fields));
    return await new Replay(trace, drawing, { network, inference, model, session, batch }).run();
  } finally {
    await session.release();
  }
}

function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  const [first] = result.issues;
  throw new TraceFault(first ? `${placeOf(first, "en")}: ${messageOf(first, "en")}` : "failed");
}

const open = async ({ bytes, manifest }: CompiledModel): Promise<Session> =>
  unwrap(await openSession(bytes, { name: manifest.kind, provider: "cpu", threads: 1 }));

/** The drawing that a map file says. */
function drawingOf(trace: Trace, map: TraceMap): Drawing {
  const document = readMapped(map);
  const used = new Set(document.edges.map((e) => `${e.from.node}.${e.from.port}`));
  const ends = document.nodes.map((n) => `${n.id}.out`).filter((port) => !used.has(port));
  const inputs = Object.keys(trace.steps[0]?.batches[0]?.inputs ?? {});
  return {
    nodes: document.nodes,
    edges: document.edges,
    parameters: new Map(Object.entries(map.parameters)),
    inputs: new Map(inputs.map((name) => [name, map.inputs[name] ?? name])),
    outputs: (map.outputs ?? ends).map((port) => {
      const [node = "", name = "out"] = port.split(".");
      return { node, port: name };
    }),
    constants: [],
  };
}

/** Only the graph, which gives its outputs whatever the loss is about. */
const bareDocument = ({ name }: Trace, { nodes, edges }: Drawing): GraphDocument =>
  unwrap(readDocument({ format: documentFormat, version: documentVersion, name, nodes, edges }));

const readMapped = (map: TraceMap): GraphDocument =>
  unwrap(readDocument({ format: documentFormat, version: documentVersion, ...map.document }));

/** The trace's document: the graph as drawn or mapped, data fed by the fields of the trace, the trace's objective. */
async function documentOf(trace: Trace, map: TraceMap | null, drawing: Drawing): Promise<GraphDocument> {
  const base = map ? readMapped(map) : null;
  const nodes: object[] = [...drawing.nodes];
  const edges: object[] = [...drawing.edges];
  let objectives: readonly Objective[] = base?.objectives ?? [];
  if (objectives.length === 0) {
    const terms = await lossTerms(trace);
    const places = terms.map(({ output, logSoftmax }): TermPlace => {
      const from = drawing.outputs[output];
      if (!from) throw new TraceFault(`the network has no output ${output}`);
      if (!logSoftmax) return from;
      const id = `log-softmax-of-loss-${output}`;
      nodes.push({ id, layer: "log-softmax", params: { axis: -1 } });
      edges.push({ id, from, to: { node: id } });
      return { node: id, port: "out" };
    });
    objectives = [objectiveOf(trace, terms, places)];
  }
  const inputs = [...drawing.inputs].map(([name, node]) => [node, inputField(name)]);
  const constants = drawing.constants.map(({ node }) => [node, inputField(node)]);
  return unwrap(
    readDocument({
      ...(base ?? { format: documentFormat, version: documentVersion, name: trace.name }),
      nodes,
      edges,
      objectives,
      // Batches come from the trace; the section only says which field feeds which input.
      data: { source: { kind: "npz", path: "trace.npz" }, inputs: Object.fromEntries([...inputs, ...constants]) },
      training: { accumulate: trace.accumulate },
    }),
  );
}

/** Inputs and targets of a trace may have one name. */
const inputField = (name: string): string => `input ${name}`;

function batchSize(trace: Trace): number {
  const first = Object.values(trace.steps[0]?.batches[0]?.inputs ?? {})[0];
  const batch = first?.shape[0];
  if (batch === undefined) throw new TraceFault("the inputs have no batch");
  return batch;
}

/** Shape of one sample; targets of tokens may come with batch and time in one axis. */
function sampleShape(t: TraceTensor, batch: number): number[] {
  const [first = 0, ...rest] = t.shape;
  return first === batch || first % batch !== 0 ? rest : [first / batch, ...rest];
}

function fieldsOf(trace: Trace, drawing: Drawing): FieldType[] {
  const batch = batchSize(trace);
  const first = trace.steps[0]?.batches[0] as TraceBatch;
  const field = (name: string, t: TraceTensor): FieldType => {
    return {
      name,
      dtype: t.dtype.startsWith("int") ? "int64" : "float32",
      shape: sampleShape(t, batch),
      classes: null,
    };
  };
  return [
    ...Object.entries(first.inputs).map(([name, t]) => field(inputField(name), t)),
    ...Object.entries(first.target).map(([name, t]) => field(name, t)),
    ...drawing.constants.map(({ node, shape }): FieldType => {
      return { name: inputField(node), dtype: "float32", shape, classes: null };
    }),
  ];
}

interface Machinery {
  readonly network: Network;
  /** The same without an objective. */
  readonly inference: Network;
  readonly model: CompiledModel;
  readonly session: Session;
  readonly batch: number;
}

class Replay {
  readonly #trace: Trace;
  readonly #drawing: Drawing;
  readonly #machinery: Machinery;
  /** Parameters, buffers and state by role key. */
  readonly #tensors: Map<string, Tensor>;
  readonly #worst: Deviations = { loss: 0, gradients: 0, parameters: 0, buffers: 0, outputs: 0 };

  constructor(trace: Trace, drawing: Drawing, machinery: Machinery) {
    this.#trace = trace;
    this.#drawing = drawing;
    this.#machinery = machinery;
    this.#tensors = new Map(initialTensors(machinery.network));
    for (const [name, t] of [...Object.entries(trace.params), ...Object.entries(trace.buffers)]) {
      const key = this.#key(name);
      const own = this.#tensors.get(key);
      if (!own) throw new TraceFault(`"${name}" of the trace would be "${key}", which the network does not have`);
      if (elementCount(own.dims) !== t.data.length || String(own.dims) !== String(t.shape)) {
        throw new TraceFault(`"${name}" has the shape [${t.shape}] in the trace and [${own.dims}] in the network`);
      }
      this.#tensors.set(key, toTensor(t));
    }
    this.#checkComplete();
  }

  /** Every parameter of the network must come from the trace, or its random start would be compared. */
  #checkComplete(): void {
    const given = new Set(
      [...Object.keys(this.#trace.params), ...Object.keys(this.#trace.buffers)].map((n) => this.#key(n)),
    );
    const missing = this.#machinery.network.parameters
      .map((p) => `${p.node}.${p.spec.name}`)
      .find((key) => !given.has(key));
    if (missing !== undefined) throw new TraceFault(`the trace has no parameter for "${missing}"`);
  }

  #key(name: string): string {
    return this.#drawing.parameters.get(name) ?? namesake(name);
  }

  async run(): Promise<Deviations> {
    const { steps } = this.#trace;
    for (const [i, step] of steps.entries()) {
      const place = `step ${i + 1}`;
      // Outputs while training are those of inference where no layer tells the two apart.
      if (steps.length <= longest && Object.keys(this.#trace.buffers).length === 0) {
        for (const b of step.batches) if (b.outputs) await this.#compareOutputs(place, b, b.outputs);
      }
      const results = await this.#step(i, step);
      if (steps.length <= longest) this.#compareStep(place, step, results);
      else if (i === steps.length - 1) this.#compareLoss(place, step, results, marks.lastLoss);
    }
    const first = steps[0]?.batches[0];
    if (first && this.#trace.final_eval.length > 0) {
      await this.#compareOutputs("final evaluation", first, this.#trace.final_eval);
    }
    return this.#worst;
  }

  async #step(index: number, step: TraceStep): Promise<Map<string, Tensor>> {
    const { inputs, outputs } = this.#machinery.model.manifest;
    const feeds = Object.fromEntries(inputs.map((port) => [port.name, this.#feed(port, index, step)]));
    const results = unwrap(await this.#machinery.session.run(feeds));
    const found = new Map<string, Tensor>();
    for (const { name, role } of outputs) {
      const value = results[name] as Tensor;
      if (isCarried(role)) this.#tensors.set(roleKey(role), value);
      found.set(resultKey(role), value);
    }
    return found;
  }

  #feed({ name, role }: ModelPort, index: number, step: TraceStep): Tensor {
    switch (role.kind) {
      case "data":
      case "target":
        return this.#stacked(role, step.batches);
      case "learning-rate":
        return tensor("float32", [], [step.lr]);
      case "step":
        return tensor("int64", [], [index + 1]);
      case "seed":
        return tensor("uint32", [], [0]);
      default: {
        const held = this.#tensors.get(roleKey(role));
        if (!held) throw new TraceFault(`nothing to feed the input "${name}" with`);
        return held;
      }
    }
  }

  /** Data of one input: of the batch, or of all micro-batches with an axis in front. */
  #stacked(role: Role & { kind: "data" | "target" }, batches: readonly TraceBatch[]): Tensor {
    const parts = batches.map((b) => this.#dataOf(role, b));
    const [first] = parts as [Tensor];
    if (this.#machinery.model.manifest.accumulate === 1) return first;
    const data = parts.flatMap((p) => Array.from(toNumbers(p)));
    return tensor(first.dtype, [parts.length, ...first.dims], data);
  }

  #dataOf(role: Role & { kind: "data" | "target" }, batch: TraceBatch): Tensor {
    const constant = role.kind === "data" && this.#drawing.constants.find((c) => c.node === role.node);
    if (constant) {
      const data = Array.from({ length: this.#machinery.batch }, () => constant.data).flat();
      return tensor("float32", [this.#machinery.batch, ...constant.shape], data);
    }
    const named = [...this.#drawing.inputs].find(([, node]) => role.kind === "data" && node === role.node)?.[0];
    const given = role.kind === "data" ? batch.inputs[named ?? ""] : batch.target[role.field];
    if (!given) throw new TraceFault(`no data for ${role.kind === "data" ? role.node : role.field}`);
    const whole = toTensor(given);
    return { ...whole, dims: [this.#machinery.batch, ...sampleShape(given, this.#machinery.batch)] };
  }

  #compareStep(place: string, step: TraceStep, found: ReadonlyMap<string, Tensor>): void {
    this.#compareLoss(place, step, found, lossMark * Math.abs(step.loss));
    this.#compareGradients(place, "applied", step.grads, found);
    this.#compareGradients(place, "loss", step.grads_before_clip, found);
    const free = new Set(this.#trace.zero_gradient_params);
    for (const [name, wanted] of Object.entries(step.params_after)) {
      if (free.has(name)) continue;
      this.#compare(
        "parameters",
        `${place}: weight ${name}`,
        this.#tensors.get(this.#key(name)),
        wanted,
        () => marks.parameter,
      );
    }
    for (const [name, wanted] of Object.entries(step.buffers_after)) {
      this.#compare(
        "buffers",
        `${place}: buffer ${name}`,
        this.#tensors.get(this.#key(name)),
        wanted,
        () => marks.buffer,
      );
    }
  }

  #compareLoss(place: string, step: TraceStep, found: ReadonlyMap<string, Tensor>, mark: number): void {
    const wanted: TraceTensor = { shape: [], dtype: "float32", data: [step.loss] };
    this.#compare("loss", `${place}: loss`, found.get("loss"), wanted, () => mark);
  }

  #compareGradients(
    place: string,
    stage: "loss" | "applied",
    wanted: TraceTensors,
    found: ReadonlyMap<string, Tensor>,
  ): void {
    const norm = Math.hypot(...Object.values(wanted).flatMap((g) => g.data));
    for (const [name, gradient] of Object.entries(wanted)) {
      const rounding = this.#trace.zero_gradient_params.includes(name) ? marks.zeroGradient * norm : 0;
      const mark = (g: number): number =>
        Math.max(marks.gradient * Math.max(Math.abs(g), marks.gradientFloor * norm), rounding);
      const own = found.get(`${stage} ${this.#key(name)}`);
      this.#compare("gradients", `${place}: gradient of ${name}`, own, gradient, mark);
    }
  }

  /** Outputs of the inference model with the weights as they are now. */
  async #compareOutputs(place: string, batch: TraceBatch, wanted: readonly TraceTensor[]): Promise<void> {
    const options = { kind: "inference", batch: this.#machinery.batch, values: this.#tensors } as const;
    const model = unwrap(compileNetwork(this.#machinery.inference, options));
    const session = await open(model);
    const data = model.manifest.inputs.map(({ name, role }) => {
      return [name, this.#dataOf(role as Role & { kind: "data" }, batch)] as const;
    });
    const results = unwrap(await session.run(Object.fromEntries(data)));
    await session.release();
    wanted.forEach((output, i) => {
      const { node, port } = this.#drawing.outputs[i] ?? { node: "", port: "" };
      const own = model.manifest.outputs.find(({ role }) => {
        return role.kind === "prediction" && role.node === node && role.port === port;
      });
      // An output of a mapped network that other nodes use is not among what an inference model gives.
      if (!own) return;
      const scale = Math.max(1, ...output.data.map(Math.abs));
      this.#compare("outputs", `${place}: output ${i}`, results[own.name], output, () => marks.output * scale);
    });
  }

  #compare(
    what: keyof Deviations,
    label: string,
    found: Tensor | undefined,
    wanted: TraceTensor,
    mark: (wanted: number) => number,
  ): void {
    if (!found) throw new TraceFault(`${label}: the model does not give it`);
    const values = toNumbers(found);
    if (values.length !== wanted.data.length) {
      throw new TraceFault(`${label}: ${values.length} elements in place of ${wanted.data.length}`);
    }
    wanted.data.forEach((value, i) => {
      const own = values[i] as number;
      const share = own === value ? 0 : Math.abs(own - value) / mark(value);
      if (!(share <= 1)) throw new TraceFault(`${label}[${i}] is ${own}, the trace has ${value}`);
      this.#worst[what] = Math.max(this.#worst[what], share);
    });
  }
}

/** Text by which a result of a step is found again. */
function resultKey(role: Role): string {
  if (role.kind === "loss") return "loss";
  if (role.kind === "gradient") return `${role.stage} ${role.node}.${role.parameter}`;
  return roleKey(role);
}
