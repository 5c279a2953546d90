import path from "node:path";
import { app } from "electron";
import { userDataFolder, WindowService } from "../src/engine/index.ts";
import { utilityEngine } from "./engine-process.ts";
import type { Grants } from "./grants.ts";
import type { Connect } from "./line.ts";

/** What trains for the window. */
export interface Service {
  readonly connect: Connect;
  /** Ends the engine, with a checkpoint of the run under way. */
  close(): Promise<void>;
}

/** Starts nothing yet: the engine's process comes with the first thing that is asked of it. */
export function createService(grants: Grants): Service {
  const service = new WindowService({
    // As with the browser mode: a run that was begun there can be gone on with here.
    runsFolder: process.env["GRADLOOM_RUNS"] ?? path.join(userDataFolder(), "runs"),
    baseFolder: app.getPath("documents"),
    files: true,
    engine: { make: utilityEngine },
  });
  return {
    connect: (post) => {
      const link = service.connect(post);
      return { receive: (message) => link.receive(withPath(message, grants)), close: () => link.close() };
    },
    close: () => service.close(),
  };
}

/** The page knows a file by its handle; data is looked for beside the file itself. */
function withPath(message: unknown, grants: Grants): unknown {
  if (typeof message !== "object" || message === null || !("file" in message)) return message;
  const { file } = message;
  return { ...message, file: typeof file === "string" ? grants.pathOf(file) : null };
}
