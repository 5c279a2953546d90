import { useMemo } from "react";
import type { Json } from "../../../src/core/issue.ts";
import type { DocumentNode } from "../../../src/graph/document.ts";
import { setParam } from "../../../src/graph/edit/nodes.ts";
import { layerRegistry } from "../../../src/layers/registry.ts";
import { commit, editing } from "../../app/editing.ts";
import { issuesAt, type Tab, useTab } from "../../stores/workspace.ts";
import { ParamForm } from "./ParamForm.tsx";
import { type ParamView, paramViews } from "./values.ts";

/** The parameters that nodes of one layer show; empty for layers without. */
export function useParamViews(nodes: readonly DocumentNode[]): readonly ParamView[] {
  const schema = layerRegistry.get(nodes[0]?.layer ?? "")?.params;
  return useMemo(() => (schema ? paramViews(schema, nodes) : []), [schema, nodes]);
}

/** The form of the parameters of nodes of one layer: in the inspector, and on the canvas beside the node. */
export function NodeParams({ nodes, views }: { nodes: readonly DocumentNode[]; views: readonly ParamView[] }) {
  const tab = useTab((t) => t);
  const layer = nodes[0]?.layer ?? "";
  const ids = nodes.map((n) => n.id);
  return (
    <ParamForm
      key={ids.join(" ")}
      layer={layer}
      params={views}
      faulty={faultyParams(tab, nodes)}
      onChange={(param, value, gesture) => change(ids, layer, param, value, gesture)}
    />
  );
}

const faultyParams = (tab: Tab, nodes: readonly DocumentNode[]): ReadonlySet<string> =>
  new Set(nodes.flatMap((n) => issuesAt(tab, n.id).flatMap((i) => i.param ?? [])));

function change(ids: readonly string[], layer: string, param: string, value: Json | undefined, gesture?: string): void {
  const now = editing();
  if (!now) return;
  const step = gesture && `param ${ids.join(" ")} ${param} ${gesture}`;
  commit(setParam(now.document, now.scope, ids, param, value), "setParam", { layer, param }, step);
}
