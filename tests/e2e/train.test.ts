import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildCli, type CliEvent, gradloom, root, temporaryFolder } from "../support/cli.ts";

const { folder, remove } = temporaryFolder();
beforeAll(buildCli);
afterAll(remove);

const at = (name: string): string => path.join(folder, name);
const losses = (events: readonly CliEvent[]): number[] => {
  const curve: number[] = [];
  // Steps that were done again after a resume come twice; the later one counts.
  for (const e of events) if (e.event === "step") curve[e["step"] - 1] = e["loss"];
  return curve;
};
/** Trains with --json in the temporary folder and expects it to succeed. */
async function train(args: readonly string[]) {
  const result = await gradloom(["train", ...args, "--json"], { cwd: folder });
  expect(result.stderr).toBe("");
  expect(result.code, result.stdout).toBe(0);
  const done = result.events.at(-1) as CliEvent;
  return { ...result, done, curve: losses(result.events) };
}

describe("what train --json tells", () => {
  test("every step once, in order, and at the end the result", async () => {
    const { events, done, curve } = await train(["iris-softmax", "--epochs", "4"]);
    expect(Object.keys(done).slice(0, 5)).toEqual(["event", "test", "seconds", "steps", "provider"]);
    expect(done).toMatchObject({ event: "done", steps: 32, provider: "cpu", reason: "finished" });
    expect(Object.keys(done["test"]).slice(0, 2)).toEqual(["loss", "accuracy"]);
    expect(done["test"]).toMatchObject({ split: "test", samples: 30 });
    expect(events.filter((e) => e.event === "step").map((e) => e["step"] as number)).toEqual(
      curve.map((_, i) => i + 1),
    );
    expect(curve).toHaveLength(32);
    expect(events[0]).toMatchObject({ event: "engine", state: "started", pid: expect.any(Number) });
    const plan = events.find((e) => e.event === "plan");
    expect(plan).toMatchObject({ steps: 32, epochs: 4, stepsPerEpoch: 8, batch: 16, parameters: 15, provider: "cpu" });
    expect(events.filter((e) => e.event === "epoch").map((e) => e["epoch"] as number)).toEqual([1, 2, 3, 4]);
    expect(existsSync(done["model"])).toBe(true);
    expect(path.relative(folder, done["run"])).toBe(path.join("runs", "iris-softmax-1"));
  });

  test("the same again, and something else with another seed", async () => {
    const args = ["iris-softmax", "--epochs", "3"];
    const [a, b, c] = [await train(args), await train(args), await train([...args, "--seed", "2"])];
    expect(b.curve).toEqual(a.curve);
    expect(c.curve).not.toEqual(a.curve);
    expect(new Set([a, b, c].map((r) => r.done["run"] as string)).size).toBe(3);
  });

  test("options change what they name", async () => {
    const { events, curve, done } = await train(["iris-softmax", "--batch", "40", "--steps", "5", "--lr", "0"]);
    expect(events.find((e) => e.event === "plan")).toMatchObject({ batch: 40, steps: 5, stepsPerEpoch: 3 });
    expect(curve).toHaveLength(5);
    // With a rate of 0 nothing moves: every loss is that of the initial weights.
    expect(events.filter((e) => e.event === "step").every((e) => e["learningRate"] === 0)).toBe(true);
    expect(done["steps"]).toBe(5);
  });

  test("people read lines instead, in their language", async () => {
    const en = await gradloom(["train", "mlp-xor", "--steps", "20"], { cwd: folder });
    expect(en.stdout).toMatch(/^20 steps in .*\nOn training data: loss [\d.]+, accuracy \d+\.?\d* %\.\nRun folder: /);
    expect(en.stderr).toMatch(/^MLP on XOR: 33 parameters, 4 samples, batch 4, 20 epochs, 20 steps\.$/m);
    const zh = await gradloom(["train", "mlp-xor", "--steps", "20", "--lang", "zh"], { cwd: folder });
    expect(zh.stdout).toMatch(/^共 20 步，用时 .*\n在训练数据上：损失 [\d.]+，准确率 /);
    expect(zh.stderr).not.toMatch(/parameters/);
  });
});

