import * as z from "zod";
import {
  type CheckedDocument,
  checkDocument,
  compileNetwork,
  type Network,
  parameterValues,
  resolveNetwork,
} from "../compile/index.ts";
import type { Standardisation } from "../compile/inference.ts";
import { predictions } from "../compile/network.ts";
import type { TensorMap } from "../compile/tensors.ts";
import { decodeBase64, encodeBase64 } from "../core/base64.ts";
import { type Issue, issue, warning } from "../core/issue.ts";
import { byText } from "../core/order.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { decodeUtf8, encodeUtf8 } from "../core/utf8.ts";
import type { FieldType } from "../data/fields.ts";
import type { GraphDocument } from "../graph/document.ts";
import { compactDocument, documentLimit, parseDocument, serializeDocument } from "../graph/read.ts";
import { GraphBuilder } from "../ir/builder.ts";
import type { Graph } from "../ir/graph.ts";
import { type OnnxContents, readContents } from "../onnx/decode.ts";
import { encodeModel, producerName } from "../onnx/encode.ts";
import type { Tensor } from "../shape/dtype.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { fitWeights, type Weights } from "./weights.ts";

/*
 * A document file is one of two things:
 * - JSON text: the document alone.
 * - An ONNX model: the inference network, with the document in its metadata and its weights as initializers. Any viewer
 *   shows it and any runtime runs it. Where the network is not complete yet, the graph is empty and the rest the same.
 */

/** Keys in `metadata_props`: the document as JSON, what its weights are, and those that the graph does not use. */
export const documentKey = "gradloom.document";
export const weightsKey = "gradloom.weights";
export const tensorsKey = "gradloom.tensors";

/** Version of what {@link weightsKey} says; newer ones are refused. */
const weightsVersion = 1;
/** Protobuf files end at 2 GiB. */
export const fileLimit = 2 ** 31 - 1;
/** Untrained weights (bytes) that are written: larger ones are made anew from the seed, and the file is JSON. */
export const initialLimit = 16 * 1024 * 1024;

export interface EncodeOptions {
  /** Fields of a data set read from files. */
  readonly fields?: readonly FieldType[];
  /** How the data set standardises fields, for a document without weights. */
  readonly standardise?: Weights["standardise"];
}

/**
 * The bytes of a document file; the same document and weights give the same bytes. Weights that do not fit the document
 * are left out. Errors: `model.too-large`.
 */
export function encodeDocument(
  document: GraphDocument,
  weights: Weights | null,
  options: EncodeOptions = {},
): Result<Uint8Array> {
  const held = weights && fitWeights(weights, checkDocument(document, options.fields)).weights;
  const network = resolveNetwork(document, options.fields);
  const complete = network.ok && predictions(network.value).length > 0 ? network.value : null;
  if (held) return complete ? encodeNetwork(document, complete, held, options) : ok(encodeParts(document, held));
  if (!complete || initialSize(complete) > initialLimit) return ok(encodeUtf8(serializeDocument(document)));
  return encodeNetwork(document, complete, null, options);
}

const initialSize = (network: Network): number =>
  network.parameters.reduce((sum, p) => sum + 4 * p.spec.shape.reduce((a, b) => a * b, 1), 0);

function encodeNetwork(
  document: GraphDocument,
  network: Network,
  weights: Weights | null,
  { standardise }: EncodeOptions,
): Result<Uint8Array> {
  const model = compileNetwork(network, {
    kind: "inference",
    values: parameterValues(network, weights?.tensors),
    standardise: weights?.standardise ?? standardise ?? givenStandardisation(document),
    metadata: (graph) => metadataOf(document, weights, graph),
  });
  return model.ok ? ok(model.value.bytes) : model;
}

