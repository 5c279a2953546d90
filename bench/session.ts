import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import type { DType, Tensor } from "../src/shape/dtype.ts";

export const toOrt = (t: Tensor): OrtTensor => new OrtTensor(t.dtype, t.data as Float32Array, t.dims);

/** The data of an output. */
export const numbersOf = (t: OrtTensor): Float32Array => t.data as Float32Array;

export interface SessionOptions {
  readonly threads: number;
  /** Prefix of a file for onnxruntime's profile of every operator; none when left out. */
  readonly profile?: string;
}

export const openSession = (bytes: Uint8Array, { threads, profile }: SessionOptions): Promise<InferenceSession> =>
  InferenceSession.create(bytes, {
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    ...(profile ? { enableProfiling: true, profileFilePrefix: profile } : {}),
  });

/** What a {@link Trainer} must know of a model; names of its inputs and outputs. */
export interface TrainerPorts {
  /** Steps one call does. */
  readonly steps: number;
  /** The batches, one for each call, used in turn. */
  readonly batches: readonly { readonly [input: string]: OrtTensor }[];
  /** Inputs that are the same in every call. */
  readonly fixed: { readonly [input: string]: OrtTensor };
  /** Input that takes the number of the (first) step, counted from 1. */
  readonly step: string;
  readonly carried: readonly { readonly input: string; readonly output: string; readonly start: OrtTensor }[];
  readonly loss: string;
}

/** A model in training: every call feeds back what the last one gave, as the engine does. */
export class Trainer {
  readonly steps: number;
  readonly session: InferenceSession;
  readonly #ports: TrainerPorts;
  readonly #fetches: string[];
  #state: { [input: string]: OrtTensor } = {};
  #calls = 0;

  constructor(session: InferenceSession, ports: TrainerPorts) {
    this.session = session;
    this.#ports = ports;
    this.steps = ports.steps;
    this.#fetches = [ports.loss, ...ports.carried.map((c) => c.output)];
    this.reset();
  }

  reset(): void {
    this.#calls = 0;
    this.#state = Object.fromEntries(this.#ports.carried.map((c) => [c.input, c.start]));
  }

  /** One call: a step, or `steps` of them. Gives their losses. */
  async run(): Promise<Float32Array> {
    const { batches, fixed, step, carried, loss } = this.#ports;
    const number = BigInt(this.#calls * this.steps + 1);
    const feeds = {
      ...batches[this.#calls % batches.length],
      ...fixed,
      ...this.#state,
      [step]: new OrtTensor("int64", BigInt64Array.of(number), []),
    };
    const results = await this.session.run(feeds, this.#fetches);
    for (const c of carried) this.#state[c.input] = results[c.output] as OrtTensor;
    this.#calls++;
    return numbersOf(results[loss] as OrtTensor);
  }

  /** The present contents of a carried tensor. */
  state(input: string): OrtTensor {
    return this.#state[input] as OrtTensor;
  }
}

export const scalar = (dtype: DType, value: number): OrtTensor =>
  dtype === "int64"
    ? new OrtTensor("int64", BigInt64Array.of(BigInt(value)), [])
    : new OrtTensor(dtype as "float32", dtype === "uint32" ? Uint32Array.of(value) : Float32Array.of(value), []);
