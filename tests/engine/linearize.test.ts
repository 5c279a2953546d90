import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../src/core/issue.ts";
import { rng } from "../../src/core/rng.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import { type ParamValues, resolveParams } from "../../src/graph/params.ts";
import type { Layer, LayerExample } from "../../src/layers/define.ts";
import { layers } from "../../src/layers/registry.gen.ts";
import type { CommandInput, ReplyValue, Tensors } from "../../src/protocol/index.ts";
import { elementCount, isFloat, type Tensor, tensor } from "../../src/shape/dtype.ts";
import { substituteShape } from "../../src/shape/type.ts";
import { moons, TestEngine } from "../support/engine.ts";
import { need } from "../support/layer.ts";

type Linearize = Omit<Extract<CommandInput, { kind: "linearize" }>, "kind" | "id">;
type Linear = Extract<ReplyValue, { kind: "linear" }>;

const sizes = { N: 3, T: 6, H: 5, W: 7 };
let engine: TestEngine;
beforeAll(() => {
  engine = new TestEngine();
});
afterAll(() => engine.close());

async function linear(command: Linearize): Promise<Linear> {
  const { issues, value } = await engine.send({ kind: "linearize", ...command });
  if (value?.kind !== "linear") throw new Error(JSON.stringify(issues));
  return value;
}

/** Keeps inputs where a function is defined. */
const domains: { readonly [layer: string]: (v: number) => number } = {
  sqrt: (v) => Math.abs(v) + 0.5,
  log: (v) => Math.abs(v) + 0.5,
  divide: (v) => Math.sign(v) * (Math.abs(v) + 0.5),
};

const resolved = (layer: Layer, params: LayerExample["params"]): ParamValues =>
  need(resolveParams(layer.params, params as { [name: string]: Json }, { node: "node", layer: layer.id }));

/** A document of one layer behind inputs, and random contents for these. */
function alone(layer: Layer, { params, inputs }: LayerExample): { document: DocumentInput; inputs: Tensors } {
  const random = rng(4, `linearize/${layer.id}/${JSON.stringify(params)}`);
  const shapes = inputs.map((t) => substituteShape(t.shape, sizes) as number[]);
  const ports = layer.inputs(resolved(layer, params));
  const port = (i: number): string => (ports[Math.min(i, ports.length - 1)] as { name: string }).name;
  const document: DocumentInput = {
    format: "gradloom",
    version: 1,
    nodes: [
      ...shapes.map((dims, i) => ({
        id: `x${i}`,
        layer: "input",
        params: { shape: dims.slice(1), dtype: inputs[i]?.dtype ?? "float32" },
      })),
      { id: "node", layer: layer.id, params: params as never },
    ],
    edges: shapes.map((_, i) => ({
      id: `e${i}`,
      from: { node: `x${i}` },
      to: { node: "node", port: port(i), index: Math.max(0, i - ports.length + 1) },
    })),
  };
  const domain = domains[layer.id] ?? ((v: number) => v);
  const contents = shapes.map((dims, i) => {
    const count = elementCount(dims);
    const float = isFloat(inputs[i]?.dtype ?? "float32");
    const values = Array.from({ length: count }, () => (float ? domain(random.normal()) : random.below(4)));
    return [`x${i}`, tensor(float ? "float32" : "int64", dims, values)] as const;
  });
  return { document, inputs: Object.fromEntries(contents) };
}

const cases = (Object.values(layers) as Layer[])
  .filter((layer) => layer.id !== "input")
  .flatMap((layer) => layer.examples.map((example, i) => [`${layer.id} ${i}`, layer, example] as const));

