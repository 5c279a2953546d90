/** Problems while models run, and of run folders, checkpoints and command-line arguments. */
export interface EngineIssues {
  "engine.died": { readonly reason: string; readonly exitCode: number | null; readonly signal: string | null };
  "engine.gave-up": { readonly restarts: number };
  "engine.unresponsive": { readonly seconds: number };
  "engine.protocol": { readonly reason: string };
  "engine.session": { readonly model: string; readonly reason: string };
  "engine.run": { readonly model: string; readonly reason: string };
  "engine.not-finite": { readonly step: number; readonly what: string; readonly value: string };
  "provider.unavailable": { readonly provider: string; readonly reason: string };
  "run.no-folder": { readonly reason: string };
  "run.folder-in-use": { readonly pid: number };
  "run.corrupt": { readonly reason: string };
  "run.other-document": { readonly reason: string };
  "run.no-checkpoint": Record<never, never>;
  "file.missing": Record<never, never>;
  "file.unreadable": { readonly reason: string };
  "file.unwritable": { readonly reason: string };
  "model.unreadable": { readonly reason: string };
  "model.input": { readonly input: string; readonly expected: string; readonly found: string };
  "model.missing-input": { readonly input: string; readonly inputs: readonly string[] };
}
