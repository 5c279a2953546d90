import * as z from "zod";
import type { Json } from "../core/issue.ts";
import { dataSchema } from "../data/schema.ts";
import { objectiveSchema } from "./objective.ts";
import { trainingSchema } from "./training.ts";

/** Marks a file as a Gradloom document. */
export const documentFormat = "gradloom";
/** Version this program writes. Older ones are migrated on reading, newer ones are refused. */
export const documentVersion = 1;

const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
);

const id = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\p{L}\p{N}_.-]+$/u);
const point = z.strictObject({ x: z.number(), y: z.number() });
const colour = z.string().max(32).nullable().default(null);

export const nodeSchema = z.strictObject({
  id,
  /** Id of a layer in the registry. */
  layer: z.string(),
  /** Version of the layer that wrote `params`. */
  layerVersion: z.int().min(1).default(1),
  label: z.string().max(200).nullable().default(null),
  position: point.default({ x: 0, y: 0 }),
  /** Shown as its title only; cannot be moved. */
  collapsed: z.boolean().default(false),
  pinned: z.boolean().default(false),
  /** Only what differs from the defaults of the layer; checked against its schema. */
  params: z.record(z.string(), json).default({}),
  /** Uses the parameters of this other node of the same layer (weight sharing). */
  share: z.string().nullable().default(null),
  /** Parameters are kept as they are by every objective. */
  frozen: z.boolean().default(false),
  /** Muted nodes and what depends on them are left out; bypassed nodes hand their first input through. */
  state: z.enum(["active", "muted", "bypassed"]).default("active"),
});
export type DocumentNode = z.infer<typeof nodeSchema>;

export const edgeSchema = z.strictObject({
  id,
  from: z.strictObject({ node: z.string(), port: z.string().default("out") }),
  /** `index` orders the edges of a port that takes several. */
  to: z.strictObject({ node: z.string(), port: z.string().default("in"), index: z.int().min(0).default(0) }),
  /** Points the wire is led through, in order. */
  reroutes: z.array(point).default([]),
});
export type DocumentEdge = z.infer<typeof edgeSchema>;

export const noteSchema = z.strictObject({
  id,
  kind: z.enum(["note", "frame"]).default("note"),
  /** Markdown with LaTeX; the title of a frame. */
  text: z.string().max(100_000).default(""),
  position: point.default({ x: 0, y: 0 }),
  size: z
    .strictObject({ width: z.number().positive(), height: z.number().positive() })
    .default({ width: 240, height: 120 }),
  colour,
});
export type DocumentNote = z.infer<typeof noteSchema>;

/** A port of a block: its name outside and the port inside that it stands for. */
const blockInput = z.strictObject({
  name: z.string().min(1).max(40),
  /** Every inner port that the outer wire feeds. */
  to: z.array(z.strictObject({ node: z.string(), port: z.string().default("in"), index: z.int().min(0).default(0) })),
});
const blockOutput = z.strictObject({ name: z.string().min(1).max(40), from: edgeSchema.shape.from });

/**
 * A graph that stands for one node. A node of layer `block` with parameter `block` = id shows it; several such nodes
 * are linked: they have the same inside, each with parameters of its own.
 */
export const blockSchema = z.strictObject({
  id,
  name: z.string().max(200).default("Block"),
  nodes: z.array(nodeSchema).default([]),
  edges: z.array(edgeSchema).default([]),
  notes: z.array(noteSchema).default([]),
  inputs: z.array(blockInput).default([]),
  outputs: z.array(blockOutput).default([]),
});
export type Block = z.infer<typeof blockSchema>;

/** What is saved: the truth about a network, its data and how it is trained. Docs: `docs/document.md`. */
export const documentSchema = z.strictObject({
  format: z.literal(documentFormat),
  version: z.literal(documentVersion),
  name: z.string().max(200).default("Untitled"),
  /** Source of every random number: initial parameters, shuffling, dropout, noise, generated data. */
  seed: z.int().min(0).max(4294967295).default(0),
  nodes: z.array(nodeSchema).default([]),
  edges: z.array(edgeSchema).default([]),
  notes: z.array(noteSchema).default([]),
  blocks: z.array(blockSchema).default([]),
  data: dataSchema.nullable().default(null),
  objectives: z.array(objectiveSchema).default([]),
  training: trainingSchema.prefault({}),
});
export type GraphDocument = z.infer<typeof documentSchema>;
/** A document as a file may say it: whatever has a default can be left out. */
export type DocumentInput = z.input<typeof documentSchema>;
