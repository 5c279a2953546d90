import path from "node:path";
import { openInBrowser, serveWindow } from "../../server/index.ts";
import { defineCommand } from "../command.ts";
import { installedFolder } from "../files.ts";

/** `gradloom serve`: shows the window in the browser of this machine until Ctrl+C. */
export const command = defineCommand({
  name: "serve",
  arguments: [],
  options: {
    port: { kind: "integer", value: "number", least: 1, text: "port" },
    open: { kind: "flag", text: "open" },
  },
  async run(out, _values, { port, open }) {
    const folder = path.join(installedFolder("dist") ?? "dist", "renderer");
    const served = await serveWindow(folder, port);
    if (!served.ok) {
      out.issues(served.issues);
      return 1;
    }
    const { url, close } = served.value;
    out.event({ event: "serving", url, port: served.value.port });
    out.line(out.text.serve.ready(url));
    const opened = open && (await openInBrowser(url));
    out.line(opened ? out.text.serve.opened : out.text.serve.openYourself);
    await interrupted();
    await close();
    return 0;
  },
});

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
