import { invariant } from "../core/invariant.ts";
import { type Issue, issue } from "../core/issue.ts";
import type { LossKind, LossSpec } from "../graph/objective.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Provider } from "../ir/gradient.ts";
import type { Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";
import type { TensorType } from "../shape/type.ts";
import { crossEntropy, nll } from "./losses/class.ts";
import { type LossDefinition, type LossEmission, type LossPath, lossCheck, type SpecOf } from "./losses/define.ts";
import { huber, l1, logCosh, mse, smoothL1 } from "./losses/difference.ts";
import { contrastive, cosine } from "./losses/distance.ts";
import { hinge, perceptron } from "./losses/margin.ts";
import { bceWithLogits, kl } from "./losses/probability.ts";

export type { LossEmission, LossPath } from "./losses/define.ts";

/** Every loss; a missing one does not compile. */
const losses: { readonly [K in LossKind]: LossDefinition<K> } = {
  "cross-entropy": crossEntropy,
  nll,
  "bce-with-logits": bceWithLogits,
  mse,
  l1,
  huber,
  "smooth-l1": smoothL1,
  "log-cosh": logCosh,
  kl,
  hinge,
  perceptron,
  cosine,
  contrastive,
};

/** LaTeX of a loss, without the reduction over the batch. */
export const lossFormula = (kind: LossKind): string => losses[kind].formula;

/**
 * What is wrong with a loss of these types; the caller adds the place. `path` is where the loss stands in the
 * document (`["objectives", 0, "terms", 0, "loss"]`): with it, issues carry fixes.
 */
export function checkLoss(spec: LossSpec, prediction: TensorType, target: TensorType | null, path?: LossPath): Issue[] {
  if (!target) return [issue("objective.no-target", { loss: spec.kind })];
  return checkKind(spec.kind, spec, prediction, target, path);
}

/** Narrows table and specification together, which the compiler cannot do over a union. */
function checkKind<K extends LossKind>(
  kind: K,
  spec: LossSpec,
  prediction: TensorType,
  target: TensorType,
  path: LossPath | undefined,
): Issue[] {
  return losses[kind].check(lossCheck<K>(spec as SpecOf<K>, prediction, target, path));
}

/** Emits a loss that {@link checkLoss} accepts. Marking the origin is up to the caller. */
export function emitLoss(
  b: GraphBuilder,
  spec: LossSpec,
  prediction: Value,
  target: Value | null,
  provider: Provider = "cpu",
): LossEmission {
  invariant(target, `${spec.kind} without a target`);
  return emitKind(spec.kind, b, spec, prediction, target, provider);
}

function emitKind<K extends LossKind>(
  kind: K,
  b: GraphBuilder,
  spec: LossSpec,
  prediction: Value,
  target: Value,
  provider: Provider,
): LossEmission {
  return losses[kind].emit({ b, m: new Maths(b), spec: spec as SpecOf<K>, prediction, target, provider });
}