describe("local derivatives", () => {
  it.each(cases)("%s: rows, columns and differences of the outputs agree", async (name, layer, example) => {
    const { document, inputs } = alone(layer, example);
    const samples = { kind: "inputs", inputs } as const;
    const at = { kind: "document", document } as const;
    const out = layer.outputs(resolved(layer, example.params)).map((p) => p.name);
    const outputs = async (moved: Tensors): Promise<Tensor[]> => {
      const refs = out.map((port) => ({ of: "output", node: "node", port, what: "value" }) as const);
      const reply = await engine.send({
        kind: "inspect",
        at,
        samples: { kind: "inputs", inputs: moved },
        tensors: refs,
      });
      if (reply.value?.kind !== "tensors") throw new Error(JSON.stringify(reply.issues));
      return [...reply.value.tensors];
    };
    const [first] = await outputs(inputs);
    const random = rng(1, name);
    const floats = Object.values(inputs).flatMap((t, i) => (t.dtype === "float32" ? [i] : []));
    for (let round = 0; round < 3; round++) {
      const o = random.below((first as Tensor).data.length);
      const { row } = await linear({ at, samples, node: "node", row: { port: out[0] as string, index: o } });
      expect(row?.inputs.map((t) => t !== null)).toEqual(Object.values(inputs).map((t) => t.dtype === "float32"));
      for (const input of floats) {
        const x = inputs[`x${input}`] as Tensor;
        const whole = row?.inputs[input] as Tensor;
        expect(whole.dims).toEqual(x.dims);
        // The element that matters most, so that zeros are not all that is compared.
        const magnitudes = Array.from(whole.data as Float32Array, Math.abs);
        const index = magnitudes.indexOf(Math.max(...magnitudes));
        const { column } = await linear({ at, samples, node: "node", column: { of: "input", input, index } });
        const across = column?.[out[0] as string] as Tensor;
        expect(across.dims).toEqual((first as Tensor).dims);
        const scale = Math.max(1, ...Array.from(across.data as Float32Array, Math.abs));
        // The same sums in another order.
        expect(Math.abs(Number(across.data[o]) - Number(whole.data[index]))).toBeLessThan(1e-5 * scale);
        const h = 1 / 256;
        const moved = (by: number): Tensors => {
          const data = (x.data as Float32Array).slice();
          data[index] = (data[index] as number) + by;
          return { ...inputs, [`x${input}`]: { ...x, data } as Tensor };
        };
        const [up, down] = [(await outputs(moved(h)))[0] as Tensor, (await outputs(moved(-h)))[0] as Tensor];
        // Truncation is h^2 times the third derivative, rounding 1e-7 / h: both about 3e-5; corners are further away.
        across.data.forEach((v, i) => {
          const slope = (Number(up.data[i]) - Number(down.data[i])) / (2 * h);
          expect(Math.abs(Number(v) - slope), `element ${i}`).toBeLessThan(2e-3 * scale);
        });
      }
    }
  });

  it("are those of parameters too: of a dense layer the input and the sample", async () => {
    const at = { kind: "document", document: moons() } as const;
    const samples = { kind: "indices" as const, split: "train" as const, indices: [3, 8] };
    const x = await engine.send({
      kind: "inspect",
      at,
      samples,
      tensors: [{ of: "output", node: "x", port: "out", what: "value" }],
    });
    if (x.value?.kind !== "tensors") throw new Error(JSON.stringify(x.issues));
    const given = x.value.tensors[0] as Tensor;
    // Unit 2 of sample 1.
    const { row } = await linear({ at, samples, node: "n1", row: { port: "out", index: 10 } });
    const dw = row?.parameters["weight"] as Tensor;
    const expected = Array.from({ length: 16 }, (_, i) => (i >> 1 === 2 ? given.data[2 + (i & 1)] : 0));
    expect(Array.from(dw.data as Float32Array)).toEqual(expected);
    expect(Array.from(row?.parameters["bias"]?.data as Float32Array)).toEqual([0, 0, 1, 0, 0, 0, 0, 0]);
    const column = { of: "parameter", parameter: "weight", index: 5 } as const;
    const { column: along } = await linear({ at, samples, node: "n1", column });
    const units = Array.from({ length: 16 }, (_, i) => (i % 8 === 2 ? given.data[2 * (i >> 3) + 1] : 0));
    expect(Array.from(along?.["out"]?.data as Float32Array)).toEqual(units);
  });

  it("say what is not there", async () => {
    const at = { kind: "document", document: moons() } as const;
    const samples = { kind: "next" as const };
    const codes = async (more: Partial<Linearize>): Promise<string[]> => {
      const { issues } = await engine.send({ kind: "linearize", at, samples, node: "n1", ...more });
      return issues.map((i) => i.code);
    };
    expect(await codes({ node: "n9" })).toEqual(["look.unknown"]);
    expect(await codes({ row: { port: "out", index: 1e6 } })).toEqual(["look.index"]);
    expect(await codes({ row: { port: "left", index: 0 } })).toEqual(["look.unknown"]);
    expect(await codes({ column: { of: "parameter", parameter: "gain", index: 0 } })).toEqual(["look.unknown"]);
    expect(await codes({ column: { of: "input", input: 1, index: 0 } })).toEqual(["look.unknown"]);
  });
});
