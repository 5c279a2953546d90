import { type CategoryColor, categoryColors, type GlyphName, glyphOf } from "../../src/codegen/glyphs.ts";
import type { Issue } from "../../src/core/issue.ts";
import { isBlockNode, repeatOf } from "../../src/graph/blocks.ts";
import type { CheckedNode } from "../../src/graph/check.ts";
import type { Block, DocumentEdge, DocumentNode, GraphDocument } from "../../src/graph/document.ts";
import { portsOf } from "../../src/graph/edit/wires.ts";
import type { LayerLookup, PortSpec } from "../../src/graph/layer.ts";
import type { ObjectiveTerm } from "../../src/graph/objective.ts";
import { resolveParams } from "../../src/graph/params.ts";
import type { UiText } from "../../src/i18n/ui.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import type { TensorType } from "../../src/shape/type.ts";
import { shapeOf } from "./shapes.ts";
import { telling } from "./telling.ts";
import { textWidth } from "./textWidth.ts";

export type CanvasText = UiText["canvas"];

/** A port as it is drawn: of a port that takes several wires, one place for each and a free one. */
export interface PortView {
  /** Unique among the inputs, or the outputs, of its node: `in`, or `in#1` for a place of a port that takes several. */
  readonly handle: string;
  readonly name: string;
  /** Place among the wires of a port that takes several; 0 for others. */
  readonly slot: number;
  readonly several: boolean;
  /** Middle, from the top of the node. */
  readonly y: number;
  readonly wired: boolean;
  /** A wire ends here, but the layer has no such port. */
  readonly lost: boolean;
}

export interface Line {
  readonly text: string;
  readonly mono?: boolean;
  readonly tone?: "strong" | "accent" | "error";
  readonly icon?: "share" | "field";
}

/** Worst of the issues of a node; `open` when only wires are missing. */
export type Severity = "error" | "warning" | "open" | null;

/** Everything that the drawing of a node needs, in canvas units, before it is drawn. */
export interface NodeView {
  readonly kind: string;
  readonly name: string | null;
  readonly glyph: GlyphName;
  readonly color: CategoryColor;
  readonly lines: readonly Line[];
  readonly inputs: readonly PortView[];
  readonly outputs: readonly PortView[];
  readonly width: number;
  readonly height: number;
  /** The height has room for the strip of an overlay at its foot. */
  readonly strip: boolean;
  /** What fits into the head when it is drawn large, seen from further away. */
  readonly brief: "both" | "kind" | "glyph";
  readonly state: DocumentNode["state"];
  readonly frozen: boolean;
  readonly pinned: boolean;
  readonly collapsed: boolean;
  /** Times a block is repeated; 0 for what is no block. */
  readonly repeat: number;
  readonly severity: Severity;
  readonly issues: readonly Issue[];
  /** What a screen reader says. */
  readonly label: string;
}

/** What a node's view is made of. */
export interface NodeFacts {
  readonly node: DocumentNode;
  readonly checked: CheckedNode | null;
  readonly block: Block | null;
  readonly issues: readonly Issue[];
  /** Wires that end and begin here. */
  readonly incoming: readonly DocumentEdge[];
  readonly outgoing: readonly DocumentEdge[];
  readonly outputType: TensorType | null;
  readonly inputType: TensorType | null;
  /** Field that the data of an input comes from. */
  readonly field: string | null;
  readonly layers: LayerLookup;
  /** An overlay is on: every node has a strip, before and after values arrive. */
  readonly strip?: boolean;
}

const head = 28;
const lineHeight = 16;
const foot = 5;
/** `--node-strip` of the tokens. */
const stripHeight = 22;
const portTop = 14;
const portGap = 20;
/** Widths S, M and L of the language, and steps between them for longer words. */
const widths = { S: 80, M: 112, L: 152 } as const;
const steps = [80, 96, 112, 128, 152, 176] as const;

export function nodeView(facts: NodeFacts, text: CanvasText): NodeView {
  const { node, issues, block, strip = false } = facts;
  const layer = layerRegistry.get(node.layer);
  const kind = kindOf(node, block, text);
  const lines = node.collapsed ? [] : linesOf(facts, text);
  const ports = portsOf(node, facts.layers);
  const inputs = placed(inputPorts(ports.inputs, facts.incoming), node.collapsed);
  const outputs = placed(outputPorts(ports.outputs, facts.outgoing), node.collapsed);
  const name = node.label ?? node.id;
  const shown = shownName(facts);
  const rows = node.collapsed ? 1 : Math.max(inputs.length, outputs.length, 1);
  const width = widthOf(facts, kind, shown, lines);
  const content = head + (lines.length > 0 ? lines.length * lineHeight + foot : 0);
  return {
    kind,
    name: shown,
    glyph: isBlockNode(node) ? "block" : glyphOf(node.layer, layer?.category ?? null),
    color: layer ? categoryColors[layer.category] : "control",
    lines,
    inputs,
    outputs,
    width,
    brief: briefOf(kind, width),
    height: Math.max(content, head + (rows - 1) * portGap) + (strip ? stripHeight : 0),
    strip,
    state: node.state,
    frozen: node.frozen,
    pinned: node.pinned,
    collapsed: node.collapsed,
    repeat: block ? repeatOf(node) : 0,
    severity: severityOf(issues),
    issues,
    label: speech(kind, block ? node.id : name, lines, facts.outputType, issues, stateWords(node, text), text),
  };
}

