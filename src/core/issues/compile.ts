/** Problems between a checked graph and its models: objectives, data binding, training settings. */
export interface CompileIssues {
  "objective.none": Record<never, never>;
  "objective.unknown-port": { readonly id: string; readonly port2: string };
  "objective.shape": {
    readonly loss: string;
    readonly prediction: string;
    readonly target: string;
    readonly expected: string;
  };
  "objective.dtype": { readonly loss: string; readonly expected: string; readonly found: string };
  "objective.softmax-twice": { readonly loss: string; readonly layer: string };
  "objective.no-parameters": Record<never, never>;
  "objective.metric": { readonly metric: string; readonly expected: string; readonly found: string };
  "binding.missing": { readonly input: string; readonly fields: readonly string[] };
  "binding.unknown-field": { readonly field: string; readonly fields: readonly string[] };
  "binding.shape": { readonly field: string; readonly expected: string; readonly found: string };
  "training.bad-value": { readonly what: string; readonly expected: string; readonly found: string };
  "autodiff.no-rule": { readonly op: string; readonly reason: string };
  "model.too-large": { readonly bytes: number; readonly limit: number };
}
