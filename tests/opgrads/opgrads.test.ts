import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkFile } from "./check.ts";
import { parseReference, type RefCase, type RefFile, type RefTensor } from "./format.ts";
import { reportFolder } from "./report.ts";

const data = fileURLToPath(new URL("data", import.meta.url));
const read = (name: string): RefFile => {
  const file = parseReference(readFileSync(join(data, name), "utf8"));
  if ("fault" in file) throw new Error(file.fault);
  return file;
};

describe("gradients are those of PyTorch", () => {
  it.each(readdirSync(data).sort())("%s", async (name) => {
    const outcomes = await checkFile(read(name));
    expect(outcomes.length).toBeGreaterThan(0);
    for (const o of outcomes) {
      if (o.kind === "skipped") expect(o.reason).toBe("norm nuc needs singular values");
      else expect(o).toMatchObject({ kind: "passed" });
    }
  });
});

/** A copy of a file with one number of one gradient moved by `factor` of it. */
function spoiled(name: string, factor: number): RefFile {
  const file = structuredClone(read(name));
  const gradient = file.cases[0]?.grads["0"]?.data as number[];
  const at = gradient.findIndex((v) => Math.abs(v) > 0.1);
  gradient[at] = (gradient[at] as number) * (1 + factor);
  return file;
}

describe("the check itself", () => {
  it("fails at a gradient that is off by 3e-4, and not by 3e-5", async () => {
    expect((await checkFile(spoiled("exp.json", 3e-4)))[0]).toMatchObject({ kind: "failed" });
    expect((await checkFile(spoiled("exp.json", 3e-5)))[0]).toMatchObject({ kind: "passed" });
  });

  it("fails at an output that is off", async () => {
    const file = structuredClone(read("exp.json"));
    const values = file.cases[0]?.outputs[0]?.data as number[];
    values[3] = 7;
    expect((await checkFile(file))[0]).toMatchObject({ kind: "failed", reason: expect.stringContaining("output 0") });
  });

  it("fails at a missing output", async () => {
    const file = structuredClone(read("exp.json"));
    const outputs = file.cases[0]?.outputs as RefTensor[];
    outputs.push(outputs[0] as RefTensor);
    expect((await checkFile(file))[0]).toMatchObject({
      kind: "failed",
      reason: "1 outputs instead of 2; in float64: 1 outputs instead of 2",
    });
  });

  /** One case at a corner whose input, output and gradient are single numbers. */
  const corner = (op: string, x: number, gradient: number, more: Partial<RefCase> = {}): RefFile => ({
    op,
    cases: [
      {
        args: [scalar(x)],
        kwargs: {},
        outputs: [scalar(0)],
        cotangents: [scalar(2)],
        grads: { "0": scalar(gradient) },
        kink: true,
        ...more,
      },
    ],
  });
  const scalar = (value: number) => ({ shape: [], dtype: "float32" as const, data: [value] });

  it("takes any value between the one-sided derivatives at a corner", async () => {
    // Ours is 0, PyTorch could as well have said 2.
    expect((await checkFile(corner("nn.functional.relu", 0, 2)))[0]).toMatchObject({ kind: "passed" });
    expect((await checkFile(corner("nn.functional.relu", 0, 2, { kink: false })))[0]).toMatchObject({ kind: "failed" });
  });

  it("takes no value beyond them", async () => {
    // The variance is raised to eps = 1 behind the back of the gradient, so that ours (1) is not the derivative (0).
    const beyond = corner("nn.functional.gaussian_nll_loss", 0, 0, {
      args: [scalar(0), scalar(0), scalar(0.5)],
      kwargs: { eps: 1 },
      grads: { "2": scalar(0) },
    });
    expect((await checkFile(beyond))[0]).toMatchObject({ kind: "failed" });
  });
});

describe("the report", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "opgrads-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const report = async (files: { readonly [name: string]: string }) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const lines: string[] = [];
    const totals = await reportFolder(folder, (line) => lines.push(line));
    return { lines, totals };
  };

  it("ends with the totals, alone on the last line", async () => {
    const { lines, totals } = await report({ "exp.json": JSON.stringify(read("exp.json")) });
    expect(lines).toEqual(["ok    exp.json: 1 passed, 0 failed, 0 skipped", "1 passed, 0 failed, 0 skipped"]);
    expect(totals).toEqual({ passed: 1, failed: 0, skipped: 0 });
  });

  it("names operator, case and size of a failure", async () => {
    const { lines } = await report({ "exp.json": JSON.stringify(spoiled("exp.json", 1)) });
    expect(lines[0]).toBe("FAIL  exp.json: 0 passed, 1 failed, 0 skipped");
    expect(lines[1]).toMatch(/^ {6}exp case 0 failed: gradient of 0: off by \S+ at \d+: \S+ instead of \S+/);
    expect(lines.at(-1)).toBe("0 passed, 1 failed, 0 skipped");
  });

  it("skips what it does not know, with the reason", async () => {
    const file = { ...read("exp.json"), op: "linalg.svd" };
    const { lines } = await report({ "svd.json": JSON.stringify(file) });
    expect(lines).toEqual([
      "skip  svd.json: 0 passed, 0 failed, 1 skipped",
      "      linalg.svd case 0 skipped: operator linalg.svd is not supported",
      "0 passed, 0 failed, 1 skipped",
    ]);
  });

  it.each([
    ["not JSON", "{", /not JSON/],
    ["no object", "[1]", /not an object/],
    ["no cases", '{"op": "abs"}', /cases is not a list/],
    [
      "a tensor of the wrong length",
      '{"op":"abs","cases":[{"args":[{"shape":[2],"dtype":"float32","data":[1]}],"kwargs":{},"outputs":[],"cotangents":[],"grads":{},"kink":false}]}',
      /case 0: .*data does not fit its shape/,
    ],
  ])("names a file that is %s and goes on", async (_what, text, reason) => {
    const { lines, totals } = await report({ "bad.json": text, "exp.json": JSON.stringify(read("exp.json")) });
    expect(lines[0]).toMatch(/^FAIL {2}bad\.json: cannot be read: /);
    expect(lines[0]).toMatch(reason);
    expect(totals).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it("is null for a folder that is not there", async () => {
    expect(await reportFolder(join(folder, "none"), () => {})).toBeNull();
  });
});
