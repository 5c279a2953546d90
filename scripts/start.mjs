// `npm start`: from a fresh clone to a trained network and its ONNX file.
process.argv.splice(2, 0, "train", "lenet");
await import("./gradloom.mjs");
