import { readFileSync } from "node:fs";
import path from "node:path";
import { onnx } from "onnx-proto";
import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile/index.ts";
import { modelKinds } from "../../src/compile/manifest.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import { parseDocument } from "../../src/graph/read.ts";
import { templateNames } from "../../src/i18n/template-text.ts";
import { root } from "./sources.ts";

function template(name: string): GraphDocument {
  const parsed = parseDocument(readFileSync(path.join(root, "graph-templates", `${name}.json`), "utf8"));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

/** All operators, those of nested graphs too. */
function operators(graph: onnx.IGraphProto): onnx.INodeProto[] {
  return (graph.node ?? []).flatMap((node) => [
    node,
    ...(node.attribute ?? []).flatMap((a) => (a.g ? operators(a.g) : [])),
  ]);
}

const cases = templateNames.flatMap((name) => modelKinds.map((kind) => [name, kind] as const));

describe.each(cases)("%s as %s", (name, kind) => {
  const document = template(name);
  const compiled = compile(document, { kind, gradients: true });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const model = onnx.ModelProto.decode(compiled.value.bytes);
  const all = operators(model.graph as onnx.IGraphProto);

  test("has only operators of the default domain, opset 18", () => {
    expect(model.opsetImport.map((o) => [o.domain, Number(o.version)])).toEqual([["", 18]]);
    expect(Number(model.irVersion)).toBe(8);
    expect(model.functions).toEqual([]);
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((o) => o.domain)).toEqual([]);
  });

  test("every operator has a name of its own and comes from a node of the document", () => {
    const names = all.map((o) => o.name);
    expect(names.filter((n) => !n)).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    const ids = new Set(document.nodes.map((n) => n.id));
    const strange = all
      .map((o) => o.docString ?? "")
      .filter((text) => {
        const [, pass, node] = /^(forward|loss|metric|backward|optimizer|probe|loop)(?: of (.+))?$/.exec(text) ?? [];
        return !pass || (node !== undefined && !ids.has(node));
      });
    expect(strange).toEqual([]);
  });

  test("is the same file whatever the order of nodes and edges", () => {
    const turned = { ...document, nodes: [...document.nodes].reverse(), edges: [...document.edges].reverse() };
    const again = compile(turned, { kind, gradients: true });
    expect(again.ok && Buffer.from(again.value.bytes).equals(Buffer.from(compiled.value.bytes))).toBe(true);
  });
});
