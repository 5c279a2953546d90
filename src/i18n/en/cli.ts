import { count } from "../messages.ts";
import { plural } from "./words.ts";

/** Texts of the command line. The Chinese ones have the same form: {@link CliText}. */
export const cli = {
  about: "Train drawn neural networks as plain ONNX models.",
  headings: { usage: "Usage:", arguments: "Arguments:", options: "Options:", commands: "Commands:" },
  commands: {
    templates: "list the ready-made networks",
    check: "look for problems in a document",
    shapes: "print the shape of every tensor",
    train: "train a network",
    evaluate: "loss and metrics of a trained network",
    export: "write an ONNX model",
    run: "run an ONNX model on arrays",
    gradcheck: "compare every gradient with finite differences",
    serve: "show the window in a browser of this machine",
    doctor: "show versions, providers and data of this installation",
    help: "show the help of a command",
  },
  arguments: {
    command: "name of a command",
    document: "a document (.json, .gradloom), or the name of a template",
    optionalDocument: "a document, or the name of a template; not needed with --resume",
    run: "a folder that `gradloom train` wrote",
    source: "a document, the name of a template, or a run folder",
    model: "an ONNX file, or a run folder",
  },
  options: {
    json: "print one JSON object a line, for programs",
    lang: "language of messages (default: from LC_ALL, LC_MESSAGES, LANG)",
    help: "show this help",
    version: "show the version",
    epochs: "epochs to train",
    steps: "most steps to train",
    batch: "samples a step",
    batches: "training step: also write what its next n steps are fed with, as arrays",
    batchExport: "fix the batch size (default: any size; of a training step: that of the document)",
    seed: "source of all random numbers",
    lr: "base learning rate",
    provider: "what computes",
    threads: "threads of an operator",
    out: "run folder to make (default: runs/<name>-<n>)",
    outFolder: "folder for the results",
    outFile: "file to write",
    resume: "go on with the run in this folder",
    from: "begin with the weights in the document, where it has some, or anew from its seed",
    data: "another data set in place of that of the document",
    what: "which of the models; document: the document itself with its weights",
    tensor:
      "probe: a tensor that it gives, such as conv1.out, conv1.out.gradient, conv1.weight.update, target.label, loss; may be given several times (default: all)",
    split: "which part of the data",
    checkpoint: "which checkpoint",
    input: "array for an input of the model; may be given several times",
    port: "port to listen on (default: 7341, or a free one near it)",
    open: "open the browser too",
    installCuda: "fetch onnxruntime's CUDA libraries; says first how much that is",
    yes: "do not ask before the download",
    runs: "folder for what the window trains (default: the user's own data folder)",
    samples: "samples in the batch that is looked at",
    directions: "random directions for each parameter, besides that of the gradient",
  },
  defaultValue: (value: string) => `default: ${value}`,
  choices: (values: string) => `one of: ${values}`,
  usage: {
    unknownCommand: (name: string, suggestion: string | null) =>
      `There is no command "${name}".${suggestion ? ` Did you mean "${suggestion}"?` : ""}`,
    unknownOption: (name: string, suggestion: string | null) =>
      `There is no option ${name}.${suggestion ? ` Did you mean ${suggestion}?` : ""}`,
    missingArgument: (name: string) => `The argument <${name}> is missing.`,
    missingOption: (flags: string) => `The option ${flags} is missing.`,
    missingValue: (flags: string) => `The option ${flags} needs a value.`,
    badValue: (flags: string, found: string, expected: string) => `${flags} expects ${expected}, found "${found}".`,
    tooMany: (expected: number, found: number) => `This command takes ${plural(expected, "argument")}, found ${found}.`,
    seeHelp: (command: string) => `See ${command} for what there is.`,
    integer: (least: number) => `a whole number of at least ${least}`,
    number: "a number of at least 0",
    assignment: "name=file.npy",
  },
  comma: ", ",
  error: "error",
  warning: "warning",
  fix: "fix",
  words: {
    name: "name",
    title: "title",
    summary: "what it shows",
    node: "node",
    layer: "layer",
    port: "port",
    dtype: "dtype",
    shape: "shape",
    parameters: "parameters",
    parameter: "parameter",
    split: "part",
    loss: "loss",
    error: "worst relative error",
    norm: "gradient norm",
    verdict: "verdict",
    provider: "provider",
    state: "state",
  },
  splits: { train: "training", validation: "validation", test: "test" },
  metrics: {
    accuracy: "accuracy",
    "top-k": "top-k accuracy",
    "confusion-matrix": "confusion matrix",
    precision: "precision",
    recall: "recall",
    f1: "F1",
    mae: "mean absolute error",
    r2: "R²",
  } as { readonly [metric: string]: string },
  good: (nodes: number, parameters: number) =>
    `No problems: ${plural(nodes, "node")}, ${plural(parameters, "parameter")}.`,
  problems: (errors: number, warnings: number) => `${plural(errors, "error")}, ${plural(warnings, "warning")}.`,
  total: (parameters: number) => `${plural(parameters, "parameter")} in all.`,
  duration: (seconds: number) => {
    const whole = Math.round(seconds);
    if (whole < 60) return `${seconds < 10 ? seconds.toFixed(1) : whole} s`;
    const minutes = Math.floor(whole / 60);
    return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  },
  train: {
    engineStarted: (pid: number) => `Training process ${pid} started.`,
    crashed: (how: string) => `The training process ended unexpectedly (${how}); it is started again.`,
    restarted: (pid: number) => `Training process ${pid} took over.`,
    fromWeights: (step: number) =>
      `Begins with the weights in the document, those after step ${count(step)}. With --from seed it begins anew.`,
    resumed: (step: number) => `Going on after step ${count(step)}.`,
    plan: (p: { name: string; samples: number; parameters: number; epochs: number; steps: number; batch: number }) =>
      `${p.name}: ${plural(p.parameters, "parameter")}, ${plural(p.samples, "sample")}, batch ${p.batch}, ${plural(p.epochs, "epoch")}, ${plural(p.steps, "step")}.`,
    provider: (provider: string, threads: number) => `Runs on ${provider}, ${plural(threads, "thread")}.`,
    fallback: (asked: string, used: string, reason: string) => `${asked} cannot be used (${reason}); runs on ${used}.`,
    epoch: (epoch: number, epochs: number) => `epoch ${epoch}/${epochs}`,
    step: (step: number, steps: number) => `step ${count(step)}/${count(steps)}`,
    left: (time: string) => `${time} left`,
    after: (time: string) => `after ${time}`,
    stopping: "Stopping after this step; press Ctrl+C again to end at once.",
    stopped: (step: number) => `Stopped after step ${count(step)}, with a checkpoint.`,
    howToResume: (command: string) => `To go on: ${command}`,
    earlyStop: (step: number) => `Stopped early after step ${count(step)}: no more progress.`,
    result: (split: string, values: string) => `On ${split} data: ${values}.`,
    written: (file: string) => `ONNX model: ${file}`,
    folder: (folder: string) => `Run folder: ${folder}`,
    time: (steps: number, time: string) => `${plural(steps, "step")} in ${time}.`,
  },
  export: {
    written: (file: string, size: string) => `Wrote ${file} (${size}).`,
    tensors: (file: string, tensors: number) => `Wrote ${file}: ${plural(tensors, "tensor")} to feed beside the data.`,
    withWeights: (step: number) => `It holds the weights after step ${count(step)}.`,
    withoutWeights: "Nothing was trained: it holds the initial weights.",
    inputs: "inputs",
    outputs: "outputs",
    batches: (steps: number) =>
      `Wrote what the next ${plural(steps, "step")} ${steps === 1 ? "is" : "are"} fed with. To train outside Gradloom:`,
    units:
      "Feed pictures as 0 to 1 (pixel / 255) and other numbers as they are in the data: scaling by mean and deviation is inside the model.",
  },
  run: { written: (file: string, type: string) => `Wrote ${file}: ${type}.` },
  gradcheck: {
    working: "comparing gradients",
    good: "agrees",
    bad: "differs",
    summary: (worst: string, parameters: number, limit: string) =>
      `Worst relative error ${worst} over ${plural(parameters, "parameter tensor")}; the limit is ${limit}.`,
  },
  doctor: {
    works: "works",
    fails: (reason: string) => `does not work here: ${reason}`,
    threads: (n: number) => `${plural(n, "thread")} for an operator`,
    memory: (free: string, all: string) => `${free} of ${all} memory free`,
    dataset: (name: string, samples: number) => `data set ${name}: ${plural(samples, "sample")}`,
    notInBuild: "not in onnxruntime for this system",
    cuda: {
      title: "CUDA needs, on this machine:",
      driver: "NVIDIA driver: found",
      noDriver: "NVIDIA driver: not found. Install the driver of your card first.",
      libraries: (version: string | null) =>
        `onnxruntime's CUDA libraries: found${version === null ? "" : ` (${version}, installed by gradloom doctor)`}`,
      noLibraries: "onnxruntime's CUDA libraries: missing. gradloom doctor --install-cuda fetches them when you want.",
      missing: (names: string) =>
        `CUDA and cuDNN: not found by the loader: ${names}. Install CUDA 13 and cuDNN 9, and name their folder in LD_LIBRARY_PATH.`,
      nothingMissing: "CUDA and cuDNN: found",
      about: (version: string, size: string, url: string) =>
        `onnxruntime's CUDA libraries ${version}: ${size} to download from ${url}`,
      goesTo: (folder: string) => `They go to ${folder}.`,
      question: (size: string) => `Download ${size} now? [y/N] `,
      notDone: "Nothing was downloaded. With --yes the download begins without a question.",
      installed: (file: string) => `installed ${file}`,
    },
    folder: "installed in",
  },
  serve: {
    ready: (url: string) =>
      `Gradloom is ready:\n\n    ${url}\n\nThe address is good for one visit, on this machine only.`,
    opened: "It was opened in the browser. Ctrl+C ends it.",
    openYourself: "Open the address above in a browser. Ctrl+C ends it.",
  },
  bug: (message: string) =>
    `Gradloom made a mistake: ${message}. Please report it with the output of "gradloom doctor"; GRADLOOM_DEBUG=1 shows where it happened.`,
};

type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { readonly [K in keyof T]: Widened<T[K]> };

/** The form of the texts in every language. */
export type CliText = Widened<typeof cli>;