/** The name a user gave, or that of a node one looks for: where data enters, and where something is trained. */
function shownName(facts: NodeFacts): string | null {
  const { node, block } = facts;
  if (block) return repeatOf(node) > 1 ? `×${repeatOf(node)}` : null;
  if (node.label !== null) return node.label;
  return keepsParameters(facts) || node.layer === "dense" || isInput(node) ? node.id : null;
}

/** Word for what a node is: its layer, or the name of its block. */
export function kindOf(node: DocumentNode, block: Block | null, text: CanvasText): string {
  if (isBlockNode(node)) return node.label ?? block?.name ?? text.block.kind;
  return kindOfLayer(node.layer, text);
}

export const kindOfLayer = (layer: string, text: CanvasText): string =>
  layer === "block" ? text.block.kind : ((text.kinds as { readonly [layer: string]: string })[layer] ?? layer);

/** An input that is still open is no alarm: the network is being drawn. */
const isOpen = (i: Issue): boolean => i.code === "graph.missing-input" || i.code === "graph.too-few-inputs";
const isAlarm = (i: Issue): boolean => i.severity === "error" && !isOpen(i);

export function severityOf(issues: readonly Issue[]): Severity {
  if (issues.length === 0) return null;
  if (issues.some(isAlarm)) return "error";
  return issues.every(isOpen) ? "open" : "warning";
}

function linesOf({ node, block, checked, inputType, outputType, field, issues }: NodeFacts, text: CanvasText): Line[] {
  const lines: Line[] = [];
  if (block) {
    const own = block.nodes.length;
    lines.push({ text: text.block.nodes(own), tone: "strong" });
  } else {
    const params = paramsOf(node, checked);
    const told = params ? telling(node.layer, { params, input: outputType && inputType, words: text.telling }) : [];
    lines.push(...told.map((t): Line => ({ text: t, tone: "strong" })));
  }
  if (field !== null) lines.push({ text: field, tone: "strong", icon: "field" });
  if (node.share !== null) lines.push({ text: node.share, tone: "accent", icon: "share" });
  const broken = issues.some(isAlarm);
  const shape: Line = outputType
    ? { text: shapeOf(outputType), mono: true }
    : { text: "?", mono: true, ...(broken ? { tone: "error" as const } : {}) };
  // A layer without parameters is only its head: the wire behind it says the shape.
  if (lines.length > 0 || isInput(node) || (broken && checked !== null)) lines.push(shape);
  return lines;
}

const isInput = (node: DocumentNode): boolean => layerRegistry.get(node.layer)?.category === "input";

function paramsOf(node: DocumentNode, checked: CheckedNode | null) {
  if (checked?.params) return checked.params;
  const layer = layerRegistry.get(node.layer);
  const resolved = layer && resolveParams(layer.params, node.params, { node: node.id, layer: layer.id });
  return resolved?.ok ? resolved.value : null;
}

function inputPorts(specs: readonly PortSpec[], incoming: readonly DocumentEdge[]): Unplaced[] {
  const ports = specs.flatMap((spec): Unplaced[] => {
    const here = incoming.filter((e) => e.to.port === spec.name).length;
    if (!spec.several) return [port(spec.name, 0, false, here > 0)];
    const places = Math.max(spec.several.least, here + 1);
    return Array.from({ length: places }, (_, slot) => port(spec.name, slot, true, slot < here));
  });
  return [
    ...ports,
    ...lostPorts(
      specs,
      incoming.map((e) => e.to.port),
    ),
  ];
}

function outputPorts(specs: readonly PortSpec[], outgoing: readonly DocumentEdge[]): Unplaced[] {
  const ports = specs.map((s) =>
    port(
      s.name,
      0,
      false,
      outgoing.some((e) => e.from.port === s.name),
    ),
  );
  return [
    ...ports,
    ...lostPorts(
      specs,
      outgoing.map((e) => e.from.port),
    ),
  ];
}

type Unplaced = Omit<PortView, "y">;

const port = (name: string, slot: number, several: boolean, wired: boolean): Unplaced => ({
  handle: several ? slotHandle(name, slot) : name,
  name,
  slot,
  several,
  wired,
  lost: false,
});

