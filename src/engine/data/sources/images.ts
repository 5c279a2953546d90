import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Issue, issue } from "../../../core/issue.ts";
import { byText } from "../../../core/order.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { SourceOf } from "../../../data/schema.ts";
import { fileIssue } from "../files.ts";
import { decodePicture, maxPictureBytes, pictureHeader, writePlanes } from "../formats/picture.ts";
import type { PictureStore } from "../samples.ts";
import type { RawSet } from "./raw.ts";

/** Scaled pictures that are kept in memory once read, in bytes; a larger set is read from disk in every epoch. */
const maxKeptBytes = 2 ** 30;
/** Enough of a file for its size in pixels; a JPEG may have a thumbnail before. */
const headerBytes = 2 ** 16;
const maxProblems = 20;

/**
 * Opens a folder with a sub-folder of pictures for each class, classes and files in the order of their names. Names
 * that start with a dot and files that are no pictures by their ending are passed over. Each file's header is checked
 * now; its pixels are read when they are needed.
 * Errors: `data.empty`, `data.image`, `data.file-missing`, `file.unreadable`.
 */
export async function openImages(source: SourceOf<"images">, baseFolder: string): Promise<Result<RawSet>> {
  const root = resolve(baseFolder, source.path);
  const names = await entries(root, "folder");
  if (!names.ok) return names;
  if (names.value.length === 0) return fail(issue("data.empty", { what: "classes", file: root }));
  const files: string[] = [];
  const labels: number[] = [];
  const issues: Issue[] = [];
  for (const [label, name] of names.value.entries()) {
    const folder = join(root, name);
    const found = await entries(folder, "picture");
    if (!found.ok) issues.push(...found.issues);
    else if (found.value.length === 0) issues.push(issue("data.empty", { what: name, file: folder }));
    else
      for (const file of found.value) {
        files.push(join(folder, file));
        labels.push(label);
      }
  }
  for (const file of files) {
    if (issues.length >= maxProblems) break;
    const bad = checkHeader(file);
    if (bad) issues.push(bad);
  }
  if (issues.length >= maxProblems) issues.push(issue("data.more-problems", { shown: maxProblems, file: root }));
  if (issues.length > 0) return fail(...issues);
  const { channels, size } = source;
  const classes = names.value;
  return ok({
    count: files.length,
    ownTest: 0,
    fields: [
      {
        type: { name: "image", dtype: "float32", shape: [channels, ...size], classes: null },
        samples: { kind: "pictures", store: pictureStore(files, channels, size) },
      },
      {
        type: { name: "label", dtype: "int64", shape: [], classes },
        samples: { kind: "ints", data: BigInt64Array.from(labels, BigInt) },
      },
    ],
    source: source.path,
    licence: "",
  });
}

const pictureEnding = /\.(png|jpe?g)$/i;
/** Pictures that somebody would miss if they were passed over in silence. */
const otherPicture = /\.(gif|bmp|webp|tiff?|avif|heic|svg)$/i;

async function entries(folder: string, kind: "folder" | "picture"): Promise<Result<string[]>> {
  try {
    const found = (await readdir(folder)).filter((name) => !name.startsWith(".")).sort(byText);
    const isFolder = (name: string): boolean => statSync(join(folder, name)).isDirectory();
    if (kind === "folder") return ok(found.filter(isFolder));
    const other = found.find((name) => otherPicture.test(name));
    if (other) {
      const file = join(folder, other);
      return fail(issue("data.image", { problem: "unsupported", detail: other.slice(other.lastIndexOf(".")), file }));
    }
    return ok(found.filter((name) => pictureEnding.test(name)));
  } catch (error) {
    return fail(fileIssue(error, folder));
  }
}

function checkHeader(file: string): Issue | null {
  const first = readStart(file, headerBytes);
  if (!first.ok) return first.issues[0] ?? null;
  const header = pictureHeader(first.value, file);
  if (header.ok || first.value.length < headerBytes) return header.ok ? null : (header.issues[0] ?? null);
  const whole = readStart(file, maxPictureBytes);
  const again = whole.ok ? pictureHeader(whole.value, file) : whole;
  return again.ok ? null : (again.issues[0] ?? null);
}

/** Up to `most` bytes of a regular file. */
function readStart(file: string, most: number): Result<Uint8Array> {
  try {
    const info = statSync(file);
    if (!info.isFile()) return fail(issue("file.unreadable", { reason: "ENOTFILE", file }));
    if (info.size === 0) return fail(issue("data.empty", { what: "file", file }));
    if (info.size > maxPictureBytes) {
      return fail(issue("data.too-large", { bytes: info.size, limit: maxPictureBytes, file }));
    }
    if (info.size <= most) return ok(readFileSync(file));
    const descriptor = openSync(file, "r");
    const bytes = new Uint8Array(most);
    const length = readSync(descriptor, bytes, 0, most, 0);
    closeSync(descriptor);
    return ok(bytes.subarray(0, length));
  } catch (error) {
    return fail(fileIssue(error, file));
  }
}

/** Reads pictures on demand, and keeps them where all of them fit. */
function pictureStore(
  files: readonly string[],
  channels: 1 | 3,
  [height, width]: readonly [number, number],
): PictureStore {
  const size = channels * height * width;
  const keep = files.length * size <= maxKeptBytes;
  const kept = new Uint8Array(keep ? files.length * size : size);
  const isKept = new Uint8Array(files.length);
  return {
    read(sample) {
      const out = keep ? kept.subarray(sample * size, (sample + 1) * size) : kept;
      if (isKept[sample] === 1) return ok(out);
      const file = files[sample] as string;
      const bytes = readStart(file, maxPictureBytes);
      const picture = bytes.ok ? decodePicture(bytes.value, file) : bytes;
      if (!picture.ok) return picture;
      writePlanes(picture.value, channels, height, width, out);
      if (keep) isKept[sample] = 1;
      return ok(out);
    },
  };
}
