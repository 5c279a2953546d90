import { expect, describe as group, it } from "vitest";
import type * as z from "zod";
import {
  describe,
  type Field,
  type Fields,
  type VariantField,
} from "../../../../renderer/inspector/fields/describe.ts";
import { optionText, rangeText, settingText } from "../../../../renderer/inspector/fields/names.ts";
import { startOf, variantStart } from "../../../../renderer/inspector/fields/starts.ts";
import { dataSchema } from "../../../../src/data/schema.ts";
import { initializerSchema } from "../../../../src/graph/initializer.ts";
import {
  clipSchema,
  lossSchema,
  metricSchema,
  objectiveSchema,
  optimizerSchema,
  penaltySchema,
} from "../../../../src/graph/objective.ts";
import { scheduleSchema, trainingSchema } from "../../../../src/graph/training.ts";
import { locales } from "../../../../src/i18n/locale.ts";
import { uiText } from "../../../../src/i18n/ui.ts";

const objectFields = (schema: z.ZodType): Fields => (describe(schema) as Extract<Field, { kind: "object" }>).fields;
const source = objectFields(dataSchema)["source"] as VariantField;
const schedule = objectFields(trainingSchema)["schedule"] as VariantField;

group("schemas as forms", () => {
  it("knows ranges, defaults and what may be left out", () => {
    const split = objectFields(dataSchema)["split"] as Extract<Field, { kind: "object" }>;
    expect(split.fields["validation"]).toMatchObject({ kind: "number", min: 0, max: 1, default: 0, optional: false });
    expect(split.fields["test"]).toMatchObject({ optional: true });
    const { betas, eps } = (describe(optimizerSchema) as VariantField).variants["adam"]?.fields ?? {};
    expect(betas).toMatchObject({ kind: "numbers", length: 2, default: [0.9, 0.999], item: { max: 1, below: true } });
    expect(eps).toMatchObject({ kind: "number", integer: false, min: 0, default: 1e-8 });
    expect(objectFields(trainingSchema)["steps"]).toMatchObject({
      nullable: true,
      default: null,
      integer: true,
      min: 1,
    });
  });

  it("finds the generators inside the sources", () => {
    const nested = source.variants["generator"]?.nested;
    expect(nested?.key).toBe("name");
    expect(Object.keys(nested?.variants ?? {})).toContain("spirals");
    const spirals = nested?.variants["spirals"]?.fields["options"] as Extract<Field, { kind: "object" }>;
    expect(spirals.fields["classes"]).toMatchObject({ kind: "number", integer: true, min: 2, max: 10, default: 2 });
  });

  const unions: [string, z.ZodType][] = [
    ["loss", lossSchema],
    ["metric", metricSchema],
    ["optimizer", optimizerSchema],
    ["schedule", scheduleSchema],
    ["clip", clipSchema],
    ["initializer", initializerSchema],
  ];
  it.each(unions)("starts every variant of %s with a value that the schema takes", (_, schema) => {
    const field = describe(schema) as VariantField;
    for (const tag of Object.keys(field.variants)) {
      const start = variantStart(field, tag, {});
      expect(schema.safeParse(start), JSON.stringify(start)).toMatchObject({ success: true });
    }
  });

  it("starts every source of data with a value that the schema takes, each generator too", () => {
    for (const tag of Object.keys(source.variants)) {
      const start = variantStart(source, tag, {});
      expect(dataSchema.safeParse({ source: start }), JSON.stringify(start)).toMatchObject({ success: true });
    }
    const nested = source.variants["generator"]?.nested as VariantField;
    for (const name of Object.keys(nested.variants)) {
      const start = { kind: "generator", ...variantStart(nested, name, {}) };
      expect(dataSchema.safeParse({ source: start }), JSON.stringify(start)).toMatchObject({ success: true });
    }
  });

  it("switches what may be off on with a value that the schema takes", () => {
    const objective = objectFields(objectiveSchema);
    const schemas = { penalty: penaltySchema, clip: clipSchema };
    for (const [key, schema] of Object.entries(schemas)) {
      expect(schema.safeParse(startOf(key, objective[key] as Field))).toMatchObject({ success: true });
    }
    const stopping = startOf("earlyStopping", objectFields(trainingSchema)["earlyStopping"] as Field);
    expect(trainingSchema.safeParse({ earlyStopping: stopping })).toMatchObject({ success: true });
    const { warmup } = schedule.variants["cosine"]?.fields ?? {};
    const value = { kind: "cosine", warmup: startOf("warmup", warmup as Field) };
    expect(scheduleSchema.safeParse(value)).toMatchObject({ success: true });
  });

  it("keeps what was set when another variant is chosen, and not what was the default", () => {
    const field = describe(optimizerSchema) as VariantField;
    const sgd = { kind: "sgd", learningRate: 0.01, momentum: 0.9, weightDecay: 0.001 };
    expect(variantStart(field, "rmsprop", sgd)).toEqual({ kind: "rmsprop", momentum: 0.9, weightDecay: 0.001 });
  });
});

