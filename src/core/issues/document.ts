/** Problems of a document file and of its graph as such. */
export interface DocumentIssues {
  /** A name that is neither a file nor a template. */
  "document.unknown-template": {
    readonly name: string;
    readonly suggestion: string | null;
    readonly templates: readonly string[];
  };
  "document.not-text": { readonly offset: number };
  "document.not-json": { readonly reason: string };
  "document.too-large": { readonly bytes: number; readonly limit: number };
  "document.wrong-format": { readonly found: string };
  "document.newer-version": { readonly found: number; readonly supported: number };
  "document.missing": { readonly expected: string };
  "document.unknown-key": { readonly key: string; readonly allowed: readonly string[] };
  "document.wrong-type": { readonly expected: string; readonly found: string };
  "document.bad-value": { readonly expected: string; readonly found: string };
  "document.duplicate-id": { readonly id: string };
  "graph.unknown-layer": { readonly layer: string; readonly suggestion: string | null };
  "graph.newer-layer": { readonly layer: string; readonly found: number; readonly supported: number };
  "graph.unknown-param": { readonly key: string; readonly layer: string; readonly allowed: readonly string[] };
  "graph.bad-param": { readonly layer: string; readonly expected: string; readonly found: string };
  "graph.unknown-node": { readonly id: string };
  "graph.unknown-port": { readonly layer: string; readonly found: string; readonly allowed: readonly string[] };
  "graph.port-taken": { readonly layer: string };
  "graph.cycle": { readonly nodes: readonly string[] };
  "graph.missing-input": { readonly layer: string };
  "graph.too-few-inputs": { readonly layer: string; readonly needed: number; readonly found: number };
  "graph.bad-share": { readonly with: string; readonly reason: "unknown" | "other-layer" | "chain" | "other-shape" };
  "graph.bad-block": { readonly block: string; readonly reason: "unknown" | "recursive" };
}
