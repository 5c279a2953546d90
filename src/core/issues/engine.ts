/** Problems while models run, and of run folders, checkpoints and command-line arguments. */
export interface EngineIssues {
  "engine.died": { readonly reason: string; readonly exitCode: number | null; readonly signal: string | null };
  "engine.gave-up": { readonly restarts: number };
  "engine.unresponsive": { readonly seconds: number };
  "engine.protocol": { readonly reason: string };
  /** A command that makes no sense in the state the run is in. */
  "engine.refused": { readonly command: string; readonly state: string };
  "engine.session": { readonly model: string; readonly reason: string };
  "engine.run": { readonly model: string; readonly reason: string };
  /** The first value, in order of computation, that was not finite: what it is, of which field or operator. */
  "engine.not-finite": {
    readonly step: number;
    readonly what: "data" | "activation" | "loss" | "gradient" | "update";
    readonly name: string;
    readonly value: string;
  };
  /** Somebody gave up waiting for it. */
  "engine.cancelled": Record<never, never>;
  /** A tensor that somebody wants to look at is not in the network. */
  "look.unknown": { readonly tensor: string };
  /** A sample that somebody wants to look at is not in the data set; `samples` is how many there are. */
  "look.sample": { readonly split: string; readonly index: number; readonly samples: number };
  /** Contents given for an input node or a target do not fit; `found` is null where none were given. */
  "look.input": { readonly input: string; readonly expected: string; readonly found: string | null };
  /** An element of a tensor that does not exist. */
  "look.index": { readonly tensor: string; readonly index: number; readonly elements: number };
  /** A tensor to begin with that the network has not, or of another shape (`expected` null: it has none). */
  "tensors.misfit": { readonly tensor: string; readonly expected: string | null; readonly found: string };
  "provider.unavailable": { readonly provider: string; readonly reason: string };
  /** onnxruntime has no CUDA for this system. */
  "cuda.not-here": { readonly platform: string };
  /** The package source of onnxruntime's CUDA libraries does not answer, or not as expected. */
  "cuda.unreachable": { readonly url: string; readonly reason: string };
  /** What was downloaded is not what the source promised. */
  "cuda.damaged": { readonly url: string; readonly expected: string; readonly found: string };
  "run.no-folder": { readonly reason: string };
  "run.folder-in-use": { readonly pid: number };
  /** A new run was to be written into a folder that holds one already. */
  "run.exists": Record<never, never>;
  "run.corrupt": { readonly reason: string };
  "run.other-document": { readonly reason: string };
  "run.no-checkpoint": Record<never, never>;
  "checkpoint.corrupt": {
    readonly problem:
      | "too-short"
      | "header-too-large"
      | "header-not-json"
      | "header-entry"
      | "unknown-dtype"
      | "size-mismatch"
      | "gap-or-overlap"
      | "trailing-bytes"
      | "metadata"
      | "tensor";
    /** The entry of the file that is at fault and the sizes found. */
    readonly detail: string;
  };
  "file.missing": Record<never, never>;
  "file.unreadable": { readonly reason: string };
  "file.unwritable": { readonly reason: string };
  "model.unreadable": { readonly reason: string };
  "model.input": { readonly input: string; readonly expected: string; readonly found: string };
  "model.missing-input": { readonly input: string; readonly inputs: readonly string[] };
}
