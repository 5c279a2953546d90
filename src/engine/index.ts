/**
 * The engine as the rest of the program uses it:
 *
 *     const started = await startEngine();             // a process of its own, supervised
 *     const off = started.value.on((event) => ...);     // typed events, see `protocol/events.ts`
 *     await started.value.start({ document, settings: { folder, baseFolder } });
 *     ... until an event `done`, or `state` "failed" after `issue` events
 *     await started.value.close();
 *
 * and the readers of what runs leave behind: {@link readRun}, {@link readCheckpoint}, {@link readCurve}.
 * Nothing here loads onnxruntime into the calling process.
 */
export {
  type CudaPackage,
  type CudaSetup,
  cudaNote,
  cudaSetup,
  findCudaPackage,
  installCuda,
  libraryFolder,
} from "./cuda.ts";
export type { EngineProcess, ProcessMaker } from "./process.ts";
export { probeProviders } from "./provider-probe.ts";
export {
  type Curve,
  documentHash,
  type FoundCheckpoint,
  type RunRecord,
  readCheckpoint,
  readCurve,
  readRun,
} from "./run-folder.ts";
export { type Engine, type EngineOptions, startEngine } from "./supervisor.ts";
export { defaultThreads } from "./threads.ts";
export { userDataFolder } from "./user-folder.ts";
export { type WindowLink, WindowService, type WindowServiceOptions } from "./window-service.ts";
