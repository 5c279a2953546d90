import { createHash } from "node:crypto";
import path from "node:path";
import type { DesktopHandle } from "../src/protocol/desktop.ts";
import type { Store } from "./store.ts";

/** So many files can be opened again without being chosen anew. */
const limit = 200;

/** The files that the user gave to the app, by the handles that the window has of them. */
export class Grants {
  readonly #store: Store;
  readonly #paths: Map<string, string>;

  constructor(store: Store) {
    this.#store = store;
    this.#paths = new Map(store.value.files.map((file) => [idOf(file), file]));
  }

  /** A handle for a file that the user chose. */
  grant(file: string): DesktopHandle {
    const id = idOf(file);
    this.#paths.set(id, file);
    const files = [file, ...this.#store.value.files.filter((f) => f !== file)].slice(0, limit);
    this.#store.set({ files });
    return { id, name: path.basename(file) };
  }

  /** The path behind a handle; null for a file that was never given. */
  pathOf(id: string): string | null {
    return this.#paths.get(id) ?? null;
  }
}

const idOf = (file: string): string => createHash("sha256").update(file).digest("hex").slice(0, 32);
