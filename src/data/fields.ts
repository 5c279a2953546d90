import { type Issue, issue } from "../core/issue.ts";
import { sortedEntries } from "../core/order.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { elementCount } from "../shape/dtype.ts";
import { shapeText } from "../shape/type.ts";
import { type DataSection, type FieldTransform, type SourceOf, splitFractions } from "./schema.ts";

/** One named part of a sample, such as its picture or its label. */
export interface FieldType {
  readonly name: string;
  readonly dtype: "float32" | "int64";
  /** Shape of one sample; `[]` is a scalar. */
  readonly shape: readonly number[];
  /** Names of the classes, for a label; a one-hot field keeps them. */
  readonly classes: readonly string[] | null;
}

/**
 * The fields a data section delivers, after its transforms. Null where a file must be read first to know them.
 * A transform that does not fit leaves its field as it comes; {@link checkData} says what is wrong with it.
 */
export function fieldsOf(data: DataSection): readonly FieldType[] | null {
  const raw = rawFieldsOf(data);
  if (!raw) return null;
  return raw.map((field) => {
    const result = transformedField(field, data.fields[field.name]);
    return result.ok ? result.value : field;
  });
}

/** Problems of a data section that can be seen without opening a file and that its schema cannot express. */
export function checkData(data: DataSection): readonly Issue[] {
  const issues: Issue[] = [];
  if (!splitFractions(data)) {
    const { train = 0, validation, test = 0 } = data.split;
    issues.push(
      optionIssue("data.split", "split", "train + validation + test <= 1", `${train} + ${validation} + ${test}`),
    );
  }
  const raw = rawFieldsOf(data);
  if (raw) issues.push(...checkTransforms(raw, data));
  return issues;
}

/** Problems of `data.fields` against the fields the source really has. */
export function checkTransforms(raw: readonly FieldType[], data: DataSection): Issue[] {
  const byName = new Map(raw.map((field) => [field.name, field]));
  return sortedEntries(data.fields).flatMap(([name, transform]): readonly Issue[] => {
    const field = byName.get(name);
    if (!field) {
      const fields = raw.map((f) => f.name);
      return [issue("binding.unknown-field", { field: name, fields, path: `data.fields.${name}` })];
    }
    const result = transformedField(field, transform);
    return result.ok ? [] : result.issues;
  });
}

function rawFieldsOf(data: DataSection): readonly FieldType[] | null {
  if (data.source.kind === "builtin") return builtinFields[data.source.name];
  if (data.source.kind === "generator") return generatorFields(data.source);
  return null;
}

export const digits: readonly string[] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

export const builtinFields: { readonly [N in SourceOf<"builtin">["name"]]: readonly FieldType[] } = {
  mnist: [
    { name: "image", dtype: "float32", shape: [1, 28, 28], classes: null },
    { name: "label", dtype: "int64", shape: [], classes: digits },
  ],
  iris: [
    { name: "features", dtype: "float32", shape: [4], classes: null },
    { name: "label", dtype: "int64", shape: [], classes: ["setosa", "versicolor", "virginica"] },
  ],
};

/** `x` and `label` (and `target` for two classes) of a classification set, `x` and `y` of a regression. */
export function generatorFields(source: SourceOf<"generator">): readonly FieldType[] {
  const real = (name: string, size: number): FieldType => ({ name, dtype: "float32", shape: [size], classes: null });
  if (source.name === "regression") return [real("x", 1), real("y", 1)];
  const count = classCount(source);
  const classes = Array.from({ length: count }, (_, i) => String(i));
  const label: FieldType = { name: "label", dtype: "int64", shape: [], classes };
  return count === 2 ? [real("x", 2), label, real("target", 1)] : [real("x", 2), label];
}

function classCount(source: SourceOf<"generator">): number {
  if (source.name === "spirals") return source.options.classes;
  return source.name === "blobs" ? source.options.centers : 2;
}

/** How the elements of a sample fall into features or channels: element `e` is in channel `floor(e / inner) % channels`. */
export interface ChannelLayout {
  readonly channels: number;
  readonly inner: number;
}

/** The first axis is the channel from 3 dimensions on (`[C, H, W]`); below that each element of the last axis is a feature. */
export function channelLayout(shape: readonly number[]): ChannelLayout {
  const channels = (shape.length >= 3 ? shape[0] : shape[shape.length - 1]) ?? 1;
  return { channels, inner: shape.length >= 3 ? elementCount(shape.slice(1)) : 1 };
}

/** The type of `field` after `transform`. Errors: `data.option`, with the path of the key that does not fit. */
export function transformedField(field: FieldType, transform: FieldTransform | undefined): Result<FieldType> {
  if (!transform) return ok(field);
  const at = `data.fields.${field.name}`;
  const typed: FieldType = { ...field, dtype: transform.dtype ?? field.dtype };
  const issues = [...checkNormalise(typed, transform, at), ...checkOneHot(typed, transform, at)];
  const shape = transform.oneHot === undefined ? field.shape : [transform.oneHot];
  const reshape = transform.reshape ?? shape;
  if (elementCount(reshape) !== elementCount(shape)) {
    const expected = `${elementCount(shape)} elements, as in ${shapeText(shape)}`;
    issues.push(optionIssue(`${at}.reshape`, "reshape", expected, shapeText(reshape)));
  }
  if (issues.length > 0) return fail(...issues);
  return ok({ ...typed, dtype: transform.oneHot === undefined ? typed.dtype : "float32", shape: reshape });
}

function checkNormalise(field: FieldType, { normalise, oneHot }: FieldTransform, at: string): Issue[] {
  if (normalise === undefined || normalise === "none") return [];
  if (field.dtype !== "float32" || oneHot !== undefined) {
    const found = oneHot !== undefined ? "one-hot" : field.dtype;
    return [optionIssue(`${at}.normalise`, "normalise", "a float32 field", found)];
  }
  if (typeof normalise === "string") return [];
  const { channels } = channelLayout(field.shape);
  return (["mean", "std"] as const).flatMap((key) => {
    const value = normalise[key];
    if (typeof value === "number" || value.length === channels) return [];
    return [optionIssue(`${at}.normalise.${key}`, key, `1 or ${channels} numbers`, `${value.length} numbers`)];
  });
}

function checkOneHot(field: FieldType, { oneHot }: FieldTransform, at: string): Issue[] {
  if (oneHot === undefined) return [];
  const path = `${at}.oneHot`;
  if (field.dtype !== "int64" || field.shape.length > 0) {
    return [optionIssue(path, "oneHot", "a class index, int64[]", `${field.dtype}${shapeText(field.shape)}`)];
  }
  const classes = field.classes?.length ?? 0;
  return classes > oneHot ? [optionIssue(path, "oneHot", `at least ${classes}`, String(oneHot))] : [];
}

export const optionIssue = (path: string, option: string, expected: string, found: string): Issue =>
  issue("data.option", { option, expected, found, path });
