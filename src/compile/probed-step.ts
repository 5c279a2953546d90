import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Provider } from "../ir/gradient.ts";
import type { Value } from "../ir/graph.ts";
import type { Bounds, Layer } from "../layers/define.ts";
import { elementCount } from "../shape/dtype.ts";
import { staticShape } from "../shape/type.ts";
import { openStep } from "./inputs.ts";
import type { CompiledModel } from "./model.ts";
import { type Network, trainedNodes } from "./network.ts";
import { emitTensors, everyTensor, type ResolvedRef, resolveRefs } from "./probe.ts";
import { emitStatistics, type Measured } from "./statistics.ts";
import type { StatisticsRow } from "./tensor-ref.ts";
import { unitAxes } from "./units.ts";

export interface ProbedStepOptions {
  /** Samples a (micro-)batch. */
  readonly batch: number;
  readonly provider: Provider;
}

/**
 * A training step that gives, in place of what it changes, statistics of every output, of its gradient where a loss
 * reaches it, and of every trained parameter, its gradient and its update. It runs beside the training step on the same
 * batch and tensors, so that the numbers of the training are those of a training without it.
 */
export function compileProbedStep(network: Network, { batch, provider }: ProbedStepOptions): Result<CompiledModel> {
  if (network.document.objectives.length === 0) return fail(issue("objective.none", {}));
  const refs = statisticsRefs(network);
  if (!refs.ok) return refs;
  const wanted = new Set([...network.graph.nodes.keys(), ...trainedNodes(network)]);
  const { model, values } = openStep(network, { batch, title: "probed step", wanted });
  const emitted = emitTensors(model.b, network, values, refs.value, { batch, provider, training: true });
  if (!emitted.ok) return emitted;
  const { losses, values: tensors } = emitted.value;
  const measure = measurer(network);
  const statistics = model.b.at({ node: null, pass: "probe" }, () =>
    emitStatistics(
      model.b,
      tensors.map((value, i) => measure(value, refs.value[i] as ResolvedRef)),
    ),
  );
  model.output("statistics", statistics, { kind: "statistics" });
  for (const [objective, loss] of losses) {
    const name = losses.size > 1 ? `loss.${objective}` : "loss";
    model.output(name, loss, { kind: "loss", objective });
  }
  const rows = tensors.map((value, i) => rowOf(value, refs.value[i] as ResolvedRef));
  const { accumulate } = network.document.training;
  const about = { kind: "probed-step", document: network.document.name, batch, accumulate, statistics: rows } as const;
  return model.finish(about, { trimmed: true });
}

/** The tensors that are measured: all that a step has, but for what is not trained and gradients that nothing makes. */
function statisticsRefs(network: Network): Result<ResolvedRef[]> {
  const all = resolveRefs(network, everyTensor(network));
  if (!all.ok) return all;
  const trained = new Set(all.value.flatMap((r) => (r.of === "parameter" && r.what === "update" ? keyOf(r) : [])));
  return ok(
    all.value.filter((r) => {
      if (r.of === "parameter") return trained.has(keyOf(r));
      return r.of === "output" && (r.what === "value" || r.from !== null);
    }),
  );
}

const keyOf = (r: Extract<ResolvedRef, { of: "parameter" }>): string => `${r.node}.${r.parameter}`;

function measurer(network: Network): (value: Value, ref: ResolvedRef) => Measured {
  const axes = unitAxes(network.graph);
  return (value, ref) => {
    if (ref.of !== "output") return { value, units: 0, bounds: null };
    const units = axes.get(`${ref.node}.${ref.port}`) ?? 1;
    return { value, units, bounds: ref.what === "value" ? boundsOf(network, ref.node) : null };
  };
}

function boundsOf(network: Network, id: string): Bounds | null {
  const { node, layer, params } = network.graph.nodes.get(id) ?? {};
  return layer && params && node?.state === "active" ? (layer as Layer).bounds(params) : null;
}

function rowOf(value: Value, ref: ResolvedRef): StatisticsRow {
  const elements = elementCount(staticShape(value.type.shape) ?? []);
  if (ref.of === "output") {
    return { place: { of: "output", node: ref.node, port: ref.port }, what: ref.what, elements };
  }
  const { node, parameter, what } = ref as Extract<ResolvedRef, { of: "parameter" }>;
  return { place: { of: "parameter", node, parameter }, what: what as StatisticsRow["what"], elements };
}
