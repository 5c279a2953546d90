import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeNpy } from "../../src/engine/data/formats/npy.ts";
import { tensor } from "../../src/shape/dtype.ts";
import { buildCli, type CliEvent, gradloom, root, temporaryFolder } from "../support/cli.ts";

const { folder, remove } = temporaryFolder();
beforeAll(buildCli);
afterAll(remove);

type Document = ReturnType<typeof JSON.parse>;

/** A file in the temporary folder. */
function put(name: string, content: string | Uint8Array): string {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
  return name;
}

/** A template with something wrong in it. */
const broken =
  (template: string, change: (d: Document) => void) =>
  (name: string): string => {
    const document = JSON.parse(readFileSync(path.join(root, `graph-templates/${template}.json`), "utf8"));
    change(document);
    return put(`${name}.json`, JSON.stringify(document, null, 2));
  };

/** Softmax regression on a source of the user's own. */
const withSource = (source: object, inputs = "features"): ((name: string) => string) =>
  broken("iris-softmax", (d) => {
    d.data = { source, inputs: { input: inputs } };
  });

const csv = (file: string, columns: object): object => ({ kind: "csv", path: file, columns });
const threeColumns = { features: { from: ["a", "b", "c", "d"] }, label: { from: ["kind"], as: "class" } };

interface Malformed {
  /** Writes the document (and its data) and gives its name. */
  readonly make: (name: string) => string;
  readonly code: string;
  /** Where the issue must stand: part of `gradloom check --json`. */
  readonly place: { readonly [key: string]: unknown };
  /** File that the message names; the document where left out. */
  readonly file?: string;
}

const node = (d: Document, id: string): Document => d.nodes.find((n: Document) => n.id === id);

const documents: { readonly [name: string]: Malformed } = {
  empty: { make: (n) => put(`${n}.json`, ""), code: "document.not-json", place: { line: 1 } },
  "cut-off": {
    make: (n) => put(`${n}.json`, '{\n  "format": "gradloom",\n  "version": 1,\n'),
    code: "document.not-json",
    place: { line: 4 },
  },
  "trailing-comma": {
    make: (n) => put(`${n}.json`, '{\n  "format": "gradloom",\n  "version": 1,\n}\n'),
    code: "document.not-json",
    place: { line: 4 },
  },
  "not-text": {
    make: (n) => put(`${n}.json`, Uint8Array.from([0x7b, 0x22, 0x61, 0xff, 0xfe, 0x22])),
    code: "document.not-text",
    place: { offset: 3 },
  },
  "no-object": { make: (n) => put(`${n}.json`, "[1, 2]"), code: "document.wrong-type", place: {} },
  "other-format": {
    make: (n) => put(`${n}.json`, '{"format": "keras", "version": 1}'),
    code: "document.wrong-format",
    place: { path: "format" },
  },
  "from-the-future": {
    make: (n) => put(`${n}.json`, '{"format": "gradloom", "version": 99}'),
    code: "document.newer-version",
    place: { path: "version", found: 99 },
  },
  "unknown-key": {
    make: broken("lenet", (d) => {
      d.trainning = {};
    }),
    code: "document.unknown-key",
    place: { path: "trainning" },
  },
  "wrong-type": {
    make: broken("lenet", (d) => {
      d.nodes = "none";
    }),
    code: "document.wrong-type",
    place: { path: "nodes" },
  },
  "missing-id": {
    make: broken("lenet", (d) => {
      delete d.nodes[2].id;
    }),
    code: "document.missing",
    place: { path: "nodes[2].id" },
  },
  "same-id-twice": {
    make: broken("lenet", (d) => {
      d.nodes[2].id = "conv1";
    }),
    code: "document.duplicate-id",
    place: { path: "nodes[2].id" },
  },
  "negative-batch": {
    make: broken("lenet", (d) => {
      d.training.batch = -1;
    }),
    code: "document.bad-value",
    place: { path: "training.batch" },
  },
  "unknown-layer": {
    make: broken("lenet", (d) => {
      node(d, "conv1").layer = "convv2d";
    }),
    code: "graph.unknown-layer",
    place: { node: "conv1", suggestion: "conv2d" },
  },
  "unknown-param": {
    make: broken("lenet", (d) => {
      node(d, "conv1").params.filter = 6;
    }),
    code: "graph.unknown-param",
    place: { node: "conv1", param: "filter" },
  },
  "bad-param": {
    make: broken("lenet", (d) => {
      node(d, "conv1").params.filters = "many";
    }),
    code: "graph.bad-param",
    place: { node: "conv1", param: "filters" },
  },
  "dangling-edge": {
    make: broken("lenet", (d) => {
      d.edges[3].to.node = "nowhere";
    }),
    code: "graph.unknown-node",
    place: { edge: "pool1-conv2", id: "nowhere" },
  },
  "unknown-port": {
    make: broken("lenet", (d) => {
      d.edges[3].to.port = "left";
    }),
    code: "graph.unknown-port",
    place: { node: "conv2", found: "left" },
  },
  cycle: {
    make: broken("lenet", (d) => {
      d.edges.find((e: Document) => e.to.node === "conv1").from.node = "digits";
    }),
    code: "graph.cycle",
    place: {},
  },
  "missing-input": {
    make: broken("lenet", (d) => {
      d.edges.splice(0, 1);
    }),
    code: "graph.missing-input",
    place: { node: "conv1", port: "in" },
  },
  "kernel-too-large": {
    make: broken("lenet", (d) => {
      node(d, "conv2").params.kernel = 50;
    }),
    code: "shape.empty",
    place: { node: "conv2" },
  },
  "shapes-do-not-add": {
    make: broken("resnet-small", (d) => {
      node(d, "block1-conv2").params.filters = 20;
    }),
    code: "shape.mismatch",
    place: { node: "block1-add" },
  },
  "softmax-and-cross-entropy-of-9": {
    make: broken("lenet", (d) => {
      d.objectives[0].terms[0].target = { field: "lable" };
    }),
    code: "binding.unknown-field",
    place: { objective: "main" },
  },
  "unbound-input": {
    make: broken("lenet", (d) => {
      d.data.inputs = {};
    }),
    code: "binding.missing",
    place: { node: "image" },
  },
  "field-of-another-shape": {
    make: broken("lenet", (d) => {
      node(d, "image").params.shape = [1, 32, 32];
    }),
    code: "binding.shape",
    place: { node: "image", field: "image" },
  },
  "fractions-above-1": {
    make: broken("iris-softmax", (d) => {
      d.data.split = { validation: 0.7, test: 0.7 };
    }),
    code: "data.option",
    place: { path: "data.split" },
  },
};

