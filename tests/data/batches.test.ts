import { join } from "node:path";
import { build } from "esbuild";
import { encode } from "fast-png";
import { beforeAll, describe, expect, it } from "vitest";
import { epochOrder } from "../../src/data/sampler.ts";
import { type BatchOptions, openBatches } from "../../src/engine/data/batches.ts";
import type { Dataset } from "../../src/engine/data/dataset.ts";
import { all, issues, open, put, temporaryFolder, value } from "./support.ts";

const folder = temporaryFolder();
const workerFile = join(folder, "data-worker.cjs");

beforeAll(async () => {
  await build({
    entryPoints: ["src/engine/data/worker.ts"],
    outfile: workerFile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node18.15",
  });
  for (let i = 0; i < 23; i++) {
    const data = Uint8Array.from({ length: 27 }, (_, e) => i * 7 + e);
    put(folder, `pictures/${i % 3}/${i}.png`, encode({ width: 3, height: 3, channels: 3, depth: 8, data }));
  }
});

const defaults: BatchOptions = {
  split: "train",
  fields: ["x", "label"],
  batch: 4,
  seed: 5,
  epoch: 0,
  shuffle: true,
  dropLast: false,
  startBatch: 0,
  chunk: 1,
};
const blobs = async () =>
  value(await open({ source: { kind: "generator", name: "blobs", options: { samples: 23 } }, split: { test: 0 } }));
const pictures = (worker: string | null) =>
  open(
    {
      source: { kind: "images", path: "pictures", size: [4, 4] },
      split: { test: 0 },
      fields: { image: { normalise: "standard" } },
    },
    { baseFolder: folder, workerFile: worker },
  );

/** Everything an epoch delivers: chunk sizes, and each field in one piece. */
async function drain(set: Dataset, options: Partial<BatchOptions>, chunks: readonly number[] = []) {
  const stream = openBatches(set, { ...defaults, ...options });
  const sizes: [number, number][] = [];
  const fields: { [name: string]: number[] } = {};
  for (let i = 0; ; i++) {
    const chunk = value(await stream.next(chunks[i % chunks.length]));
    if (!chunk) break;
    sizes.push([chunk.steps, chunk.batch]);
    for (const [name, data] of Object.entries(chunk.fields)) {
      const list = fields[name] ?? [];
      fields[name] = list;
      list.push(...Array.from(data as ArrayLike<number | bigint>, Number));
    }
  }
  return { sizes, fields, stream };
}

describe("batches of an epoch", () => {
  it("are the samples in the epoch's order", async () => {
    const set = await blobs();
    const { fields } = await drain(set, { epoch: 3 });
    const x = all(set, "x");
    const order = epochOrder(23, 5, 3, true);
    expect(fields["x"]).toEqual(Array.from(order).flatMap((i) => x.slice(2 * i, 2 * i + 2)));
    expect(fields["label"]).toEqual(Array.from(order, (i) => all(set, "label")[i]));
    expect((await drain(set, { shuffle: false })).fields["x"]).toEqual(x);
  });

  it("come in chunks, the last incomplete batch in one of its own", async () => {
    const set = await blobs();
    expect((await drain(set, { chunk: 2 })).sizes).toEqual([
      [2, 4],
      [2, 4],
      [1, 4],
      [1, 3],
    ]);
    expect((await drain(set, { chunk: 100 })).sizes).toEqual([
      [5, 4],
      [1, 3],
    ]);
    expect((await drain(set, { chunk: 100, dropLast: true })).sizes).toEqual([[5, 4]]);
    expect((await drain(set, { chunk: 3, batch: 23 })).sizes).toEqual([[1, 23]]);
    expect((await drain(set, { batch: 50 })).sizes).toEqual([[1, 23]]);
    expect((await drain(set, { batch: 50, dropLast: true })).sizes).toEqual([]);
  });

  it("are the same whatever the size of the chunks", async () => {
    const set = await blobs();
    const { fields } = await drain(set, {});
    expect((await drain(set, {}, [3, 1, 2])).fields).toEqual(fields);
    expect((await drain(set, {}, [1, 5])).sizes).toEqual([
      [1, 4],
      [4, 4],
      [1, 3],
    ]);
  });

  it("go on anywhere as if there had been no break", async () => {
    const set = await blobs();
    const whole = (await drain(set, { epoch: 2 })).fields["label"] as number[];
    for (let b = 0; b <= 6; b++) {
      const { fields, stream } = await drain(set, { epoch: 2, startBatch: b, chunk: 2 });
      expect(fields["label"] ?? []).toEqual(whole.slice(4 * b));
      expect([stream.batches, stream.position]).toEqual([6, 6]);
    }
  });

  it("are the caller's to keep", async () => {
    const stream = openBatches(await blobs(), defaults);
    const first = value(await stream.next());
    const copy = Array.from(first?.fields["x"] as Float32Array);
    await stream.next();
    expect(Array.from(first?.fields["x"] as Float32Array)).toEqual(copy);
  });
});