describe("templates reach their goals", () => {
  test("the perceptron solves AND and OR and cannot solve XOR", async () => {
    for (const data of ["and", "or"]) {
      const { done } = await train(["perceptron", "--data", data]);
      expect(done["test"]["accuracy"], data).toBe(1);
    }
    const { done } = await train(["perceptron", "--data", "xor", "--epochs", "500"]);
    // Three of four points is the best any straight line can do.
    expect(done["test"]["accuracy"]).toBeLessThanOrEqual(0.75);
  });

  test("an MLP solves XOR", async () => {
    const { done } = await train(["mlp-xor"]);
    expect(done["test"]["accuracy"]).toBe(1);
    expect(done["test"]["loss"]).toBeLessThan(0.01);
  });

  test("softmax regression tells 95 of 100 irises apart", async () => {
    const { done } = await train(["iris-softmax"]);
    expect(done["test"]["accuracy"]).toBeGreaterThanOrEqual(0.95);
  });

  test("LeNet reads 98.5 % of the digits after two epochs", async () => {
    const { done, curve } = await train(["lenet", "--epochs", "2"]);
    expect(done["test"]).toMatchObject({ split: "test", samples: 10_000 });
    expect(done["test"]["accuracy"]).toBeGreaterThanOrEqual(0.985);
    expect(curve[0]).toBeCloseTo(Math.log(10), 0);
  });

  test("the small ResNet learns", async () => {
    const { curve } = await train(["resnet-small", "--steps", "40"]);
    const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0) / part.length;
    expect(mean(curve.slice(30))).toBeLessThan(0.8 * mean(curve.slice(0, 5)));
  });
});

test("evaluate finds what training found, and knows the other parts", async () => {
  const { done } = await train(["iris-softmax", "--epochs", "5"]);
  const same = await gradloom(["evaluate", done["run"], "--json"]);
  expect(same.events).toEqual([{ event: "evaluation", ...done["test"] }]);
  const other = await gradloom(["evaluate", done["run"], "--split", "train", "--json"]);
  expect(other.events[0]).toMatchObject({ split: "train", samples: 120 });
  const none = await gradloom(["evaluate", done["run"], "--split", "validation"]);
  expect(none.code).toBe(1);
});

test("a run folder can be exported and run", async () => {
  const { done } = await train(["iris-softmax", "--epochs", "2"]);
  const onnx = at("iris.onnx");
  const exported = await gradloom(["export", done["run"], "-o", onnx, "--json"]);
  expect(exported.code, exported.stdout).toBe(0);
  // The weights are the trained ones: the file is the one that training wrote.
  expect(readFileSync(onnx).equals(readFileSync(done["model"]))).toBe(true);
});