/** Document and weights of a network that cannot be computed yet. */
function encodeParts(document: GraphDocument, weights: Weights): Uint8Array {
  const b = new GraphBuilder(document.name);
  const keys = [...weights.tensors.keys()].sort(byText);
  const initializers = keys.map((key) => b.parameter(key, weights.tensors.get(key) as Tensor));
  const graph: Graph = { ...b.finish([]), initializers };
  return encodeModel(graph, { description: document.name, metadata: metadataOf(document, weights, graph) });
}

function metadataOf(document: GraphDocument, weights: Weights | null, graph: Graph): { [key: string]: string } {
  const text = { [documentKey]: compactDocument(document) };
  if (!weights) return { ...text, [weightsKey]: JSON.stringify({ version: weightsVersion, kind: "initial" }) };
  const inGraph = new Map(graph.initializers.map((v) => [v.name, v.constant]));
  const keys = [...weights.tensors.keys()].sort(byText);
  // What the graph does not use, runtimes would warn about as an initializer.
  const rest = keys.filter((key) => inGraph.get(key) !== weights.tensors.get(key));
  const about: WeightsRecord = {
    version: weightsVersion,
    kind: "trained",
    step: weights.step,
    epoch: weights.epoch,
    scores: sorted(weights.scores ?? {}, Number.isFinite),
    standardise: sorted(weights.standardise, () => true),
    tensors: keys.filter((key) => !rest.includes(key)),
  };
  const outside = new Map(rest.map((key) => [key, weights.tensors.get(key) as Tensor]));
  return {
    ...text,
    [weightsKey]: JSON.stringify(about),
    ...(rest.length > 0 ? { [tensorsKey]: encodeBase64(encodeSafetensors({ tensors: outside, metadata: {} })) } : {}),
  };
}

const sorted = <T>(record: { readonly [key: string]: T }, keep: (value: T) => boolean): { [key: string]: T } =>
  Object.fromEntries(
    Object.entries(record)
      .filter(([, value]) => keep(value))
      .sort(([a], [b]) => byText(a, b)),
  );

/** What a document itself says about mean and deviation of its fields; the rest is known once the data are read. */
function givenStandardisation(document: GraphDocument): Weights["standardise"] {
  const list = (value: number | readonly number[]): readonly number[] => (typeof value === "number" ? [value] : value);
  return Object.fromEntries(
    Object.entries(document.data?.fields ?? {}).flatMap(([field, { normalise }]): [string, Standardisation][] =>
      typeof normalise === "object" ? [[field, { mean: list(normalise.mean), std: list(normalise.std) }]] : [],
    ),
  );
}

const scaling = z.strictObject({ mean: z.array(z.number()).readonly(), std: z.array(z.number()).readonly() });
const trainedSchema = z.strictObject({
  version: z.literal(weightsVersion),
  kind: z.literal("trained"),
  step: z.int().min(0),
  epoch: z.int().min(0),
  scores: z.record(z.string(), z.number()),
  standardise: z.record(z.string(), scaling.nullable()),
  /** Names of the initializers that are weights; further ones stand under {@link tensorsKey}. */
  tensors: z.array(z.string()),
});
type WeightsRecord = z.infer<typeof trainedSchema>;
const recordSchema = z.discriminatedUnion("kind", [
  z.strictObject({ version: z.literal(weightsVersion), kind: z.literal("initial") }),
  trainedSchema,
]);

export interface DecodedDocument {
  readonly document: GraphDocument;
  /** Null for a network that was not trained: its weights come from its seed. */
  readonly weights: Weights | null;
  /** Warnings: weights that could not be read or do not fit the document and were left out. */
  readonly issues: readonly Issue[];
}

/**
 * Reads a document file. The document is read whole or not at all; weights of it that are damaged are left out with a
 * warning. Errors: `document.*`, `model.unreadable`.
 */
export function decodeDocument(bytes: Uint8Array, file?: string): Result<DecodedDocument> {
  const read = bytes.length > fileLimit ? tooLarge(bytes.length) : isModel(bytes) ? fromModel(bytes) : fromText(bytes);
  if (file === undefined) return read;
  const placed = (issues: readonly Issue[]): Issue[] => issues.map((i) => ({ ...i, file }));
  return read.ok ? ok({ ...read.value, issues: placed(read.value.issues) }) : fail(...placed(read.issues));
}

