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
  /** An ONNX model without a document in it. */
  "document.foreign-model": { readonly producer: string };
  /** The same from this program: exported, or cut off at the end. */
  "document.exported-model": Record<never, never>;
  /** What a document file says about its weights cannot be read: the entry at fault. */
  "weights.unreadable": { readonly reason: string };
  /** Weights of a document file: not there or not whole; of no node; of another shape than the node's; NaN or infinite. */
  "weights.missing": { readonly tensor: string };
  "weights.gone": { readonly tensor: string };
  "weights.shape": { readonly tensor: string; readonly expected: string; readonly found: string };
  "weights.not-finite": { readonly tensor: string };
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
