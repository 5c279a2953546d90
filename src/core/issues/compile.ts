/** Problems between a checked graph and its models: objectives, data binding, training settings. */
export interface CompileIssues {
  "objective.none": Record<never, never>;
  "objective.unknown-port": { readonly found: string; readonly ports: readonly string[] };
  "objective.unknown-node": { readonly found: string };
  "objective.shape": {
    readonly loss: string;
    readonly prediction: string;
    readonly target: string;
    readonly expected: string;
  };
  "objective.dtype": { readonly loss: string; readonly expected: string; readonly found: string };
  "objective.no-target": { readonly loss: string };
  /** A list of the loss, such as the class weights, that does not have one entry a class. */
  "objective.class-count": {
    readonly loss: string;
    readonly list: string;
    readonly expected: number;
    readonly found: number;
  };
  "objective.softmax-twice": { readonly loss: string; readonly layer: string };
  "objective.no-parameters": Record<never, never>;
  "objective.metric": { readonly metric: string; readonly expected: string; readonly found: string };
  "binding.no-data": Record<never, never>;
  "binding.unknown-input": { readonly id: string };
  "binding.missing": { readonly input: string; readonly fields: readonly string[] };
  "binding.unknown-field": { readonly field: string; readonly fields: readonly string[] };
  "binding.shape": { readonly field: string; readonly expected: string; readonly found: string };
  "training.bad-value": { readonly what: string; readonly expected: string; readonly found: string };
  "autodiff.no-rule": { readonly op: string; readonly reason: string };
  "model.too-large": { readonly bytes: number; readonly limit: number };
}
