import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Unzip, UnzipInflate } from "fflate";
import * as z from "zod";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { runningFolder } from "./data/folder.ts";
import { errorCode, saveFile, writeIssue } from "./save.ts";

/**
 * What onnxruntime needs for CUDA besides what its package brings: two libraries of its own, which are too large for the
 * package and lie on NuGet; NVIDIA's CUDA and cuDNN; a driver. The first can be fetched here, and only when somebody asks
 * for it; the others belong to the system.
 */
export interface CudaSetup {
  /** NVIDIA's driver is there. */
  readonly driver: boolean;
  /** onnxruntime's own libraries lie beside it. */
  readonly libraries: boolean;
  /** Libraries of CUDA and cuDNN that the loader does not find; empty where that cannot be told yet. */
  readonly missing: readonly string[];
}

/** The libraries, by their place in the package. TensorRT's is not among them: nothing here uses it. */
const files = ["libonnxruntime_providers_cuda.so", "libonnxruntime_providers_shared.so"] as const;
const inPackage = "runtimes/linux-x64/native/";
const packageName = "microsoft.ml.onnxruntime.gpu.linux";
/** Says where the libraries came from; lies beside them. */
const noteName = "gradloom-cuda.json";

/** The feed that onnxruntime's own installer uses. */
const officialFeed = "https://api.nuget.org/v3/index.json";
/** Milliseconds that a server may take to answer. */
const patience = 30_000;

export const hasCuda = (platform = os.platform(), arch = os.arch()): boolean => platform === "linux" && arch === "x64";

/** How far CUDA is set up on this machine; null where onnxruntime has no CUDA at all. */
export async function cudaSetup(folder = libraryFolder()): Promise<CudaSetup | null> {
  if (!hasCuda() || folder === null) return null;
  const library = path.join(folder, files[0]);
  const libraries = files.every((f) => existsSync(path.join(folder, f)));
  return {
    driver: existsSync("/proc/driver/nvidia/version"),
    libraries,
    missing: libraries ? await unmet(library) : [],
  };
}

/** Libraries that the loader does not find for `file`. */
async function unmet(file: string): Promise<readonly string[]> {
  try {
    const { stdout } = await promisify(execFile)("ldd", [file]);
    return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map((m) => m[1] as string);
  } catch {
    return [];
  }
}

/** Where onnxruntime's binding looks for its libraries: beside itself. */
export function libraryFolder(): string | null {
  const inModules = path.join("node_modules", "onnxruntime-node", "bin", "napi-v6", os.platform(), os.arch());
  for (let folder = runningFolder(); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, inModules);
    if (existsSync(candidate)) return candidate;
    if (path.dirname(folder) === folder) return null;
  }
}

/** What would be downloaded. */
export interface CudaPackage {
  readonly url: string;
  readonly version: string;
  readonly bytes: number;
  /** SHA-512 that the feed publishes, base64. */
  readonly hash: string;
}

const indexSchema = z.object({ resources: z.array(z.object({ "@id": z.string(), "@type": z.string() })) });
const registrationSchema = z.object({ catalogEntry: z.string() });
const catalogSchema = z.object({
  packageHash: z.string().min(80),
  packageHashAlgorithm: z.literal("SHA512"),
  packageSize: z.int().min(1),
});

/**
 * Looks the package up, and downloads nothing of it. Errors: `cuda.not-here`, `cuda.unreachable`.
 */
export async function findCudaPackage(version: string, feed = officialFeed): Promise<Result<CudaPackage>> {
  if (!hasCuda()) return fail(issue("cuda.not-here", { platform: `${os.platform()} ${os.arch()}` }));
  const index = await json(feed, indexSchema);
  if (!index.ok) return index;
  const base = (type: string): string => index.value.resources.find((r) => r["@type"] === type)?.["@id"] ?? "";
  const content = base("PackageBaseAddress/3.0.0");
  const registrations = base("RegistrationsBaseUrl/3.6.0") || base("RegistrationsBaseUrl");
  const name = `${packageName}.${version}`;
  const registration = await json(`${registrations}${packageName}/${version}.json`, registrationSchema);
  if (!registration.ok) return registration;
  const entry = await json(registration.value.catalogEntry, catalogSchema);
  if (!entry.ok) return entry;
  const { packageSize: bytes, packageHash: hash } = entry.value;
  return ok({ url: `${content}${packageName}/${version}/${name}.nupkg`, version, bytes, hash });
}

