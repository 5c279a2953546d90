import { activeTab, type Tab, workspace } from "../../../../renderer/stores/workspace.ts";
import { invariant } from "../../../../src/core/invariant.ts";
import { type DocumentInput, documentSchema } from "../../../../src/graph/document.ts";

/** Opens a document in the window's store and gives its tab as it is now. */
export function open(input: Omit<DocumentInput, "format" | "version">): () => Tab {
  workspace.getState().open(documentSchema.parse({ format: "gradloom", version: 1, ...input }), null);
  return () => {
    const tab = activeTab(workspace.getState());
    invariant(tab, "nothing is open");
    return tab;
  };
}

type Wire = readonly [from: string, to: string];

/** Wires written as `a` or `a.port`. */
export const wires = (...list: readonly Wire[]) =>
  list.map(([from, to], i) => {
    const [a = "", out = "out"] = from.split(".");
    const [b = "", into = "in", index = "0"] = to.split(".");
    return { id: `w${i + 1}`, from: { node: a, port: out }, to: { node: b, port: into, index: Number(index) } };
  });

/** Two images of different size, an Add, a Flatten and a Dense. */
export const branches = {
  nodes: [
    { id: "image", layer: "input", params: { shape: [3, 28, 28] } },
    { id: "words", layer: "input", params: { shape: [7], dtype: "int64" } },
    { id: "wide", layer: "conv2d", params: { filters: 64, kernel: 3, padding: "same" } },
    { id: "narrow", layer: "conv2d", params: { filters: 128, kernel: 3, padding: "same", stride: 2 } },
    { id: "sum", layer: "add" },
    { id: "flat", layer: "flatten" },
    { id: "out", layer: "dense", params: { units: 10 } },
    { id: "ids", layer: "embedding" },
  ],
  edges: wires(["image", "wide"], ["image", "narrow"], ["wide", "sum"], ["wide", "flat"], ["flat", "out"]),
};
