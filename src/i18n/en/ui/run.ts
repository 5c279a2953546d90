/** English texts of the window: running a training, and the program behind the window. */
export const run = {
  trained: {
    finished: (name: string, scores: string): string => `${name} is trained: ${scores}.`,
    "early-stopping": (name: string, scores: string): string =>
      `${name} stopped early, as it got no better: ${scores}.`,
    stopped: (name: string, scores: string): string => `${name} was stopped: ${scores}.`,
  },
  /** `accuracy` where there is one, in percent. */
  scores: (accuracy: string | null, loss: string, split: string): string =>
    `${accuracy === null ? "" : `accuracy ${accuracy}, `}loss ${loss} on ${split}`,
  splits: { train: "training data", validation: "validation data", test: "test data" },
  failed: (name: string): string => `${name} could not be trained further.`,
  noWeights: (name: string): string =>
    `The weights of ${name} could not be fetched. They are in the folder of its run.`,
  show: "Show",
  undo: "Undo",
  untrained: (name: string): string => `${name} is untrained again.`,
  cannotTrain: (errors: number, first: string): string =>
    errors === 1
      ? `This network cannot be trained yet. ${first}`
      : `${errors} errors are in the way of training. ${first}`,
  noProgramTitle: "Nothing here can train",
  noProgram:
    "This page has no program behind it, and training needs one. Start Gradloom with “npm start” and open the address it prints; your documents open there too.",
  otherTitle: (name: string): string => `${name} is being trained`,
  otherText: "One network is trained at a time. Stopped, it keeps what it has learnt and can be continued later.",
  stopOther: (name: string): string => `Stop ${name} and train`,
  stopIt: "Stop training",
  keepTraining: "Keep training",
  closeTitle: (name: string): string => `${name} is being trained`,
  closeText: "Training can go on without its document. It is found again on the start page.",
  resetTitle: (name: string): string => `Reset ${name}?`,
  resetText: "The training under way ends, and what it has learnt is given up.",
  resetAction: "End and reset",
  rateTitle: "Learning rate",
  rateLabel: "From the next step on",
  rateAction: "Set learning rate",
  rateForm: "Enter a number from 0 on.",
  title: {
    preparing: (name: string): string => `… ${name}`,
    running: (name: string, percent: number): string => `▶ ${percent} % ${name}`,
    paused: (name: string, percent: number): string => `❚❚ ${percent} % ${name}`,
  },
  strip: {
    label: "State of the engine",
    restarting: "The engine stopped. It is started again from its last checkpoint.",
    recovered: (step: string): string => `The engine stopped and was started again from step ${step}. Nothing is lost.`,
    recoveredStart: "The engine stopped before its first checkpoint and was started again from the beginning.",
    gaveUp: (step: string): string =>
      `The engine stopped several times in a row and was not started again. What was learnt up to its last checkpoint, at most step ${step}, is kept.`,
    startAgain: "Start again",
    ended: "The training ended with the program that ran it. What was learnt up to its last checkpoint is kept.",
    resume: "Resume training",
    lost: "The program behind this page has ended. Start it again with `npm start`; nothing you drew is lost.",
    otherVersion:
      "This page and the program behind it are of different versions. Save your documents, then reload the page.",
    reload: "Reload",
    dismiss: "Close",
  },
  start: {
    title: "Trainings",
    underWay: (step: string): string => `is being trained, step ${step}`,
    done: (step: string): string => `was trained, ${step} steps`,
    brokenOff: (step: string): string => `was broken off at step ${step}`,
    show: "Show",
    resume: "Resume training",
    forget: "Discard",
    forgetTitle: (name: string): string => `Discard the training of ${name}?`,
    forgetText: "Its curves and everything it has learnt are deleted. Documents stay.",
  },
  provider: {
    label: "Execution provider",
    names: { auto: "Automatic", cpu: "CPU", cuda: "CUDA", dml: "DirectML", webgpu: "WebGPU", coreml: "CoreML" },
    threads: (n: number): string => (n === 1 ? "1 thread" : `${n} threads`),
    threadsOf: (n: number): string => `Automatic (${n})`,
    threadsMenu: "Threads",
    states: {
      works: "works here",
      "missing-libraries": "libraries are missing",
      "no-device": "no such device found",
      "not-in-build": "not for this system",
      unknown: "does not work here",
    },
    looking: "Looking what works here…",
    nextRun: "Counts from the next training on.",
    setUp: "How to set up CUDA…",
    dialogTitle: "Execution providers",
    again: "Look again",
    cuda: {
      title: "To train with CUDA",
      driver: "The NVIDIA driver is there.",
      noDriver: "Install the driver of your NVIDIA card. None is found on this machine.",
      libraries: "onnxruntime's CUDA libraries are there.",
      noLibraries:
        "Fetch onnxruntime's CUDA libraries. They do not come with it because of their size; this says how much it is and asks first:",
      toolkit: "CUDA and cuDNN are found.",
      noToolkit: "Install CUDA 13 and cuDNN 9 of NVIDIA, and name their folder in LD_LIBRARY_PATH.",
      note: "Then start Gradloom again. Without CUDA everything works on the CPU.",
      notHere: "CUDA is to be had on Linux with x64. Here the CPU and what else works above is used.",
    },
    connecting: "Connecting…",
    off: "No program",
    lost: "No connection",
  },
} as const;
