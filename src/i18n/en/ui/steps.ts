type Values = { readonly n: number };
const nodes = ({ n }: Values): string => (n === 1 ? "1 node" : `${n} nodes`);

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
} as const;
