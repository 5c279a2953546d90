import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { ensureBuilt } from "../../../scripts/ensure.mjs";
import { test as base, type EditorWindow, type Look } from "./window.ts";

export { expect, template } from "./window.ts";

const root = path.resolve(import.meta.dirname, "../../..");

/** `gradloom serve` in a process of its own, with a folder of runs of its own. */
export class Program {
  readonly runs: string;
  #child: ChildProcess | null = null;
  #url = "";
  #port: number | null = null;

  constructor(runs = mkdtempSync(path.join(os.tmpdir(), "gradloom-runs-"))) {
    this.runs = runs;
  }

  /** Starts it; again, on the port that it had before. */
  async start(): Promise<void> {
    await ensureBuilt();
    const port = this.#port === null ? [] : ["--port", String(this.#port)];
    const args = [path.join(root, "dist", "cli.cjs"), "serve", "--json", "--runs", this.runs, ...port];
    const child = spawn(process.execPath, args, { cwd: this.runs, stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    const lines = createInterface({ input: child.stdout });
    const serving = await new Promise<{ readonly url: string; readonly port: number }>((done, failed) => {
      lines.once("line", (line) => done(JSON.parse(line)));
      child.once("exit", (code) => failed(new Error(`gradloom serve ended with ${code}`)));
    });
    this.#url = serving.url;
    this.#port = serving.port;
  }

  /** The address of the page, once the browser has the cookie. */
  get address(): string {
    return new URL("/", this.#url).href;
  }

  /** Opens the start page of its window. */
  async open(app: EditorWindow, look: Look = {}): Promise<void> {
    await this.enter(app);
    await app.start(look, this.address);
  }

  /** Gives the browser the cookie. */
  async enter(app: EditorWindow): Promise<void> {
    await app.page.context().request.get(this.#url);
  }

  /** Ends it: as Ctrl+C does, or at once. */
  async end(signal: "SIGINT" | "SIGKILL" = "SIGINT"): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((done) => void child.once("exit", () => done()));
    child.kill(signal);
    await gone;
  }

  async remove(): Promise<void> {
    await this.end();
    rmSync(this.runs, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** A test of a window with a program behind it. */
export const test = base.extend<{ program: Program }>({
  program: async ({ page }, use) => {
    const program = new Program();
    await program.start();
    await use(program);
    // First, so that it does not complain that the program is gone.
    await page.close();
    await program.remove();
  },
});
