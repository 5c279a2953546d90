import { stripVTControlCharacters } from "node:util";

const limit = 64 * 1024;

/** The last lines that processes wrote to their error output, and what can be learnt from them. */
export class StderrLog {
  #text = "";

  get text(): string {
    return this.#text;
  }

  add(chunk: Buffer): void {
    // Colours of onnxruntime's log.
    this.#text = (this.#text + stripVTControlCharacters(chunk.toString("utf8"))).slice(-limit);
  }

  /** The last line that says something, for the reason of a death; empty where there is none. */
  lastLine(): string {
    const lines = this.#text.split("\n").map((l) => l.trim());
    // Looking for providers writes errors that nobody died of.
    const noise = /^at |^Node\.js v|^\^+$|provider_bridge_ort|WebGPU adapter|Couldn't load/;
    const said = lines.filter((l) => l !== "" && !noise.test(l));
    const fatal = said.filter((l) => /error|fatal|terminate|assert/i.test(l)).at(-1);
    return (fatal ?? said.at(-1) ?? "").slice(0, 300);
  }

  /** Why a library of an execution provider could not be loaded, as the loader of the system put it. */
  providerReason(): string | null {
    const found = [...this.#text.matchAll(/(?:with error: |Couldn't load )(.+)$/gm)].at(-1)?.[1];
    // The loader names the file with its path; the name is what has to be installed.
    return (
      found
        ?.replace(/\/\S*\/(?=[^/\s]+\.so)/g, "")
        .trim()
        .slice(0, 200) ?? null
    );
  }
}
