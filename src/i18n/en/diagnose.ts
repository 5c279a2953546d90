import type { DiagnoseIssues } from "../../core/issues/diagnose.ts";
import type { LayerId } from "../../layers/registry.gen.ts";
import type { MessagesOf } from "../messages.ts";
import { fraction, lossText, percentText, short } from "../numbers.ts";
import { layers } from "./layers.ts";
import { plural } from "./words.ts";

type Layers = { readonly [id in LayerId]?: { readonly name: string } };
const nameOf = (layer: string): string => (layers as Layers)[layer as LayerId]?.name ?? layer;

const notFinite: { readonly [W in DiagnoseIssues["diagnose.not-finite"]["what"]]: string } = {
  parameter: "parameters",
  activation: "output",
  loss: "loss",
  gradient: "gradient",
  update: "update",
};

const rate = (learningRate: number | null): string => (learningRate === null ? "" : ` of ${learningRate}`);

export const diagnose: MessagesOf<DiagnoseIssues> = {
  "diagnose.not-finite": (i) =>
    `Not finite: at step ${i.step} the ${notFinite[i.what]}${i.node === undefined ? "" : ` of ${i.node}`} became infinite or NaN, before all others. Lower the learning rate${rate(i.learningRate)}, or clip gradients.`,
  "diagnose.diverging": (i) =>
    `Diverging: the loss grew from ${lossText(i.from)} to ${lossText(i.to)} within ${plural(i.steps, "step")}. Lower the learning rate${rate(i.learningRate)}.`,
  "diagnose.vanishing": (i) =>
    `Vanishing: ${i.node ?? "the first layer"} gets ${fraction(i.share)} of the last layer's gradient, and ${i.nodes.length} of ${plural(i.of, "layer")} get too little to learn. ${i.layer === null ? "Normalise, add skip connections, or use activations that pass the gradient on." : `${nameOf(i.layer)} takes it away: use ReLU, normalise, or add skip connections.`}`,
  "diagnose.exploding": (i) =>
    `Exploding: ${i.node ?? "a layer"} gets ${short(i.share)} times the last layer's gradient, as do ${i.nodes.length} of ${plural(i.of, "layer")} beyond all measure. Clip gradients, or start from smaller weights.`,
  "diagnose.dead-units": (i) =>
    `Dead: ${i.units === null ? `${percentText(i.dead)} of the units` : `${i.dead} of ${plural(i.units, "unit")}`} of ${i.node ?? nameOf(i.layer)} give zero for every sample, in ${plural(i.probes, "probe")} in a row. ${i.layer === "leaky-relu" ? "Lower the learning rate." : `Replace ${nameOf(i.layer)} by LeakyReLU, or lower the learning rate, and begin anew.`}`,
  "diagnose.no-gradient": (i) =>
    `No gradient: exactly zero reaches ${plural(i.nodes.length, "layer")} in ${plural(i.probes, "probe")} in a row. ${i.culprit === null ? "Look for an operation without a slope." : `${i.culprit} lets nothing through: replace it or begin anew with a lower rate.`}`,
  "diagnose.saturated": (i) =>
    `Saturated: ${percentText(i.share)} of the outputs of ${i.node ?? nameOf(i.layer)} are at a bound, where the slope is almost zero. Normalise what enters ${nameOf(i.layer)}, or start from smaller weights.`,
  "diagnose.rate-high": (i) =>
    `Rate too high: a step changes the weights by ${percentText(i.ratio)}, and the loss does not fall. About 0.1 % trains well: lower the learning rate of ${i.learningRate}.`,
  "diagnose.rate-low": (i) =>
    `Rate too low: a step changes the weights by ${percentText(i.ratio)}, and the loss hardly falls. About 0.1 % trains well: raise the learning rate of ${i.learningRate}.`,
  "diagnose.raw-input": (i) =>
    `Input is not normalised: ${i.field} has mean ${short(i.mean)} and deviation ${short(i.deviation)}. Zero mean and unit deviation train in fewer steps.`,
  "diagnose.no-progress": (i) =>
    `No progress: after ${plural(i.steps, "step")} the loss is ${lossText(i.to)}, and it was ${lossText(i.from)}. Look at the gradients, the targets and the learning rate.`,
  "diagnose.overfitting": (i) =>
    `Overfitting: since epoch ${i.epoch} the validation loss rose from ${lossText(i.best)} to ${lossText(i.now)}, while the training loss fell from ${lossText(i.trainThen)} to ${lossText(i.trainNow)}. Stop earlier, use more data, or regularise.`,
};
