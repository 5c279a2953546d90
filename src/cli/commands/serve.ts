import path from "node:path";
import { userDataFolder, WindowService } from "../../engine/index.ts";
import { openInBrowser, serveWindow } from "../../server/index.ts";
import { defineCommand } from "../command.ts";
import { installedFolder } from "../files.ts";

/** `gradloom serve`: shows the window in the browser of this machine, and trains for it, until Ctrl+C. */
export const command = defineCommand({
  name: "serve",
  arguments: [],
  options: {
    port: { kind: "integer", value: "number", least: 1, text: "port" },
    open: { kind: "flag", text: "open" },
    runs: { kind: "text", value: "folder", text: "runs" },
  },
  async run(out, _values, { port, open, runs }) {
    const folder = path.join(installedFolder("dist") ?? "dist", "renderer");
    const runsFolder = path.resolve(runs ?? path.join(userDataFolder(), "runs"));
    const service = new WindowService({ runsFolder, baseFolder: process.cwd() });
    const served = await serveWindow(folder, port, service);
    if (!served.ok) {
      out.issues(served.issues);
      return 1;
    }
    const { url, close } = served.value;
    out.event({ event: "serving", url, port: served.value.port, runs: runsFolder });
    out.line(out.text.serve.ready(url));
    const opened = open && (await openInBrowser(url));
    out.line(opened ? out.text.serve.opened : out.text.serve.openYourself);
    await interrupted();
    // A second Ctrl+C does not wait for the last checkpoint.
    void interrupted().then(() => {
      service.kill();
      process.exit(130);
    });
    await service.close();
    await close();
    return 0;
  },
});

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
