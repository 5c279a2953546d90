import { mkdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { saveFile } from "../src/engine/save.ts";
import { locales } from "../src/i18n/locale.ts";
import { appearances } from "../src/protocol/desktop.ts";

const bounds = z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() });
export type Bounds = z.output<typeof bounds>;

const place = z.object({ bounds, maximized: z.boolean(), fullScreen: z.boolean() });
/** Where the window stood. */
export type Place = z.output<typeof place>;

const kept = z.object({
  locale: z.enum(locales).nullable().default(null),
  appearance: z.enum(appearances).default("system"),
  /** By how the screens are arranged: a window goes back to where it was on this very desk. */
  places: z.record(z.string(), place).default({}),
  /** Files that the user gave to the app, newest first: they may be read and written again. */
  files: z.array(z.string()).default([]),
});
export type Kept = z.output<typeof kept>;

/** What the app itself remembers between starts. A damaged file is put aside, and all is as at first. */
export class Store {
  readonly #file: string;
  #value: Kept;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#file = path.join(folder, "app.json");
    this.#value = read(this.#file);
  }

  get value(): Kept {
    return this.#value;
  }

  set(change: Partial<Kept>): void {
    this.#value = { ...this.#value, ...change };
    const text = JSON.stringify(this.#value, null, 2);
    // One after the other; that it cannot be kept is no reason to stop.
    this.#writing = this.#writing.then(() => saveFile(this.#file, text));
  }

  /** Settles when all that was set is on the disk. */
  async written(): Promise<void> {
    await this.#writing;
  }
}

function read(file: string): Kept {
  const fresh = kept.parse({});
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") putAside(file);
    return fresh;
  }
  try {
    const parsed = kept.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: damaged like one of another form.
  }
  putAside(file);
  return fresh;
}

function putAside(file: string): void {
  try {
    renameSync(file, `${file}.bad`);
  } catch {
    // Then the next writing replaces it.
  }
}