describe("reading ahead in a thread", () => {
  const options = { fields: ["image", "label"] };

  it("is for sets on disk only", async () => {
    expect((await blobs()).reader).toBeNull();
    expect(value(await pictures(null)).reader).toBeNull();
  });

  it("changes nothing about what is delivered", async () => {
    const here = value(await pictures(null));
    const ahead = value(await pictures(workerFile));
    expect(ahead.reader).not.toBeNull();
    for (const [extra, chunks] of [
      [{ chunk: 1 }, []],
      [{ chunk: 3, epoch: 1 }, [2, 1, 7]],
      [{ startBatch: 2, dropLast: true, chunk: 50 }, []],
      [{ shuffle: false, batch: 23 }, []],
    ] as const) {
      const [a, b] = [
        await drain(here, { ...options, ...extra }, chunks),
        await drain(ahead, { ...options, ...extra }, chunks),
      ];
      expect(b.sizes).toEqual(a.sizes);
      expect(b.fields).toEqual(a.fields);
      expect(a.fields["image"]?.length).toBeGreaterThan(0);
    }
    await ahead.close();
  });

  it("serves two streams at a time, and starts again after it was closed", async () => {
    const here = value(await pictures(null));
    const ahead = value(await pictures(workerFile));
    const [a, b] = await Promise.all([drain(ahead, { ...options, epoch: 1 }), drain(ahead, { ...options, epoch: 2 })]);
    expect(a.fields).toEqual((await drain(here, { ...options, epoch: 1 })).fields);
    expect(b.fields).toEqual((await drain(here, { ...options, epoch: 2 })).fields);
    await ahead.close();
    expect((await drain(ahead, options)).fields).toEqual((await drain(here, options)).fields);
    await ahead.close();
  });

  it("tells of a picture that cannot be read, and of the file", async () => {
    const good = encode({ width: 3, height: 3, channels: 1, depth: 8, data: new Uint8Array(9) });
    put(folder, "damaged/a/1.png", good.subarray(0, good.length - 14));
    const section = { source: { kind: "images", path: "damaged", size: [4, 4] }, split: { test: 0 } };
    const set = value(await open(section, { baseFolder: folder, workerFile }));
    const stream = openBatches(set, { ...defaults, ...options });
    expect(issues(await stream.next())).toMatchObject([{ code: "data.image", file: join(folder, "damaged/a/1.png") }]);
    await set.close();
  });

  it("answers when its thread dies", async () => {
    const broken = put(folder, "broken.cjs", "setTimeout(() => process.exit(3), 50);");
    const crashing = put(folder, "crashing.cjs", "throw new Error('no such luck');");
    for (const [file, reason] of [
      [broken, "exit 3"],
      [crashing, "no such luck"],
    ] as const) {
      const set = value(await pictures(file));
      const stream = openBatches(set, { ...defaults, ...options });
      expect(issues(await stream.next())).toMatchObject([{ code: "data.reader-died", reason }]);
      await set.close();
    }
  });
});
