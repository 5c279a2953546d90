import { isError } from "../../core/issue.ts";
import type { CheckedNode } from "../../graph/check.ts";
import { isSymbolic } from "../../shape/dim.ts";
import { type Shape, shapeText } from "../../shape/type.ts";
import { examine, parameterCount } from "../checked.ts";
import { defineCommand } from "../command.ts";
import { table } from "../output.ts";

interface Row {
  readonly node: string;
  readonly layer: string;
  readonly port: string;
  readonly dtype: string | null;
  readonly shape: Shape | null;
  readonly parameters: number;
}

/** `gradloom shapes <document>`: sizes that are free stand as symbols, those that an issue hides as `?`. */
export const command = defineCommand({
  name: "shapes",
  arguments: [{ name: "document", text: "document" }],
  options: {},
  async run(out, [named]) {
    const examined = await examine(named);
    if (!examined.ok) {
      out.issues(examined.issues);
      return 1;
    }
    const { checked, issues } = examined.value;
    const rows = [...checked.graph.nodes.values()].flatMap(rowsOf);
    for (const { shape, ...row } of rows) {
      out.event({ event: "shape", ...row, shape: shape?.map((d) => (isSymbolic(d) ? d.key : d)) ?? null });
    }
    const w = out.text.words;
    const cells = rows.map((r) => [
      ...[r.node, r.layer, r.port, r.dtype ?? "?", r.shape ? shapeText(r.shape) : "?"],
      r.parameters.toLocaleString("en-US"),
    ]);
    out.line(table([w.node, w.layer, w.port, w.dtype, w.shape, w.parameters], cells));
    out.line(out.text.total(parameterCount(examined.value)));
    out.issues(issues);
    return issues.some(isError) ? 1 : 0;
  },
});

function rowsOf({ node, outputPorts, outputTypes, parameters }: CheckedNode): Row[] {
  const trained = node.share === null ? parameters.filter((p) => p.kind === "parameter") : [];
  const size = trained.reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0);
  const ports = outputPorts.length > 0 ? outputPorts : [{ name: "out" }];
  return ports.map(({ name }, i): Row => {
    const type = outputTypes?.[i];
    const types = { dtype: type?.dtype ?? null, shape: type?.shape ?? null };
    return { node: node.id, layer: node.layer, port: name, ...types, parameters: i === 0 ? size : 0 };
  });
}