async function json<T>(url: string, schema: z.ZodType<T>): Promise<Result<T>> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patience) });
    if (!response.ok) return unreachable(url, `HTTP ${response.status}`);
    const parsed = schema.safeParse(await response.json());
    return parsed.success ? ok(parsed.data) : unreachable(url, "unknown form");
  } catch (error) {
    return unreachable(url, reasonOf(error));
  }
}

const unreachable = (url: string, reason: string): Result<never> => fail(issue("cuda.unreachable", { url, reason }));

/** The cause where `fetch` only says that it failed. */
function reasonOf(error: unknown): string {
  return errorCode(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}

/**
 * Downloads the package, checks that it is the one the feed promised, and puts its libraries beside onnxruntime. Nothing is
 * written there before all of it is known to be right. Errors: `cuda.unreachable`, `cuda.damaged`, `file.unwritable`.
 */
export async function installCuda(
  found: CudaPackage,
  folder: string,
  onProgress: (bytes: number) => void = () => {},
): Promise<Result<readonly string[]>> {
  const work = path.join(folder, `.cuda-${process.pid}`);
  try {
    await mkdir(work, { recursive: true });
    const unpacked = await download(found, work, onProgress);
    if (!unpacked.ok) return unpacked;
    for (const file of files) await rename(path.join(work, file), path.join(folder, file));
    const { url, version, bytes, hash } = found;
    const note = { url, version, bytes, sha512: hash, installed: new Date().toISOString() };
    const noted = await saveFile(path.join(folder, noteName), `${JSON.stringify(note, null, 2)}\n`);
    return noted.ok ? ok(files.map((f) => path.join(folder, f))) : noted;
  } catch (error) {
    return fail(writeIssue(error, folder));
  } finally {
    await rm(work, { recursive: true, force: true }).catch(() => {});
  }
}

async function download(
  { url, bytes, hash }: CudaPackage,
  work: string,
  onProgress: (bytes: number) => void,
): Promise<Result<null>> {
  const sum = createHash("sha512");
  const written = new Set<string>();
  const open: number[] = [];
  // As large as they are, they go to the disk piece by piece.
  const zip = new Unzip((file) => {
    const name = files.find((f) => file.name === inPackage + f);
    if (!name) return;
    const target = openSync(path.join(work, name), "w");
    open.push(target);
    file.ondata = (error, chunk, final) => {
      if (!error) writeSync(target, chunk);
      if (!error && final) written.add(name);
    };
    file.start();
  });
  zip.register(UnzipInflate);
  let read = 0;
  try {
    const response = await fetch(url);
    if (!response.ok || !response.body) return unreachable(url, `HTTP ${response.status}`);
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      read += chunk.length;
      if (read > bytes) return fail(issue("cuda.damaged", { url, expected: `${bytes} B`, found: `${read} B` }));
      sum.update(chunk);
      zip.push(chunk);
      onProgress(read);
    }
    zip.push(new Uint8Array(0), true);
  } catch (error) {
    return unreachable(url, reasonOf(error));
  } finally {
    for (const target of open) closeSync(target);
  }
  const digest = sum.digest("base64");
  if (read !== bytes) return fail(issue("cuda.damaged", { url, expected: `${bytes} B`, found: `${read} B` }));
  if (digest !== hash) return fail(issue("cuda.damaged", { url, expected: hash, found: digest }));
  const absent = files.find((f) => !written.has(f));
  if (absent !== undefined) return fail(issue("cuda.damaged", { url, expected: absent, found: "" }));
  return ok(null);
}

/** Where the libraries came from that were installed here; null where they were not. */
export async function cudaNote(folder: string): Promise<{ readonly version: string; readonly sha512: string } | null> {
  try {
    const parsed = z
      .object({ version: z.string(), sha512: z.string() })
      .safeParse(JSON.parse(await readFile(path.join(folder, noteName), "utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
