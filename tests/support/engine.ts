import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { EngineHost } from "../../src/engine/host.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import type { CommandInput, EngineEvent, EngineEventKind, EventOf } from "../../src/protocol/index.ts";

/** An engine in this process: commands in, events out. */
export class TestEngine {
  readonly events: EngineEvent[] = [];
  readonly #host: EngineHost;
  readonly #waiting: { readonly match: (e: EngineEvent) => boolean; readonly done: (e: EngineEvent) => void }[] = [];
  #id = 0;

  /**
   * Events come at once, and between two calls of onnxruntime all promises are settled: a command that is sent when
   * {@link next} resolves comes before the next call.
   */
  constructor() {
    const post = (events: readonly EngineEvent[]): void => {
      for (const e of events) {
        // A message crosses a process border: what is no structured clone must fail here too.
        this.events.push(structuredClone(e));
        for (const w of this.#waiting.filter((w) => w.match(e))) {
          this.#waiting.splice(this.#waiting.indexOf(w), 1);
          w.done(e);
        }
      }
    };
    this.#host = new EngineHost(post, () => {}, 0);
  }

  /** Sends any message. */
  raw(message: unknown): void {
    this.#host.receive(message);
  }

  /** Sends a command and waits for its reply. */
  send(
    command: CommandInput extends infer C ? (C extends unknown ? Omit<C, "id"> : never) : never,
  ): Promise<EventOf<"reply">> {
    const id = ++this.#id;
    const reply = this.next("reply", (e) => e.id === id);
    this.#host.receive({ ...command, id });
    return reply;
  }

  /** The next event of a kind. */
  next<K extends EngineEventKind>(kind: K, match: (e: EventOf<K>) => boolean = () => true): Promise<EventOf<K>> {
    return new Promise((done) => {
      this.#waiting.push({
        match: (e) => e.kind === kind && match(e as EventOf<K>),
        done: (e) => done(e as EventOf<K>),
      });
    });
  }

  of<K extends EngineEventKind>(kind: K): EventOf<K>[] {
    return this.events.filter((e): e is EventOf<K> => e.kind === kind);
  }

  /** Starts a run and waits for its end, good or bad. */
  async run(document: DocumentInput | null, settings: RunSettings, overrides = {}): Promise<EventOf<"state">> {
    const end = this.next("state", (e) => e.state === "done" || e.state === "failed");
    const given = { baseFolder: settings.folder, provider: "cpu", threads: 1, ...settings } as const;
    const reply = await this.send({ kind: "start", document, overrides, settings: given });
    if (reply.issues.length > 0) throw new Error(JSON.stringify(reply.issues));
    return end;
  }

  /** Losses of all steps told, by step. */
  get losses(): number[] {
    return this.of("steps").flatMap((e) => e.loss);
  }

  close(): Promise<void> {
    return this.#host.close();
  }
}

type StartCommand = Extract<CommandInput, { kind: "start" }>;
type RunSettings = Partial<StartCommand["settings"]> & { readonly folder: string };

const folders: string[] = [];

/** A folder that is gone when the process ends. */
export function temporaryFolder(): string {
  if (folders.length === 0) {
    process.on("exit", () => {
      for (const f of folders) rmSync(f, { recursive: true, force: true });
    });
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), "gradloom-test-"));
  folders.push(folder);
  return folder;
}

/** Layer chain from an input of `shape`: edges and ids are made up. */
export function chain(
  shape: readonly number[],
  layers: readonly { readonly layer: string; readonly params?: { readonly [name: string]: never } | object }[],
): Pick<DocumentInput, "nodes" | "edges"> {
  const nodes = [
    { id: "x", layer: "input", params: { shape: [...shape] } },
    ...layers.map((l, i) => ({ id: `n${i + 1}`, ...l })),
  ];
  const edges = layers.map((_, i) => ({
    id: `e${i + 1}`,
    from: { node: i === 0 ? "x" : `n${i}` },
    to: { node: `n${i + 1}` },
  }));
  return { nodes, edges } as Pick<DocumentInput, "nodes" | "edges">;
}

/** A small classifier of the moons: 2 -> 8 -> 2, cross-entropy, Adam. */
export function moons(changes: Partial<DocumentInput> = {}): DocumentInput {
  return {
    format: "gradloom",
    version: 1,
    name: "moons",
    seed: 7,
    ...chain(
      [2],
      [{ layer: "dense", params: { units: 8 } }, { layer: "tanh" }, { layer: "dense", params: { units: 2 } }],
    ),
    data: {
      source: { kind: "generator", name: "moons", options: { samples: 230, noise: 0.1 } },
      split: { validation: 0.1, test: 0.1 },
      inputs: { x: "x" },
    },
    objectives: [
      {
        id: "main",
        terms: [{ loss: { kind: "cross-entropy" }, prediction: { node: "n3" }, target: { field: "label" } }],
        metrics: [{ metric: { kind: "accuracy" }, prediction: { node: "n3" }, target: { field: "label" } }],
        optimizer: { kind: "adam", learningRate: 0.02 },
      },
    ],
    training: { batch: 16, epochs: 6 },
    ...changes,
  };
}