const data: { readonly [name: string]: Malformed } = {
  "missing-data": {
    make: withSource(csv("not-there.csv", threeColumns)),
    code: "data.file-missing",
    place: { reason: "ENOENT" },
    file: "not-there.csv",
  },
  "word-among-numbers": {
    make: (n) => {
      put("word.csv", "a,b,c,d,kind\n1,2,3,4,x\n1,2,wide,4,y\n");
      return withSource(csv("word.csv", threeColumns))(n);
    },
    code: "data.csv-number",
    place: { line: 3, column: "c" },
    file: "word.csv",
  },
  "ragged-row": {
    make: (n) => {
      put("ragged.csv", "a,b,c,d,kind\n1,2,3,4,x\n1,2,3,y\n");
      return withSource(csv("ragged.csv", threeColumns))(n);
    },
    code: "data.csv-columns",
    place: { line: 3, expected: 5, found: 4 },
    file: "ragged.csv",
  },
  "unknown-column": {
    make: (n) => {
      put("columns.csv", "a,b,c,e,kind\n1,2,3,4,x\n");
      return withSource(csv("columns.csv", threeColumns))(n);
    },
    code: "data.unknown-column",
    place: { column: "d" },
    file: "columns.csv",
  },
  "no-rows": {
    make: (n) => {
      put("empty.csv", "a,b,c,d,kind\n");
      return withSource(csv("empty.csv", threeColumns))(n);
    },
    code: "data.empty",
    place: {},
    file: "empty.csv",
  },
  "not-an-idx-file": {
    make: (n) => {
      put("digits.idx", "this is no IDX file at all");
      return withSource({ kind: "idx", fields: { features: "digits.idx" } })(n);
    },
    code: "data.file-format",
    place: { format: "IDX" },
    file: "digits.idx",
  },
  "cut-off-idx-file": {
    make: (n) => {
      put("cut.idx", Uint8Array.from([0, 0, 8, 2, 0, 0, 0, 10, 0, 0, 0, 4, 1, 2, 3]));
      return withSource({ kind: "idx", fields: { features: "cut.idx" } })(n);
    },
    code: "data.file-truncated",
    place: { expected: 52, found: 15 },
    file: "cut.idx",
  },
  "arrays-of-different-length": {
    make: (n) => {
      put("x.npy", writeNpy(tensor("float32", [3, 4], new Float32Array(12))));
      put("y.npy", writeNpy(tensor("int64", [2], [0, 1])));
      return withSource({ kind: "npy", fields: { features: "x.npy", label: "y.npy" } })(n);
    },
    code: "data.length-mismatch",
    place: {},
  },
  "not-a-number": {
    make: (n) => {
      put("nan.npy", writeNpy(tensor("float32", [2, 4], [1, 2, 3, 4, 5, Number.NaN, 7, 8])));
      put("z.npy", writeNpy(tensor("int64", [2], [0, 1])));
      return withSource({ kind: "npy", fields: { features: "nan.npy", label: "z.npy" } })(n);
    },
    code: "data.not-finite",
    place: { sample: 1, field: "features" },
  },
  "noise-for-an-archive": {
    make: (n) => {
      put("noise.npz", "PK and nothing behind it");
      return withSource({ kind: "npz", path: "noise.npz" })(n);
    },
    code: "data.file-format",
    place: { format: "NPZ" },
    file: "noise.npz",
  },
  "text-among-pictures": {
    make: (n) => {
      put("pictures/cat/a.png", "no picture");
      return withSource({ kind: "images", path: "pictures", size: [8, 8], channels: 1 }, "image")(n);
    },
    code: "data.image",
    place: { problem: "not-an-image" },
    file: "a.png",
  },
};

