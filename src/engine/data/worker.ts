/** Entry of the thread behind `SampleReader`. It opens the set by itself and must not load onnxruntime. */
import { parentPort, workerData } from "node:worker_threads";
import { invariant } from "../../core/invariant.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { emptyArrays } from "./batches.ts";
import { type Dataset, openDataset } from "./dataset.ts";
import type { FieldArrays, ReaderSetup, ReadReply, ReadRequest } from "./reader.ts";

const { data, options } = workerData as ReaderSetup;
const opening = openDataset(data, options);

function read(dataset: Dataset, { split, fields, indices }: ReadRequest): Result<FieldArrays> {
  const part = dataset.splits[split];
  invariant(part, `no ${split} split`);
  const arrays = emptyArrays(dataset, fields, indices.length);
  for (const field of fields) {
    const problem = part.gather(field, indices, arrays[field] as FieldArrays[string], 0);
    if (problem) return fail(problem);
  }
  return ok(arrays);
}

async function answer(request: ReadRequest): Promise<void> {
  const dataset = await opening;
  const result = dataset.ok ? read(dataset.value, request) : dataset;
  const reply: ReadReply = { id: request.id, result };
  const buffers = result.ok ? Object.values(result.value).map((array) => array.buffer as ArrayBuffer) : [];
  parentPort?.postMessage(reply, buffers);
}

parentPort?.on("message", (request: ReadRequest) => void answer(request));