const tooLarge = (size: number) => fail(issue("document.too-large", { bytes: size, limit: fileLimit }));

/** An ONNX file begins with its IR version (field 1, a number); no text begins with this byte. */
const isModel = (bytes: Uint8Array): boolean => bytes[0] === 0x08;

function fromText(bytes: Uint8Array): Result<DecodedDocument> {
  if (bytes.length > documentLimit) {
    return fail(issue("document.too-large", { bytes: bytes.length, limit: documentLimit }));
  }
  const { text, bad } = decodeUtf8(bytes);
  if (bad !== null) return fail(issue("document.not-text", { offset: bad }));
  const document = parseDocument(text);
  return document.ok ? ok({ document: document.value, weights: null, issues: [] }) : document;
}

function fromModel(bytes: Uint8Array): Result<DecodedDocument> {
  const contents = readContents(bytes);
  if (!contents.ok) return contents;
  const { metadata, producer } = contents.value;
  const text = metadata.get(documentKey);
  if (text === undefined) {
    const own = producer === producerName;
    return fail(own ? issue("document.exported-model", {}) : issue("document.foreign-model", { producer }));
  }
  if (text.length > documentLimit) {
    return fail(issue("document.too-large", { bytes: text.length, limit: documentLimit }));
  }
  const document = parseDocument(text);
  if (!document.ok) return document;
  const record = readRecord(metadata.get(weightsKey));
  if (!record.ok) return record;
  if (typeof record.value === "string") return ok(untrained(document.value, record.value));
  if (record.value.kind === "initial") return ok({ document: document.value, weights: null, issues: [] });
  return ok(trained(document.value, record.value, contents.value));
}

const untrained = (document: GraphDocument, reason: string): DecodedDocument => ({
  document,
  weights: null,
  issues: [warning("weights.unreadable", { reason })],
});

/** What the weights are, or in words of the file why that cannot be read. Error: it was written by a newer version. */
function readRecord(text: string | undefined): Result<z.infer<typeof recordSchema> | string> {
  if (text === undefined) return ok(weightsKey);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return ok(weightsKey);
  }
  const version = typeof value === "object" && value !== null && "version" in value ? value.version : null;
  if (typeof version === "number" && version > weightsVersion) {
    const place = { path: `${weightsKey}.version` };
    return fail(issue("document.newer-version", { ...place, found: version, supported: weightsVersion }));
  }
  const parsed = recordSchema.safeParse(value);
  return ok(parsed.success ? parsed.data : `${weightsKey}.${parsed.error.issues[0]?.path.join(".") ?? ""}`);
}

function trained(document: GraphDocument, record: WeightsRecord, contents: OnnxContents): DecodedDocument {
  const issues: Issue[] = [];
  const outside = readOutside(contents.metadata.get(tensorsKey));
  if (!outside) issues.push(warning("weights.unreadable", { reason: tensorsKey }));
  const tensors = new Map<string, Tensor>(outside ?? []);
  for (const key of record.tensors) {
    const held = contents.initializers.get(key);
    if (held) tensors.set(key, held);
    else issues.push(warning("weights.missing", { tensor: key }));
  }
  const { step, epoch, scores, standardise } = record;
  const checked: CheckedDocument = checkDocument(document);
  const fitted = fitWeights({ tensors, standardise, step, epoch, scores }, checked);
  return { document, weights: fitted.weights, issues: [...issues, ...fitted.misfits] };
}

/** Tensors that stand in the metadata; null when they cannot be read. */
function readOutside(text: string | undefined): TensorMap | null {
  if (text === undefined) return new Map();
  const bytes = decodeBase64(text);
  const file = bytes && decodeSafetensors(bytes);
  return file?.ok ? file.value.tensors : null;
}