group("words of settings", () => {
  const collect = (field: Field, area: string, key: string): [string, string, Field][] => {
    const own: [string, string, Field][] = [[area, key, field]];
    if (field.kind === "object") return [...own, ...inside(field.fields, key)];
    if (field.kind === "record" && field.value.kind === "object") return [...own, ...inside(field.value.fields, key)];
    return field.kind === "variant" ? variantKeys(field, key === "kind" ? area : key) : own;
  };
  const inside = (fields: Fields, area: string) =>
    Object.entries(fields).flatMap(([key, field]) => collect(field, area, key));
  const variantKeys = (field: VariantField, area: string): [string, string, Field][] => {
    const options: Field = { kind: "choice", options: Object.keys(field.variants), optional: false, nullable: false };
    const own: [string, string, Field][] = [[area, field.key, options]];
    const variants = Object.entries(field.variants).flatMap(([tag, v]) => {
      const name = area === "source" ? tag : area;
      return [...inside(v.fields, name), ...(v.nested ? variantKeys(v.nested, tag) : [])];
    });
    return [...own, ...variants];
  };
  const all: [string, string, Field][] = [
    ...variantKeys(source, "source"),
    ...inside((objectFields(dataSchema)["split"] as Extract<Field, { kind: "object" }>).fields, "split"),
    ...collect(objectFields(dataSchema)["fields"] as Field, "data", "transform").slice(1),
    ...variantKeys(describe(lossSchema) as VariantField, "loss"),
    ...variantKeys(describe(metricSchema) as VariantField, "metric"),
    ...variantKeys(describe(optimizerSchema) as VariantField, "optimizer"),
    ...["penalty", "clip", "maxNorm", "every"].flatMap((k) =>
      collect(objectFields(objectiveSchema)[k] as Field, "objective", k),
    ),
    ...inside(objectFields(trainingSchema), "training"),
    ...variantKeys(describe(initializerSchema) as VariantField, "initializer").slice(1),
  ];
  // Drawn by editors of their own, with their own words.
  const own = new Set(["column.from", "columns.from", "transform.normalise"]);
  const shown = all.filter(([area, key]) => !own.has(`${area}.${key}`) && key !== "options");

  it.each(locales)("has a label for every setting in %s", (locale) => {
    const missing = shown.filter(([area, key]) => settingText(uiText[locale].inspector, area, key) === null);
    expect(missing.map(([area, key]) => `${area}.${key}`)).toEqual([]);
    expect(shown.length).toBeGreaterThan(100);
  });

  it.each(locales)("has a name for every choice in %s", (locale) => {
    const missing = shown.flatMap(([area, key, field]) => {
      // Losses have their names on the canvas.
      if (field.kind !== "choice" || (area === "loss" && key === "kind")) return [];
      const options = field.options.map(String);
      return options
        .filter((o) => optionText(uiText[locale].inspector, area, key, o) === null)
        .map((o) => `${area}.${key}: ${o}`);
    });
    expect(missing).toEqual([]);
  });

  it("says what an entry should have been", () => {
    const text = uiText.en.inspector;
    expect(rangeText(text, { integer: true, min: 1, max: 4096 })).toBe(
      "From 1 to 4,096. A whole number, or a sum such as 28*28.",
    );
    expect(rangeText(text, { integer: false, min: 0, above: true })).toMatch(/^More than 0\. A number/);
    expect(rangeText(text, { integer: false })).toBe("A number, or a sum such as 28*28.");
  });
});
