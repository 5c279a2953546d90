import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { WindowService } from "../../src/engine/window-service.ts";
import type { WindowMessage } from "../../src/protocol/index.ts";
import { decodeMessage, encodeMessage, wireLimit } from "../../src/protocol/wire.ts";
import { type Program, type ServedWindow, serveWindow } from "../../src/server/index.ts";
import { bundleEngine } from "../support/bundle.ts";
import { moons, temporaryFolder } from "../support/engine.ts";
import { TestWindow } from "../support/window-client.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "gradloom-socket-"));
let entry: string;
let service: WindowService;
let served: ServedWindow;
let cookie: string;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  entry = await bundleEngine();
  const policy = "default-src 'self'; connect-src 'self'";
  writeFileSync(
    path.join(folder, "index.html"),
    `<html><head><meta http-equiv="Content-Security-Policy" content="${policy}"></head><title>window</title></html>`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function serve(program: Program): Promise<void> {
  const result = await serveWindow(folder, null, program);
  if (!result.ok) expect.fail(JSON.stringify(result.issues));
  served = result.value;
  const { headers } = await get(served.url.slice(served.url.indexOf("/", "http://".length)));
  cookie = (headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
}

beforeEach(async () => {
  const runs = temporaryFolder();
  service = new WindowService({ runsFolder: runs, baseFolder: runs, engine: { entry } });
  await serve(service);
});
afterEach(async () => {
  for (const s of sockets.splice(0)) s.terminate();
  service.kill();
  await served.close();
});

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const get = (target: string, headers: http.OutgoingHttpHeaders = {}): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const sent = http.get({ host: "127.0.0.1", port: served.port, path: target, headers, agent: false }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += String(chunk);
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on("error", reject);
  });

const own = (): string => `http://127.0.0.1:${served.port}`;
const good = (): ClientOptions => ({ headers: { cookie }, origin: own() });

function connect(options: ClientOptions = good(), target = "/engine"): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${served.port}${target}`, options);
  socket.on("error", () => {});
  sockets.push(socket);
  return socket;
}

/** How an attempt to connect ends: 101, or the status that refuses it. */
const outcome = (options: ClientOptions, target?: string): Promise<number> =>
  new Promise((done) => {
    const socket = connect(options, target);
    socket.once("open", () => done(101));
    socket.once("unexpected-response", (_, response) => done(response.statusCode ?? 0));
  });

const opened = (socket: WebSocket): Promise<void> => new Promise((done) => void socket.once("open", () => done()));
const closed = (socket: WebSocket): Promise<number> => new Promise((done) => void socket.once("close", done));

/** A window over a socket. */
async function window(): Promise<TestWindow> {
  const socket = connect();
  await opened(socket);
  const made = new TestWindow((m) => socket.send(encodeMessage(m)));
  socket.on("message", (data) => {
    const message = decodeMessage(data as Buffer);
    if (message.ok) made.receive(message.value as WindowMessage);
  });
  return made;
}

describe("the socket between page and program", () => {
  it("carries a training to the page that started it", async () => {
    const page = await window();
    await page.ask("start", { key: "a", document: moons(), provider: "cpu", threads: 1 });
    const done = await page.until((e) => e.kind === "done");
    expect(page.losses("a")).toHaveLength((done as { steps: number }).steps);
    const other = await window();
    expect((await other.ask("attach", { version: 1 })).run?.curves.loss.y).toEqual(page.losses("a"));
  });

  it("is opened only by a page of this server, and with its cookie", async () => {
    expect(await outcome(good())).toBe(101);
    expect(await outcome({ headers: { cookie }, origin: `http://localhost:${served.port}` })).toBe(403);
    expect(await outcome({ headers: { cookie, host: `localhost:${served.port}` }, origin: own() })).toBe(403);
    const token = "x".repeat(43);
    const wrong = [cookie.slice(0, -1), `${cookie}x`, `${cookie.split("=")[0]}=${token}`, "", "other=1"];
    for (const c of wrong) expect(await outcome({ headers: { cookie: c }, origin: own() }), c).toBe(403);
    expect(await outcome({ origin: own() }), "no cookie").toBe(403);
    const origins = [
      "http://evil.example",
      "null",
      "file://",
      `http://127.0.0.1:${served.port + 1}`,
      `https://127.0.0.1:${served.port}`,
      `http://127.0.0.1.evil.example:${served.port}`,
    ];
    for (const origin of origins) expect(await outcome({ headers: { cookie }, origin }), origin).toBe(403);
    expect(await outcome({ headers: { cookie } }), "no origin").toBe(403);
    const hosts = ["evil.example", `evil.example:${served.port}`, `0.0.0.0:${served.port}`, "127.0.0.1"];
    for (const host of hosts) {
      expect(await outcome({ headers: { cookie, host }, origin: `http://${host}` }), host).toBe(403);
    }
    // A token in the address is for the first visit of the page alone.
    expect(await outcome({ origin: own() }, `/engine?token=${new URL(served.url).searchParams.get("token")}`)).toBe(
      403,
    );
  });

  it("is at one place only", async () => {
    for (const target of ["/", "/engine/", "/Engine", "/engine?x", "/%65ngine", "//engine"]) {
      expect(await outcome(good(), target), target).toBe(404);
    }
    expect((await get("/engine", { cookie })).status).toBe(404);
  });

  it("is there for a page that was told so, which may connect nowhere else", async () => {
    const page = await get("/", { cookie });
    expect(page.body).toContain('<meta name="gradloom-engine" content="/engine">');
    const allowed = `connect-src 'self' ws://127.0.0.1:${served.port}`;
    expect(page.body).toContain(`; ${allowed}"`);
    expect(page.headers["content-security-policy"]).toContain(`; ${allowed};`);
    const named = await get("/", { cookie, host: `localhost:${served.port}` });
    expect(named.headers["content-security-policy"]).toContain(`ws://localhost:${served.port};`);
    const without = await serveWindow(folder, null);
    if (!without.ok) expect.fail(JSON.stringify(without.issues));
    await served.close();
    served = without.value;
    const { headers } = await get(served.url.slice(served.url.indexOf("/", "http://".length)));
    cookie = (headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
    expect((await get("/", { cookie })).body).not.toContain("gradloom-engine");
    expect(await outcome(good())).toBe(404);
  });

  it("ends with who sends text, junk, or too much, and serves the others", async () => {
    const other = await window();
    const ends = async (message: string | Uint8Array): Promise<number> => {
      const socket = connect();
      await opened(socket);
      const end = closed(socket);
      socket.send(message);
      return end;
    };
    expect(await ends('{"kind":"attach","id":1,"version":1}')).toBe(1003);
    expect(await ends(new Uint8Array([0xc1]))).toBe(1007);
    expect(await ends(new Uint8Array(0))).toBe(1007);
    expect(await ends(new Uint8Array(100_000).fill(0x91))).toBe(1007);
    // The limit is of the library; what it closes with, the peer may not hear before the connection is reset.
    expect([1009, 1006]).toContain(await ends(new Uint8Array(wireLimit + 1)));
    // Well-formed and senseless: an answer, as the page may be of another version.
    for (const body of [7, null, [], { id: 3 }, { kind: "reset", id: -1 }, { kind: "start", id: 5, key: 7 }]) {
      const socket = connect();
      await opened(socket);
      const answer = new Promise<unknown>((done) => {
        socket.once("message", (data) => done(decodeMessage(data as Buffer)));
      });
      socket.send(encodeMessage(body));
      expect(await answer).toMatchObject({ value: { kind: "reply", issues: [{ code: "engine.protocol" }] } });
    }
    expect(await other.ask("attach", { version: 1 })).toMatchObject({ run: null });
  });

  it("answers while two hundred connections are half open", async () => {
    const half = Array.from({ length: 200 }, (_, i) => {
      const socket = net.connect(served.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(i % 2 === 0 ? "GET / HTTP/1.1\r\nHost: " : "GET /engine HTTP/1.1\r\nUpgrade: websocket\r\n");
      return socket;
    });
    await Promise.all(half.map((s) => new Promise<void>((done) => void s.once("connect", () => done()))));
    const began = performance.now();
    expect((await get("/", { cookie })).status).toBe(200);
    const page = await window();
    expect(await page.ask("attach", { version: 1 })).toMatchObject({ run: null });
    // Far from a second at rest; the machine may be busy.
    expect(performance.now() - began).toBeLessThan(3000);
    for (const s of half) s.destroy();
  });

  it("is not taken by more pages than a browser has", async () => {
    const pages = Array.from({ length: 64 }, () => connect());
    await Promise.all(pages.map(opened));
    expect(await outcome(good())).toBe(503);
    const gone = closed(pages[0] as WebSocket);
    pages[0]?.close();
    await gone;
    // The server hears of it a moment later than the page.
    await expect.poll(() => outcome(good())).toBe(101);
  });

  it("keeps little for a page that does not read, and cuts it off", async () => {
    await served.close();
    let post: (message: WindowMessage) => void = () => {};
    let ended = false;
    await serve({
      connect: (to) => {
        post = to;
        return {
          receive: () => {},
          close: () => {
            ended = true;
          },
        };
      },
    });
    const socket = connect();
    await opened(socket);
    socket.pause();
    const before = process.memoryUsage().arrayBuffers;
    const values = new Float32Array(25_000);
    // 10,000 messages of 100 kB: a gigabyte, had they all been kept.
    for (let i = 0; i < 10_000 && !ended; i++) {
      post({ kind: "events", key: "a", events: [{ kind: "statistics", step: i, epoch: 0, values, loss: 1 }] });
      if (i % 100 === 0) await new Promise((done) => setImmediate(done));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 2 ** 20);
    const end = closed(socket);
    socket.resume();
    expect(await end).toBe(1013);
    await expect.poll(() => ended).toBe(true);
  });
});
