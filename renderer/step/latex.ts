import { equation } from "../../src/explain/expression.ts";
import { lossGradient, unitOf, workedLoss, workedUnit } from "../../src/explain/loss.ts";
import { localLine } from "../../src/explain/multilinear.ts";
import { elementOf, type Place, sameTensor } from "../../src/explain/place.ts";
import { workedUpdate } from "../../src/explain/update.ts";
import { lossFormula } from "../../src/optim/loss.ts";
import { optimizerFormula } from "../../src/optim/optimizer.ts";
import { nodeFormula } from "../inspector/node/formula.ts";
import { type LossLook, type NodeLook, updateOf } from "./nodeLook.ts";
import type { Picks, Stop } from "./session.ts";

/** What a stop shows in formulas, as LaTeX for a paper: one equation a line. */
export function latexOf(of: {
  readonly look: NodeLook | LossLook;
  readonly picks: Picks;
  readonly stop: Stop;
  readonly step: number;
}): string {
  const lines = of.look.kind === "loss" ? lossLines(of.look, of.picks, of.stop) : nodeLines(of.look, of);
  return `\\begin{gather*}\n${lines.map((l) => `  ${l}`).join(" \\\\\n")}\n\\end{gather*}\n`;
}

function lossLines({ numbers }: LossLook, { output }: Picks, stop: Stop): string[] {
  const index = output?.index ?? 0;
  if (stop !== "forward") {
    const { letters, expression } = lossGradient(numbers, index);
    return [equation(letters, expression)];
  }
  const unit = workedUnit(numbers, unitOf(numbers, index));
  return [lossFormula(numbers.spec.kind), ...unit.lines, ...workedLoss(numbers).lines];
}

function nodeLines(look: NodeLook, { picks, stop, step }: { picks: Picks; stop: Stop; step: number }): string[] {
  const { output, parameter, input } = picks;
  const { form, numbers } = look;
  if (output?.tensor.of !== "output") return [];
  const name = parameter?.tensor.of === "parameter" ? parameter.tensor.parameter : "";
  const local = (by: Place | null): string[] => {
    if (!by || output.tensor.of !== "output") return [];
    const reads = form.reads(numbers, output.tensor.output, output.index);
    const read = reads.some((r) => r.index === by.index && sameTensor(r.tensor, by.tensor));
    return read ? [localLine(form.local(numbers, output.tensor.output, output.index, by))] : [];
  };
  const { input: byInput, parameters } = form.backward(numbers.params);
  switch (stop) {
    case "forward":
      return [nodeFormula(look.checked), ...form.worked(numbers, output.tensor.output, output.index).lines];
    case "incoming": {
      const g = look.outputs[output.tensor.output];
      return g ? [equation("\\frac{\\partial L}{\\partial y}", number(elementOf(g, output.index)))] : [];
    }
    case "weights": {
      const g = look.parameters[name]?.gradient;
      const total =
        g && parameter ? [equation("\\frac{\\partial L}{\\partial w}", number(elementOf(g, parameter.index)))] : [];
      return [parameters[name] ?? "", ...local(parameter), ...total].filter((l) => l !== "");
    }
    case "outgoing": {
      const g = input?.tensor.of === "input" ? look.inputs[input.tensor.input] : null;
      const total = g && input ? [equation("\\frac{\\partial L}{\\partial x}", number(elementOf(g, input.index)))] : [];
      return [byInput, ...local(input), ...total];
    }
    case "update": {
      const update = parameter && updateOf(look, name, parameter.index, step + 1);
      const formula = look.objective ? [optimizerFormula(look.objective.optimizer.kind)] : [];
      return [...formula, ...(update ? workedUpdate(update).lines : [])];
    }
  }
}

const number = (value: number) => ({ kind: "leaf", letters: "", value, exact: false }) as const;
