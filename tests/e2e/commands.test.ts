import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNpy, writeNpy } from "../../src/engine/data/formats/npy.ts";
import { templateNames } from "../../src/i18n/template-text.ts";
import { type Tensor, tensor } from "../../src/shape/dtype.ts";
import { decodeSafetensors } from "../../src/train/safetensors.ts";
import { buildCli, gradloom, temporaryFolder } from "../support/cli.ts";

const { folder, remove } = temporaryFolder();
beforeAll(buildCli);
afterAll(remove);

const commands = ["templates", "check", "shapes", "train", "evaluate", "export", "run", "gradcheck", "doctor"];

describe("help", () => {
  test.each([[["--help"]], [["help"]], [[]]])("%j shows all commands", async (args) => {
    const { code, stdout, stderr } = await gradloom(args);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name}`, "m"));
  });

  test.each(commands)("of %s in both languages", async (name) => {
    const en = await gradloom(["help", name]);
    const zh = await gradloom([name, "--help", "--lang", "zh"]);
    expect([en.code, zh.code]).toEqual([0, 0]);
    expect(en.stdout).toContain(`gradloom ${name}`);
    expect(en.stdout).not.toMatch(/\p{Script=Han}/u);
    expect(zh.stdout).toMatch(/^用法： gradloom/);
    expect(zh.stdout).toContain("--json");
  });

  test("--version is that of the package", async () => {
    const { stdout } = await gradloom(["--version"]);
    expect(stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe("wrong use ends with 2 and says what is wrong", () => {
  test.each([
    [["tarin", "lenet"], /no command "tarin".*"train"/],
    [["train", "lenet", "--epoch", "3"], /no option --epoch.*--epochs/],
    [["train", "lenet", "--epochs"], /--epochs <n> needs a value/],
    [["train", "lenet", "--epochs", "0"], /--epochs expects a whole number of at least 1, found "0"/],
    [["train", "lenet", "--epochs", "3.5"], /found "3.5"/],
    [["train", "lenet", "--lr", "fast"], /--lr expects a number of at least 0, found "fast"/],
    [["train", "lenet", "--provider", "tpu"], /one of: auto, cpu, cuda/],
    [["train", "perceptron", "--data", "nand"], /one of: xor, and, or/],
    [["train"], /<document> is missing/],
    [["check"], /<document> is missing/],
    [["check", "lenet", "perceptron"], /takes 1 argument, found 2/],
    [["export", "lenet"], /-o, --out <file> is missing/],
    [["run", "x.onnx", "--input", "x.npy"], /name=file.npy, found "x.npy"/],
    [["help", "tain"], /no command "tain"/],
    [["--verbose"], /no option --verbose/],
    [["check", "lenet", "--lang", "fr"], /one of: en, zh/],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await gradloom(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/See gradloom help/);
  });

  test("as one JSON object with --json", async () => {
    const { code, events, stderr } = await gradloom(["--json", "train", "lenet", "--epochs", "x"]);
    expect(code).toBe(2);
    expect(events).toEqual([{ event: "wrong-use", message: expect.stringContaining("--epochs") }]);
    expect(stderr).toBe("");
  });

  test("in Chinese where the environment says so", async () => {
    const { code, stderr } = await gradloom(["check"], { env: { LC_ALL: "zh_CN.UTF-8" } });
    expect(code).toBe(2);
    expect(stderr).toContain("缺少参数 <document>");
  });
});

test("templates lists every template in the chosen language", async () => {
  const { events } = await gradloom(["templates", "--json", "--lang", "zh"]);
  expect(events.map((e) => e["name"] as string)).toEqual([...templateNames]);
  expect(events.every((e) => /\p{Script=Han}/u.test(e["title"]))).toBe(true);
});

describe("check and shapes", () => {
  test.each(templateNames)("%s has no problems", async (name) => {
    const { code, events } = await gradloom(["check", name, "--json"]);
    expect(code).toBe(0);
    expect(events).toEqual([expect.objectContaining({ event: "checked", ok: true, errors: 0, warnings: 0 })]);
  });

  test("LeNet-5 has the shapes and the 61,706 parameters it is known for", async () => {
    const { code, events } = await gradloom(["shapes", "lenet", "--json"]);
    expect(code).toBe(0);
    const shapes = Object.fromEntries(events.map((e) => [e["node"] as string, e["shape"] as unknown]));
    expect(shapes).toMatchObject({
      image: ["N", 1, 28, 28],
      conv1: ["N", 6, 28, 28],
      pool1: ["N", 6, 14, 14],
      conv2: ["N", 16, 10, 10],
      pool2: ["N", 16, 5, 5],
      flatten: ["N", 400],
      digits: ["N", 10],
    });
    expect(events.reduce((sum, e) => sum + (e["parameters"] as number), 0)).toBe(61_706);
  });

  test("shapes that an issue hides are null, and the issue follows", async () => {
    const lenet = JSON.parse(readTemplate("lenet"));
    lenet.nodes.find((n: { id: string }) => n.id === "conv2").params.kernel = 50;
    const file = path.join(folder, "big-kernel.json");
    writeFileSync(file, JSON.stringify(lenet));
    const { code, events } = await gradloom(["shapes", file, "--json"]);
    expect(code).toBe(1);
    expect(events.find((e) => e["node"] === "pool1" && e.event === "shape")?.["shape"]).toEqual(["N", 6, 14, 14]);
    expect(events.find((e) => e["node"] === "pool2" && e.event === "shape")?.["shape"]).toBeNull();
    expect(events.find((e) => e.event === "issue")).toMatchObject({ node: "conv2", severity: "error" });
  });
});

const readTemplate = (name: string): string =>
  readFileSync(path.resolve(import.meta.dirname, `../../graph-templates/${name}.json`), "utf8");

describe("gradcheck", () => {
  test.each(["perceptron", "mlp-xor", "iris-softmax"])("%s: every gradient agrees", async (name) => {
    const { code, events } = await gradloom(["gradcheck", name, "--json"]);
    expect(code).toBe(0);
    const result = events.at(-1);
    expect(result).toMatchObject({ event: "gradcheck", ok: true });
    // Smooth networks: only the rounding of float32 losses remains.
    expect(result?.["worst"]).toBeLessThan(1e-3);
    expect(events.length).toBe(result?.["parameters"] + 1);
  });

  test("a network with corners agrees within the limit", async () => {
    const { code, events } = await gradloom(["gradcheck", "lenet", "--json"]);
    expect(code).toBe(0);
    expect(events.filter((e) => e.event === "gradient").map((e) => `${e["node"]}.${e["parameter"]}`)).toHaveLength(10);
  });
});

describe("export and run", () => {
  test("an inference model gives the same numbers through gradloom run as by hand", async () => {
    const onnx = path.join(folder, "perceptron.onnx");
    const exported = await gradloom(["export", "perceptron", "-o", onnx, "--json"]);
    expect(exported.code).toBe(0);
    expect(exported.events).toEqual([expect.objectContaining({ event: "exported", what: "inference", tensors: null })]);
    const x = [0.5, -1, 2, 3, 0, 0];
    const input = path.join(folder, "x.npy");
    writeFileSync(input, writeNpy(tensor("float32", [3, 2], x)));
    const ran = await gradloom(["run", onnx, "--input", `input=${input}`, "--out", folder, "--json"]);
    expect(ran.code).toBe(0);
    expect(ran.events[0]).toMatchObject({ event: "output", name: "score", dtype: "float32", shape: [3, 1] });
    const y = readNpy(readFileSync(ran.events[0]?.["file"]), "y");
    const step = path.join(folder, "p-step.onnx");
    await gradloom(["export", "perceptron", "-o", step, "--what", "training-step"]);
    const beside = decodeSafetensors(readFileSync(path.join(folder, "p-step.safetensors")));
    expect(beside.ok && y.ok).toBe(true);
    if (!beside.ok || !y.ok) return;
    const [w0, w1] = (beside.value.tensors.get("score.weight") as Tensor).data as Float32Array;
    const [bias] = (beside.value.tensors.get("score.bias") as Tensor).data as Float32Array;
    const by = (i: number): number => (w0 as number) * (x[2 * i] as number) + (w1 as number) * (x[2 * i + 1] as number);
    // One float32 rounding for each of three operations on numbers around 1.
    for (const i of [0, 1, 2]) expect((y.value.data as Float32Array)[i]).toBeCloseTo(by(i) + (bias as number), 5);
  });

  test.each(["evaluation", "training-step", "training-loop", "probed-step", "probe"])(
    "%s has its tensors beside it, by input name",
    async (what) => {
      const onnx = path.join(folder, `lenet-${what}.onnx`);
      const { code, events } = await gradloom(["export", "lenet", "-o", onnx, "--what", what, "--json"]);
      expect(code).toBe(0);
      const beside = decodeSafetensors(readFileSync(events[0]?.["tensors"]));
      const names = beside.ok ? [...beside.value.tensors.keys()].sort() : [];
      const inputs: { name: string; role: { kind: string } }[] = events[0]?.["inputs"];
      const wanted = inputs.filter((i) => !["data", "target"].includes(i.role.kind)).map((i) => i.name);
      expect(names).toEqual(wanted.sort());
      expect(names).toContain("conv1.weight");
    },
  );

  test("a probe gives the tensors that are named", async () => {
    const onnx = path.join(folder, "lenet-probe.onnx");
    const args = ["export", "lenet", "-o", onnx, "--what", "probe", "--batch", "2", "--json"];
    const named = ["conv1.out", "conv1.out.gradient", "loss", "target.label"].flatMap((name) => ["--tensor", name]);
    const { code, events } = await gradloom([...args, ...named]);
    expect(code).toBe(0);
    expect(events[0]?.["outputs"].map((o: { name: string; shape: number[] }) => [o.name, o.shape])).toEqual([
      ["conv1.out", [2, 6, 28, 28]],
      ["conv1.out.gradient", [2, 6, 28, 28]],
      ["loss", []],
      ["target.label.value", [2]],
    ]);
    const wrong = await gradloom([...args, "--tensor", "conv9.out"]);
    expect([wrong.code, wrong.events[0]]).toEqual([1, expect.objectContaining({ code: "look.unknown" })]);
    const misplaced = await gradloom(["export", "lenet", "-o", onnx, "--tensor", "loss"]);
    expect([misplaced.code, misplaced.stderr]).toEqual([2, expect.stringMatching("--what probe")]);
  });

  test("export says what is wrong with a document and writes nothing", async () => {
    const onnx = path.join(folder, "none.onnx");
    const { code, stderr } = await gradloom(["export", path.join(folder, "missing.json"), "-o", onnx]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/missing\.json: The file does not exist/);
    expect(() => readFileSync(onnx)).toThrow();
  });

  test.each([
    [[], /No value was given for the input "input".*--input input=file\.npy/],
    [["--input", "input=nowhere.npy"], /nowhere\.npy: The data file cannot be opened \(ENOENT\)/],
    [["--input", "input=wrong.npy"], /The input "input" of the model expects float32\[.*, 2\], found float32\[3\]/],
  ])("run with %j says what the model wants", async (args, message) => {
    writeFileSync(path.join(folder, "wrong.npy"), writeNpy(tensor("float32", [3], [1, 2, 3])));
    const onnx = path.join(folder, "perceptron2.onnx");
    await gradloom(["export", "perceptron", "-o", onnx]);
    const { code, stderr } = await gradloom(["run", onnx, ...args], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  test("run names a file that is no model", async () => {
    const file = path.join(folder, "noise.onnx");
    writeFileSync(file, "this is no model");
    const { code, stderr } = await gradloom(["run", file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/noise\.onnx: An ONNX model was expected/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test("doctor finds the CPU and the bundled data", async () => {
  const { code, events } = await gradloom(["doctor", "--json"]);
  expect(code).toBe(0);
  expect(events[0]).toMatchObject({
    event: "doctor",
    datasets: [
      { name: "mnist", samples: 70_000 },
      { name: "iris", samples: 150 },
    ],
  });
  expect(events[0]?.["providers"]).toContainEqual({
    ...{ name: "cpu", works: true, state: "works", reason: null },
  });
});