/** Handle of a place of a port that takes several wires. */
export const slotHandle = (name: string, slot: number): string => `${name}#${slot}`;

function lostPorts(specs: readonly PortSpec[], used: readonly string[]): Unplaced[] {
  const known = new Set(specs.map((s) => s.name));
  const lost = [...new Set(used)].filter((name) => !known.has(name));
  return lost.map((name) => ({ ...port(name, 0, false, true), lost: true }));
}

const placed = (ports: readonly Unplaced[], collapsed: boolean): PortView[] =>
  ports.map((p, i) => ({ ...p, y: portTop + (collapsed ? 0 : i * portGap) }));

/** The narrowest step that holds the words; layers with parameters to train are never narrower than L. */
function widthOf(facts: NodeFacts, kind: string, name: string | null, lines: readonly Line[]): number {
  const { node } = facts;
  const trains = keepsParameters(facts);
  const linear = /^(dense|input)$/.test(node.layer);
  const base = trains && !linear ? widths.L : lines.length > 0 || linear ? widths.M : widths.S;
  const title = 31 + textWidth(kind, 12.9);
  const own = name === null ? 0 : 8 + textWidth(name, 10.5, true);
  const signs = 17 * [node.frozen, node.pinned, node.state === "muted"].filter(Boolean).length;
  const body = lines.map((l) => 18 + (l.icon ? 14 : 0) + textWidth(l.text, l.mono ? 10.5 : 11, l.mono));
  const need = Math.max(title + own + signs + 8, ...body);
  const widest = steps.at(-1) as number;
  return Math.max(base, steps.find((s) => s >= need) ?? widest);
}

/** Size of the kind from further away, and room that the glyph and the edges take then. */
const briefSize = 20.6;

function briefOf(kind: string, width: number): NodeView["brief"] {
  const text = textWidth(kind, briefSize);
  if (text + 48 <= width) return "both";
  return text + 16 <= width ? "kind" : "glyph";
}

const keepsParameters = ({ node, checked, block }: NodeFacts): boolean =>
  block !== null || (checked?.parameters.length ?? 0) > 0 || wideLayers.test(node.layer);

/** Known to have parameters before shapes are: the node must not grow when its wire arrives. */
const wideLayers = /^(conv|batch-norm|layer-norm|group-norm|instance-norm|rms-norm|embedding)/;

function stateWords(node: DocumentNode, { state }: CanvasText): string[] {
  return [
    node.state === "muted" ? state.muted : node.state === "bypassed" ? state.bypassed : "",
    node.frozen ? state.frozen : "",
    node.pinned ? state.pinned : "",
    node.collapsed ? state.collapsed : "",
  ].filter(Boolean);
}

function speech(
  kind: string,
  name: string,
  lines: readonly Line[],
  output: TensorType | null,
  issues: readonly Issue[],
  states: readonly string[],
  text: CanvasText,
): string {
  const told = lines.filter((l) => !l.mono).map((l) => (l.icon === "share" ? text.state.shared(l.text) : l.text));
  return [
    `${kind} ${name}`,
    ...told,
    ...(output ? [text.speech.output(shapeOf(output))] : []),
    ...states,
    ...(issues.length > 0 ? [text.speech.issues(issues.length)] : []),
  ].join(", ");
}

/** A loss drawn as a node: one port for the prediction, and for the target a port or the name of its field. */
export function lossView(
  term: ObjectiveTerm,
  objective: string,
  document: GraphDocument,
  issues: readonly Issue[],
  text: CanvasText,
  strip = false,
): NodeView {
  const { target } = term;
  const field = target && "field" in target ? target.field : null;
  const kind = text.losses[term.loss.kind];
  const name = document.objectives.length > 1 ? objective : null;
  const lines: Line[] = [
    field === null ? { text: target && "node" in target ? target.node : "?" } : { text: field, icon: "field" },
  ];
  if (term.weight !== 1) lines.push({ text: `× ${term.weight}` });
  const need = Math.max(
    31 + textWidth(kind, 12.9) + (name === null ? 0 : 8 + textWidth(name, 10.5, true)) + 8,
    32 + textWidth(lines[0]?.text ?? "", 11),
  );
  const width = steps.find((s) => s >= Math.max(128, need)) ?? 176;
  const inputs = [port("prediction", 0, false, true), port("target", 0, false, target !== null)];
  return {
    kind,
    name,
    glyph: "loss",
    color: "loss",
    lines,
    inputs: placed(inputs, false),
    outputs: [],
    width,
    brief: briefOf(kind, width),
    height: head + lines.length * lineHeight + foot + (strip ? stripHeight : 0),
    strip,
    state: "active",
    frozen: false,
    pinned: false,
    collapsed: false,
    repeat: 0,
    severity: severityOf(issues),
    issues,
    label: [kind, ...(field === null ? [] : [text.speech.target(field)])].join(", "),
  };
}
