import { compileNetwork, type TensorMap } from "../compile/index.ts";
import type { CompiledModel } from "../compile/model.ts";
import { ok, type Result } from "../core/result.ts";
import type { Graph, Operator, Origin } from "../ir/graph.ts";
import { bodies } from "../ir/graph.ts";
import type { ProviderReport, ReplyValue } from "../protocol/index.ts";
import type { LookBatch, Scene } from "./look-batch.ts";
import { feedsOf } from "./models.ts";
import { type OperatorTime, placementOf, profileRuns } from "./ort.ts";

type Profile = Extract<ReplyValue, { kind: "profile" }>;

/**
 * Time of every node in a training step, by pass. The step runs as it is trained with, so an operator that onnxruntime
 * has fused with others counts with the one whose name is left, and one that it has put in between with its neighbour.
 * Errors: `objective.none`, `binding.no-data`, those of compiling and of sessions.
 */
export async function profile(
  { provider, threads }: Scene,
  batch: LookBatch,
  tensors: TensorMap,
  steps: number,
): Promise<Result<Profile>> {
  const model = compileNetwork(batch.network, { kind: "training-step", batch: batch.batch, provider });
  if (!model.ok) return model;
  const { seed } = batch.network.document;
  const feeds = feedsOf(model.value.manifest, { ...batch, carried: tensors, seed });
  // The first run allocates and is not counted.
  const runs = await profileRuns(model.value.bytes, { name: "training-step", provider, threads }, feeds, steps + 1);
  if (!runs.ok) return runs;
  const counted = runs.value.slice(1);
  const total = counted.reduce((sum, r) => sum + r.microseconds, 0) / Math.max(counted.length, 1);
  const operators = placementOf(runs.value.at(-1)?.operators ?? []);
  const report: ProviderReport = { asked: provider, used: provider, reason: null, operators };
  return ok({ kind: "profile", nodes: byNode(model.value, counted), total, provider: report });
}

function byNode(
  { graph }: CompiledModel,
  runs: readonly { readonly operators: readonly OperatorTime[] }[],
): Profile["nodes"] {
  const origins = originsOf(graph);
  const sums = new Map<string, { origin: Origin; microseconds: number; operators: number }>();
  for (const { operators } of runs) {
    for (const { origin, microseconds } of placed(operators, origins)) {
      const key = `${origin.pass} ${origin.node ?? ""}`;
      const held = sums.get(key) ?? { origin, microseconds: 0, operators: 0 };
      held.microseconds += microseconds / runs.length;
      held.operators += 1 / runs.length;
      sums.set(key, held);
    }
  }
  return [...sums.values()].map(({ origin, microseconds, operators }) => {
    return { node: origin.node, pass: origin.pass, microseconds, operators: Math.round(operators) };
  });
}

/** Origins of all operators that are not loops, by name: the time of a loop is that of its body. */
function originsOf(graph: Graph): Map<string, Origin | null> {
  const visit = (o: Operator): [string, Origin | null][] => {
    const inner = bodies(o).flatMap((body) => body.operators.flatMap(visit));
    return [[o.name, inner.length > 0 ? null : o.origin], ...inner];
  };
  return new Map(graph.operators.flatMap(visit));
}

interface Placed {
  readonly origin: Origin;
  readonly microseconds: number;
}

function placed(operators: readonly OperatorTime[], origins: ReadonlyMap<string, Origin | null>): Placed[] {
  const known = operators.map((o) => originOf(o.name, origins));
  return operators.flatMap(({ kind, microseconds }, i): Placed[] => {
    if (known[i] === null) return [];
    // What brings a tensor into another layout belongs to the operator that wants it so, else to the one before.
    const after = known.slice(i).find((k) => k);
    const before = known
      .slice(0, i + 1)
      .reverse()
      .find((k) => k);
    const origin = kind === "ReorderInput" ? (after ?? before) : (before ?? after);
    return origin ? [{ origin, microseconds }] : [];
  });
}

/** Null of a loop; undefined where the name tells of no operator of the model. */
function originOf(name: string, origins: ReadonlyMap<string, Origin | null>): Origin | null | undefined {
  const plain = name.replace(/^fused /, "");
  for (
    let end = plain.length;
    end > 0;
    end = Math.max(plain.lastIndexOf("_", end - 1), plain.lastIndexOf("/", end - 1))
  ) {
    const found = origins.get(plain.slice(0, end));
    if (found !== undefined) return found;
  }
  return undefined;
}
