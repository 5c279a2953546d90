import type { LayerTexts } from "../../layer-text.ts";
import { layers } from "../layers.ts";

type Values = { readonly n: number };
const nodes = ({ n }: Values): string => (n === 1 ? "1 node" : `${n} nodes`);

const paramLabel = (layer: string, param: string): string =>
  layers[layer as keyof LayerTexts]?.params[param]?.label ?? param;
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/**
 * English names of the steps of a history, each as what was done: a text, or a function of the step's values.
 * `stepTitle` puts them together.
 */
export const steps = {
  addNode: ({ layer }: { readonly layer: string }): string => `Add ${layer}`,
  addNote: "Add note",
  addFrame: "Frame selection",
  autoLayout: "Arrange automatically",
  align: (v: Values): string => `Align ${nodes(v)}`,
  distribute: (v: Values): string => `Distribute ${nodes(v)}`,
  bypass: (v: Values): string => `Bypass ${nodes(v)}`,
  mute: (v: Values): string => `Mute ${nodes(v)}`,
  activate: (v: Values): string => `Activate ${nodes(v)}`,
  collapse: (v: Values): string => `Collapse ${nodes(v)}`,
  expand: (v: Values): string => `Expand ${nodes(v)}`,
  connect: "Connect",
  connectInOrder: (v: Values): string => `Connect ${nodes(v)} in order`,
  cut: (v: Values): string => `Cut ${v.n === 1 ? "1 item" : `${v.n} items`}`,
  delete: (v: Values): string => `Delete ${v.n === 1 ? "1 item" : `${v.n} items`}`,
  duplicate: (v: Values): string => `Duplicate ${v.n === 1 ? "1 item" : `${v.n} items`}`,
  paste: (v: Values): string => `Paste ${v.n === 1 ? "1 item" : `${v.n} items`}`,
  freeze: (v: Values): string => `Freeze ${nodes(v)}`,
  unfreeze: (v: Values): string => `Unfreeze ${nodes(v)}`,
  pin: (v: Values): string => `Pin ${nodes(v)}`,
  unpin: (v: Values): string => `Unpin ${nodes(v)}`,
  makeBlock: "Make block",
  unpackBlock: "Unpack block",
  revert: "Revert to the file",
  rename: ({ name }: { readonly name: string }): string => `Rename to ${name}`,
  replaceLayer: ({ layer }: { readonly layer: string }): string => `Replace by ${layer}`,
  swapInputs: "Swap inputs",
  move: (v: Values): string => `Move ${v.n === 1 ? "1 item" : `${v.n} items`}`,
  nudge: (v: Values): string => `Move ${v.n === 1 ? "1 item" : `${v.n} items`}`,
  insertOnWire: ({ layer }: { readonly layer: string }): string => `Insert ${layer} on a wire`,
  reconnect: (v: Values): string => `Reconnect ${v.n === 1 ? "1 wire" : `${v.n} wires`}`,
  disconnect: (v: Values): string => `Remove ${v.n === 1 ? "1 wire" : `${v.n} wires`}`,
  connectWithFix: "Mend and connect",
  reroute: "Lead a wire",
  detach: (v: Values): string => `Take ${nodes(v)} out of the chain`,
  resize: "Resize",
  writeNote: "Write note",
  renamePort: ({ name }: { readonly name: string }): string => `Rename port to ${name}`,
  orderPorts: "Order ports",
  removePort: ({ name }: { readonly name: string }): string => `Remove port ${name}`,
  fixIssue: "Apply fix",
  setParam: ({ layer, param }: { readonly layer: string; readonly param: string }): string =>
    `Set ${lower(paramLabel(layer, param))}`,
  resetParams: (v: Values): string => `Reset ${nodes(v)}`,
  setLabel: "Set label",
  setShare: "Share weights",
  setState: (v: Values): string => `Change the state of ${nodes(v)}`,
  setRepeat: "Set repeats",
  renameBlock: ({ name }: { readonly name: string }): string => `Rename block to ${name}`,
  insertBlock: ({ name }: { readonly name: string }): string => `Insert ${name}`,
  insertTemplate: ({ name }: { readonly name: string }): string => `Insert ${name}`,
  setSeed: "Set seed",
  setData: "Change data",
  bindInput: ({ node }: { readonly node: string }): string => `Connect data to ${node}`,
  setLoss: "Change loss",
  addLoss: "Add loss",
  removeLoss: "Remove loss",
  setObjective: "Change objective",
  addObjective: "Add objective",
  removeObjective: "Remove objective",
  setTraining: "Change training",
  setNote: "Change note",
} as const;