const all = Object.entries({ ...documents, ...data });

test("there are at least thirty kinds", () => {
  expect(all.length).toBeGreaterThanOrEqual(30);
});

describe.each(all)("%s", (name, { make, code, place, file }) => {
  test("gives its issue, its place and a remedy, in both languages, and no stack", async () => {
    const document = make(name);
    const options = { cwd: folder };
    const json = await gradloom(["check", document, "--json"], options);
    expect(json.code).toBe(1);
    expect(json.stderr).toBe("");
    const found = json.events.find((e: CliEvent) => e.event === "issue" && e["code"] === code);
    expect(found, json.stdout).toMatchObject({ severity: "error", ...place });
    expect(found?.["place"]).toContain(file ?? document);

    const en = await gradloom(["check", document], options);
    const zh = await gradloom(["check", document], { ...options, env: { LC_ALL: "zh_CN.UTF-8" } });
    expect([en.code, zh.code]).toEqual([1, 1]);
    expect(en.stderr).toContain(`error: ${found?.["place"]}: ${found?.["message"]}`);
    expect(zh.stderr).toMatch(/错误: .*\p{Script=Han}.*(?:请|改)/u);
    for (const text of [en.stderr, zh.stderr]) {
      expect(text).toContain(file ?? document);
      expect(text).not.toMatch(/^\s+at .*:\d+:\d+|TypeError|undefined/m);
    }
  });
});

describe("the other commands refuse them too", () => {
  test.each(["train", "shapes", "gradcheck"])("%s", async (command) => {
    const document = (documents["bad-param"] as Malformed).make(`for-${command}`);
    const { code, stderr } = await gradloom([command, document], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/node conv1, parameter filters: .*expected integer/);
  });

  test("train says what is wrong with the data", async () => {
    const document = (data["word-among-numbers"] as Malformed).make("for-train-data");
    const { code, stderr } = await gradloom(["train", document], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/word\.csv:3/);
  });

  test("a template that does not exist", async () => {
    const { code, stderr } = await gradloom(["check", "lennet"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/"lennet" is neither a file nor a template\. Did you mean "lenet"\? .*perceptron, mlp-xor/);
  });

  test.each([
    ["missing.json", /missing\.json: The file does not exist/],
    [".", /The file cannot be read: EISDIR/],
  ])("%s", async (name, message) => {
    const { code, stderr } = await gradloom(["check", name === "." ? "./" : name], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
