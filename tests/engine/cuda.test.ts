import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { zipSync } from "fflate";
import { afterEach, describe, expect, it } from "vitest";
import { cudaNote, cudaSetup, findCudaPackage, hasCuda, installCuda } from "../../src/engine/cuda.ts";
import { temporaryFolder } from "../support/engine.ts";

const version = "1.30.0";
const name = "microsoft.ml.onnxruntime.gpu.linux";
const native = "runtimes/linux-x64/native/";
const contents = {
  "libonnxruntime_providers_cuda.so": new Uint8Array(300_000).map((_, i) => (i * 7919) % 251),
  "libonnxruntime_providers_shared.so": new Uint8Array([1, 2, 3]),
};

const servers: http.Server[] = [];
afterEach(() => {
  for (const s of servers.splice(0)) {
    s.close();
    s.closeAllConnections();
  }
});

/** A feed on this machine that answers as the official one does; `spoil` changes what it sends. */
async function feedOf(
  spoil: { readonly bytes?: (b: Uint8Array) => Uint8Array; readonly files?: readonly string[] } = {},
) {
  const kept = spoil.files ?? Object.keys(contents);
  const entries = Object.fromEntries(
    Object.entries(contents).flatMap(([f, b]) => (kept.includes(f) ? [[native + f, b] as const] : [])),
  );
  const bytes = zipSync({ ...entries, "LICENSE.txt": new Uint8Array([65]), [`${native}other.so`]: new Uint8Array(9) });
  const hash = createHash("sha512").update(bytes).digest("base64");
  const sent = spoil.bytes?.(bytes) ?? bytes;
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const target = request.url ?? "";
    asked.push(target);
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answers: { readonly [target: string]: unknown } = {
      "/index.json": {
        resources: [
          { "@id": `${base}/content/`, "@type": "PackageBaseAddress/3.0.0" },
          { "@id": `${base}/registration/`, "@type": "RegistrationsBaseUrl/3.6.0" },
        ],
      },
      [`/registration/${name}/${version}.json`]: { catalogEntry: `${base}/catalog.json` },
      "/catalog.json": { packageHash: hash, packageHashAlgorithm: "SHA512", packageSize: bytes.length },
    };
    if (target === `/content/${name}/${version}/${name}.${version}.nupkg`) response.end(sent);
    else if (target in answers) response.end(JSON.stringify(answers[target]));
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  servers.push(server);
  return { index: `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.json`, asked, bytes: bytes.length };
}

describe.runIf(hasCuda())("onnxruntime's CUDA libraries", () => {
  it("are looked up without being downloaded, then installed as published", async () => {
    const feed = await feedOf();
    const found = await findCudaPackage(version, feed.index);
    if (!found.ok) expect.fail(JSON.stringify(found.issues));
    expect(found.value).toMatchObject({ version, bytes: feed.bytes });
    expect(feed.asked.some((t) => t.endsWith(".nupkg"))).toBe(false);
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, "libonnxruntime.so.1"), "");
    expect(await cudaSetup(folder)).toMatchObject({ libraries: false, missing: [] });
    let last = 0;
    const installed = await installCuda(found.value, folder, (n) => {
      last = n;
    });
    expect(installed).toEqual({ ok: true, value: Object.keys(contents).map((f) => path.join(folder, f)) });
    expect(last).toBe(feed.bytes);
    expect(readdirSync(folder).sort()).toEqual(
      [...Object.keys(contents), "gradloom-cuda.json", "libonnxruntime.so.1"].sort(),
    );
    for (const [file, bytes] of Object.entries(contents)) {
      expect(new Uint8Array(readFileSync(path.join(folder, file)))).toEqual(bytes);
    }
    expect(await cudaNote(folder)).toEqual({ version, sha512: found.value.hash });
    expect(await cudaSetup(folder)).toMatchObject({ libraries: true });
  });

  it.each([
    ["another content", { bytes: (b: Uint8Array) => b.map((x, i) => (i === b.length >> 1 ? x ^ 1 : x)) }],
    ["less than promised", { bytes: (b: Uint8Array) => b.subarray(0, b.length - 100) }],
    ["more than promised", { bytes: (b: Uint8Array) => new Uint8Array([...b, 0]) }],
    ["a library less", { files: ["libonnxruntime_providers_shared.so"] }],
  ])("are refused when the source sends %s, and nothing is left behind", async (_what, spoil) => {
    const feed = await feedOf(spoil);
    const found = await findCudaPackage(version, feed.index);
    if (!found.ok) expect.fail(JSON.stringify(found.issues));
    const folder = temporaryFolder();
    const installed = await installCuda(found.value, folder);
    // A flipped byte may already break the compression.
    expect(installed).toMatchObject({
      ok: false,
      issues: [{ code: expect.stringMatching(/^cuda\.(damaged|unreachable)$/) }],
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("are said to be out of reach where the source is", async () => {
    const feed = await feedOf();
    const closed = servers.pop();
    await new Promise((done) => closed?.close(done));
    expect(await findCudaPackage(version, feed.index)).toMatchObject({
      ok: false,
      issues: [{ code: "cuda.unreachable", url: feed.index, reason: "ECONNREFUSED" }],
    });
    const other = await feedOf();
    expect(await findCudaPackage("9.9.9", other.index)).toMatchObject({
      ok: false,
      issues: [{ code: "cuda.unreachable", reason: "HTTP 404" }],
    });
  });
});
