import { describe, expect, it } from "vitest";
import { listBackends, measurePlacement, openSession, placementOf, runsOf } from "../../src/engine/ort.ts";
import { openOnBest } from "../../src/engine/provider.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { encodeModel } from "../../src/onnx/encode.ts";
import { tensor } from "../../src/shape/dtype.ts";

/** y = x W, s = sum(y): two operators, two outputs. */
function model(): Uint8Array {
  const b = new GraphBuilder("test");
  const x = b.input("x", { dtype: "float32", shape: [2, 3] });
  const w = b.parameter("w", tensor("float32", [3, 2], [1, 2, 3, 4, 5, 6]));
  const y = b.emit("MatMul", [x, w]);
  const s = b.emit("ReduceSum", [y], { keepdims: 0 });
  return encodeModel(b.finish([b.named(y, "y"), b.named(s, "s")]));
}
const x = tensor("float32", [2, 3], [1, 0, 0, 0, 1, 1]);
const trial = { name: "test", threads: 1, model: () => ({ ok: true, value: model() }) as const };
const feeds = async () => ({ ok: true, value: { x } }) as const;

describe("sessions", () => {
  it("runs a model and gives only the outputs that are wanted", async () => {
    const session = await openSession(model(), { name: "test", provider: "cpu", threads: 1 });
    if (!session.ok) return expect.unreachable(JSON.stringify(session.issues));
    expect(session.value.inputs).toEqual([{ name: "x", dtype: "float32", shape: [2, 3] }]);
    expect(session.value.outputs.map((o) => o.name)).toEqual(["y", "s"]);
    const all = await session.value.run({ x });
    expect(all.ok && Object.keys(all.value)).toEqual(["y", "s"]);
    const one = await session.value.run({ x }, ["s"]);
    expect(one).toMatchObject({ ok: true, value: { s: { dtype: "float32", dims: [], data: Float32Array.of(21) } } });
    await session.value.release();
  });

  it("says what is wrong with a feed, a model, a file", async () => {
    const options = { name: "test", provider: "cpu", threads: 1 } as const;
    const session = await openSession(model(), options);
    if (!session.ok) return expect.unreachable("the model is good");
    const missing = await session.value.run({});
    expect(missing).toMatchObject({ ok: false, issues: [{ code: "engine.run", model: "test" }] });
    await session.value.release();
    const after = await session.value.run({ x });
    expect(after).toMatchObject({ ok: false, issues: [{ code: "engine.run", reason: /disposed/ }] });
    for (const bad of [new Uint8Array(0), Uint8Array.of(1, 2, 3), model().subarray(0, 40), "/no/such/model.onnx"]) {
      const opened = await openSession(bad, options);
      expect(opened).toMatchObject({ ok: false, issues: [{ code: "engine.session", model: "test" }] });
    }
  });
});

describe("execution providers", () => {
  it("are listed with the CPU among them", async () => {
    expect(await listBackends()).toContainEqual({ name: "cpu", bundled: true });
  });

  it("takes the CPU when it is asked for, without a word", async () => {
    const chosen = await openOnBest({ ...trial, asked: "cpu" });
    expect(chosen).toMatchObject({
      ok: true,
      value: { report: { asked: "cpu", used: "cpu", reason: null }, issues: [] },
    });
  });

  // dml is in no build for Linux and cuda in none for Windows; where the name is known, its libraries or devices are
  // missing on any machine that runs this test without a GPU.
  it("falls back to the CPU with a warning when the one asked for is not there", async () => {
    const missing = (await listBackends()).some((b) => b.name === "dml") ? "coreml" : "dml";
    const chosen = await openOnBest({ ...trial, asked: missing });
    if (!chosen.ok) return expect.unreachable(JSON.stringify(chosen.issues));
    expect(chosen.value.report).toMatchObject({ asked: missing, used: "cpu" });
    expect(chosen.value.report.reason).toContain("not in onnxruntime for");
    expect(chosen.value.issues).toMatchObject([{ code: "provider.unavailable", severity: "warning" }]);
    expect((await chosen.value.session.run({ x })).ok).toBe(true);
  });

  it("auto ends on a provider that runs the model, and says why not another", async () => {
    const chosen = await openOnBest({ ...trial, asked: "auto", feeds });
    if (!chosen.ok) return expect.unreachable(JSON.stringify(chosen.issues));
    const { used, reason, operators } = chosen.value.report;
    expect(used === "cpu" ? reason !== null && operators === null : operators?.[used]).toBeTruthy();
    expect(chosen.value.issues).toEqual([]);
    expect((await chosen.value.session.run({ x })).ok).toBe(true);
  });

  it("counts which provider ran how many operators", async () => {
    const placed = await measurePlacement(model(), { name: "test", provider: "cpu", threads: 1 }, { x });
    expect(placed).toEqual({ ok: true, value: { cpu: 2 } });
    const events = [
      {
        cat: "Node",
        name: "a_kernel_time",
        ts: 11,
        dur: 3,
        args: { provider: "CUDAExecutionProvider", op_name: "Add" },
      },
      { cat: "Node", name: "b_kernel_time", ts: 15, dur: 4, args: { provider: "CPUExecutionProvider" } },
      { cat: "Node", name: "b_fence_before", ts: 15, args: {} },
      { cat: "Session", name: "model_run", ts: 10, dur: 10 },
      { cat: "Node", name: "a_kernel_time", ts: 31, dur: 2, args: { provider: "CPUExecutionProvider" } },
      { cat: "Session", name: "model_run", ts: 30, dur: 8 },
    ];
    const runs = runsOf(JSON.stringify(events));
    expect(runs.map((r) => placementOf(r.operators))).toEqual([{ cuda: 1, cpu: 1 }, { cpu: 1 }]);
    expect(runs.map((r) => r.microseconds)).toEqual([10, 8]);
    expect(runs[0]?.operators[0]).toEqual({ name: "a", kind: "Add", provider: "cuda", microseconds: 3 });
  });
});