describe("stopping and going on", () => {
  const long = ["iris-softmax", "--epochs", "4000"];

  test("Ctrl+C stops with a checkpoint; --resume gives the curve of a run that was never stopped", async () => {
    const out = at("stopped");
    let asked = false;
    const first = await gradloom(["train", ...long, "--out", out, "--json"], {
      onEvent(event, child) {
        if (asked || event.event !== "step" || event["step"] < 300) return;
        asked = true;
        child.kill("SIGINT");
      },
    });
    expect(first.code).toBe(0);
    expect(first.events.at(-1)).toMatchObject({ event: "done", reason: "stopped" });
    const steps: number = first.events.at(-1)?.["steps"];
    expect(steps).toBeGreaterThanOrEqual(300);
    expect(steps).toBeLessThan(32_000);
    const limit = String(steps + 100);
    const second = await train(["--resume", out, "--steps", limit]);
    expect(second.events.find((e) => e.event === "resumed")).toMatchObject({ step: steps });
    expect(second.done["steps"]).toBe(steps + 100);
    const whole = await train([...long, "--steps", limit]);
    expect([...losses(first.events), ...second.curve.slice(steps)]).toEqual(whole.curve);
    expect(second.done["test"]).toEqual(whole.done["test"]);
  });

  test("the hint of a stopped run says how to go on", async () => {
    const child = spawn(process.execPath, [path.join(root, "dist/cli.cjs"), "train", "lenet", "--out", at("hint")], {
      cwd: folder,
      env: { ...process.env, LC_ALL: "C" },
    });
    let text = "";
    child.stdout.on("data", (t: Buffer) => {
      text += t;
    });
    child.stderr.on("data", (t: Buffer) => {
      const begun = /Runs on cpu/.test(text);
      text += t;
      if (!begun && /Runs on cpu/.test(text)) setTimeout(() => child.kill("SIGINT"), 500);
    });
    const code = await new Promise((done) => child.on("close", done));
    expect(code).toBe(0);
    expect(text).toMatch(/Stopping after this step; press Ctrl\+C again/);
    expect(text).toMatch(/To go on: gradloom train --resume hint$/m);
  });

  test("a second Ctrl+C ends at once", async () => {
    let times = 0;
    const { code, events } = await gradloom(["train", "lenet", "--out", at("twice"), "--json"], {
      onEvent(event, child) {
        if (event.event === "step" && times++ === 0) {
          child.kill("SIGINT");
          child.kill("SIGINT");
          setTimeout(() => child.kill("SIGINT"), 5);
        }
      },
    });
    // The first signal may have won the race: both ends are clean.
    expect([0, 130]).toContain(code);
    if (code === 130) expect(events.at(-1)?.event).not.toBe("done");
  });

  test("an engine that is killed is started again, and the curve is the same", async () => {
    const whole = await train(["lenet", "--steps", "250"]);
    let killed = false;
    const { code, events } = await gradloom(["train", "lenet", "--steps", "250", "--out", at("killed"), "--json"], {
      onEvent(event, child) {
        const pid: number | undefined =
          event.event === "engine" && event["state"] === "started" ? event["pid"] : undefined;
        if (pid !== undefined) (child as { engine?: number }).engine = pid;
        if (killed || event.event !== "step" || event["step"] < 60) return;
        killed = true;
        process.kill((child as { engine?: number }).engine as number, "SIGKILL");
      },
    });
    expect(code).toBe(0);
    expect(events).toContainEqual(expect.objectContaining({ event: "engine", state: "crashed", signal: "SIGKILL" }));
    expect(events.filter((e) => e.event === "engine" && e["state"] === "started")).toHaveLength(2);
    expect(losses(events)).toEqual(whole.curve);
    expect(events.at(-1)?.["test"]).toEqual(whole.done["test"]);
  });

  test("a folder that holds a run is not written over", async () => {
    await train(["mlp-xor", "--steps", "3", "--out", "kept"]);
    const before = statSync(at("kept/run.json")).mtimeMs;
    const { code, stderr } = await gradloom(["train", "mlp-xor", "--steps", "3", "--out", "kept"], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/kept.*holds a run already.*--out/);
    expect(statSync(at("kept/run.json")).mtimeMs).toBe(before);
  });

  test.each([
    ["nowhere", /nowhere: A run folder was expected here/],
    [".", /A run folder was expected here/],
  ])("--resume %s says what is missing", async (name, message) => {
    const { code, stderr } = await gradloom(["train", "--resume", name], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});

test("training that meets a value that is not finite names the first bad node", async () => {
  const document = JSON.parse(readFileSync(path.join(root, "graph-templates/mlp-xor.json"), "utf8"));
  document.nodes.splice(3, 0, { id: "logarithm", layer: "log" });
  document.edges = document.edges.filter((e: { id: string }) => e.id !== "tanh-logit");
  document.edges.push(
    { id: "a", from: { node: "tanh" }, to: { node: "logarithm" } },
    { id: "b", from: { node: "logarithm" }, to: { node: "logit" } },
  );
  writeFileSync(at("log.json"), JSON.stringify(document));
  const { code, stderr } = await gradloom(["train", "log.json", "--out", "nan"], { cwd: folder });
  expect(code).toBe(1);
  expect(stderr).toMatch(/node logarithm/);
  expect(stderr).toMatch(/step 1 .* became NaN/);
});

test("whoever stops reading stops the training without a word", async () => {
  const command = `"${process.execPath}" "${path.join(root, "dist/cli.cjs")}" train lenet --json --out "${at("pipe")}" | head -n 3`;
  const child = spawn("sh", ["-c", command], { cwd: folder });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (t: Buffer) => {
    stdout += t;
  });
  child.stderr.on("data", (t: Buffer) => {
    stderr += t;
  });
  await new Promise((done) => child.on("close", done));
  expect(stdout.trim().split("\n")).toHaveLength(3);
  expect(stderr).toBe("");
});
