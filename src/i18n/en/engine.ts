import type { EngineIssues } from "../../core/issues/engine.ts";
import type { MessagesOf } from "../messages.ts";
import { list, plural } from "./words.ts";

const checkpointProblem: { readonly [P in EngineIssues["checkpoint.corrupt"]["problem"]]: string } = {
  "too-short": "bytes are missing",
  "header-too-large": "its header is larger than the format allows",
  "header-not-json": "its header is not JSON",
  "header-entry": "an entry of its header is not of the expected form",
  "unknown-dtype": "an element type is not known",
  "size-mismatch": "bytes of a tensor do not fit its shape",
  "gap-or-overlap": "tensors overlap or leave a gap",
  "trailing-bytes": "bytes are left over",
  metadata: "what it says of the run is missing or not of the expected form",
  tensor: "a tensor is not the one that the network needs",
};

const notFiniteRemedy: { readonly [W in EngineIssues["engine.not-finite"]["what"]]: string } = {
  data: "Mend or leave out the sample in the data.",
  activation:
    "Keep its input in range (no logarithm of 0, no division by 0), normalise the inputs, or lower the learning rate.",
  loss: "Lower the learning rate, or use a loss that takes logits.",
  gradient: "Lower the learning rate or clip gradients.",
  update: "Lower the learning rate or clip gradients.",
};

export const engine: MessagesOf<EngineIssues> = {
  "engine.died": (i) =>
    `The training process ended unexpectedly (${[i.signal, i.exitCode === null ? null : `exit code ${i.exitCode}`, i.reason].filter(Boolean).join(", ")}). It is started again and continues from the last checkpoint.`,
  "engine.gave-up": (i) =>
    `The training process ended ${plural(i.restarts, "time")} in a row without progress and is not started again. Use a smaller batch or another provider; "gradloom train --resume" continues from the last checkpoint.`,
  "engine.unresponsive": (i) =>
    `The training process has not answered for ${plural(i.seconds, "second")} and is restarted. If this comes again, use a smaller batch or network.`,
  "engine.protocol": (i) =>
    `A message between Gradloom and its training process was not understood: ${i.reason}. Build again with "npm run build" so that both are of the same version.`,
  "engine.refused": (i) =>
    `The command "${i.command}" expects another state of the run, found "${i.state}". Wait for the run to change, or start a run first.`,
  "engine.session": (i) =>
    `onnxruntime did not accept the model "${i.model}": ${i.reason}. Try another provider; on the CPU this is a fault of Gradloom, please report it.`,
  "engine.run": (i) =>
    `The model "${i.model}" failed while running: ${i.reason}. Check the shapes of its inputs and the memory that is free.`,
  "engine.not-finite": (i) => {
    const of = i.node === undefined ? i.name : `node ${i.node} (${i.name})`;
    return `At step ${i.step} the ${i.what} of ${of} became ${i.value}, where a finite number was expected. ${notFiniteRemedy[i.what]}`;
  },
  "engine.cancelled": () => `The calculation was given up before its end. Start it again to see its result.`,
  "look.unknown": (i) =>
    `A tensor of the network was expected, found "${i.tensor}". Choose a node, port or parameter that the network has now.`,
  "look.sample": (i) =>
    `Sample ${i.index} of the ${i.split} part was asked for, and it has ${plural(i.samples, "sample")}. Choose a smaller number.`,
  "look.input": (i) =>
    i.found === null
      ? `No contents were given for "${i.input}", where ${i.expected} was expected. Give an array of that shape and type.`
      : `The contents of "${i.input}" should be ${i.expected}, found ${i.found}. Give an array of that shape and type.`,
  "look.index": (i) =>
    `Element ${i.index} of "${i.tensor}" was asked for, and it has ${plural(i.elements, "element")}. Choose a smaller number.`,
  "tensors.misfit": (i) =>
    i.expected === null
      ? `The tensor "${i.tensor}" (${i.found}) belongs to no parameter of the network. Leave it out, or begin with the initial weights.`
      : `The tensor "${i.tensor}" should be ${i.expected}, found ${i.found}. The network was changed since; begin with the initial weights.`,
  "provider.unavailable": (i) =>
    `The execution provider ${i.provider} cannot be used: ${i.reason}. The CPU is used in its place.`,
  "cuda.not-here": (i) =>
    `onnxruntime has CUDA for Linux on x64 only, and this is ${i.platform}. Use another execution provider.`,
  "cuda.unreachable": (i) =>
    `The source of onnxruntime's CUDA libraries cannot be reached (${i.url}: ${i.reason}). Nothing was changed. Check the connection, or install them on a machine that has one.`,
  "cuda.damaged": (i) =>
    `What came from ${i.url} is not what its source promised (expected ${i.expected}, found ${i.found || "nothing"}). Nothing was installed. Try again.`,
  "run.no-folder": (i) => `A run folder was expected here: ${i.reason}. Name the folder that "gradloom train" wrote.`,
  "run.folder-in-use": (i) =>
    `The run folder is in use by another process (${i.pid}). Wait until it ends, or choose another folder with --out.`,
  "run.exists": () =>
    `A new run needs a folder of its own, and this one holds a run already. Resume that run, or choose another folder with --out.`,
  "run.corrupt": (i) => `The run folder is damaged: ${i.reason}. Use an older checkpoint from it, or train again.`,
  "run.other-document": (i) =>
    `The run was made with another document: ${i.reason}. Resume it with its own document, or start a new run.`,
  "run.no-checkpoint": () =>
    `The run folder holds no checkpoint to go on from; training wrote none before it ended. Start a new run.`,
  "checkpoint.corrupt": (i) =>
    `The checkpoint is damaged: ${checkpointProblem[i.problem]}${i.detail ? ` (${i.detail})` : ""}. Delete it to go on from an older one.`,
  "file.missing": () => `The file does not exist. Check the name and the folder.`,
  "file.unreadable": (i) => `The file cannot be read: ${i.reason}. Check that it is a file and that you may read it.`,
  "file.unwritable": (i) =>
    `The file cannot be written: ${i.reason}. Check the folder, your rights and the free space.`,
  "model.unreadable": (i) =>
    `An ONNX model was expected, and the file cannot be read as one: ${i.reason}. Choose another file.`,
  "model.input": (i) =>
    `The input "${i.input}" of the model expects ${i.expected}, found ${i.found}. Give an array of that shape and type.`,
  "model.missing-input": (i) =>
    `No value was given for the input "${i.input}" of the model. Add --input ${i.input}=file.npy; its inputs are: ${list(i.inputs)}.`,
};
