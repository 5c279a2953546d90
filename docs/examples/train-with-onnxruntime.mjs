// Trains with nothing but onnxruntime and prints the loss of every step. The model, the tensors it starts from, and
// what it is fed with, each input as an array [steps, ...]:
//   gradloom export lenet --what training-step --batches 50 -o step.onnx
//   node train-with-onnxruntime.mjs step.onnx image=step.image.npy target.label=step.target.label.npy
import { readFileSync } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";

const [model, ...assignments] = process.argv.slice(2);
const types = { F32: "float32", I64: "int64", U32: "uint32", "<f4": "float32", "<i8": "int64" };
const arrays = { float32: Float32Array, int64: BigInt64Array, uint32: Uint32Array };
const tensor = (type, bytes, shape) => new Tensor(type, new arrays[type](new Uint8Array(bytes).buffer), shape);

// step.safetensors: length of a JSON header, the header, raw tensors under the names of the model's inputs.
const file = readFileSync(model.replace(/\.onnx$/, ".safetensors"));
const start = 8 + Number(file.readBigUInt64LE(0));
const { __metadata__, ...header } = JSON.parse(file.toString("utf8", 8, start));
const feeds = {};
for (const [name, { dtype, shape, data_offsets: at }] of Object.entries(header))
  feeds[name] = tensor(types[dtype], file.subarray(start + at[0], start + at[1]), shape);

const batches = assignments.map((assignment) => {
  const [name, path] = assignment.split("=");
  const npy = readFileSync(path);
  const data = npy.subarray(10 + npy.readUInt16LE(8));
  const [, type, dims] = /'descr': '(.+?)'.*'shape': \((.*?)\)/.exec(npy.toString("latin1"));
  const [steps, ...shape] = dims.match(/\d+/g).map(Number);
  const size = data.length / steps;
  return { name, steps, at: (i) => tensor(types[type], data.subarray(i * size, (i + 1) * size), shape) };
});

const session = await InferenceSession.create(model);
for (let i = 0; i < batches[0].steps; i++) {
  for (const { name, at } of batches) feeds[name] = at(i);
  const results = await session.run(feeds);
  console.log(results.loss.data[0]);
  // Parameters and optimizer state go into the next step; steps are counted from 1.
  for (const name of Object.keys(feeds)) feeds[name] = results[`${name}.updated`] ?? feeds[name];
  feeds.step.data[0] += 1n;
}
