import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ServedWindow, serveWindow } from "../../src/server/index.ts";

const base = mkdtempSync(path.join(os.tmpdir(), "gradloom-server-"));
const folder = path.join(base, "renderer");
let served: ServedWindow;

beforeAll(() => {
  mkdirSync(path.join(folder, "assets"), { recursive: true });
  writeFileSync(path.join(folder, "index.html"), "<!doctype html><title>window</title>");
  writeFileSync(path.join(folder, "assets", "app.js"), "export {};");
  writeFileSync(path.join(folder, "notes.secretkind"), "not a kind that is served");
  writeFileSync(path.join(base, "outside.json"), '{"secret": true}');
  symlinkSync(path.join(base, "outside.json"), path.join(folder, "link.json"));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
afterEach(async () => served?.close());

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A request as it is written, without a client that tidies paths or headers. */
const request = (target: string, headers: http.OutgoingHttpHeaders = {}, method = "GET"): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const sent = http.request(
      { host: "127.0.0.1", port: served.port, path: target, method, headers, agent: false },
      (response) => {
        let body = "";
        response.on("data", (chunk) => {
          body += String(chunk);
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    sent.on("error", reject);
    sent.end();
  });

async function start(): Promise<void> {
  const result = await serveWindow(folder, null);
  if (!result.ok) expect.fail(JSON.stringify(result.issues));
  served = result.value;
}

const tokenTarget = (): string => served.url.slice(served.url.indexOf("/", "http://".length));

/** Visits with the token and gives the cookie that came back. */
async function enter(): Promise<string> {
  const { status, headers } = await request(tokenTarget());
  expect(status).toBe(200);
  return (headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
}

describe("the local server", () => {
  it("listens on this machine only", async () => {
    await start();
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    const others = Object.values(os.networkInterfaces())
      .flat()
      .filter((a) => a && !a.internal && a.family === "IPv4");
    for (const { address } of others as os.NetworkInterfaceInfo[]) {
      const refused = await new Promise<boolean>((resolve) => {
        const socket = net.connect(served.port, address);
        socket.once("connect", () => resolve(!socket.destroy()));
        socket.once("error", () => resolve(true));
      });
      expect(refused, address).toBe(true);
    }
  });

  it("refuses who has no token, and who has a wrong one", async () => {
    await start();
    for (const target of ["/", "/index.html", "/assets/app.js", "/?token=", `/?token=${"a".repeat(43)}`]) {
      const { status, body, headers } = await request(target);
      expect(status, target).toBe(403);
      expect(body, target).not.toContain("window");
      expect(headers["set-cookie"], target).toBeUndefined();
    }
  });

  it("lets the token in once, and from then on the cookie", async () => {
    await start();
    const first = await request(tokenTarget());
    expect(first.headers["set-cookie"]?.[0]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(first.headers["referrer-policy"]).toBe("no-referrer");
    const cookie = (first.headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
    expect(cookie).not.toContain(new URL(served.url).searchParams.get("token"));
    expect((await request(tokenTarget())).status).toBe(403);
    const page = await request("/", { cookie });
    expect(page.status).toBe(200);
    expect(page.body).toContain("<title>window</title>");
    // A reload of the address that has the token.
    expect((await request(tokenTarget(), { cookie })).status).toBe(200);
    expect((await request("/", { cookie: `${cookie.slice(0, -1)}!` })).status).toBe(403);
  });

  it("sends headers that keep the page from being framed, sniffed or extended", async () => {
    await start();
    const cookie = await enter();
    const { headers } = await request("/", { cookie });
    expect(headers["content-security-policy"]).toContain("default-src 'self'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
    expect(headers["cache-control"]).toBe("no-store");
    const script = await request("/assets/app.js", { cookie });
    expect(script.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(script.headers["cache-control"]).toContain("immutable");
  });

  it("refuses a foreign host name, as after DNS rebinding, and pages of other origins", async () => {
    await start();
    const cookie = await enter();
    for (const host of ["evil.example", `evil.example:${served.port}`, `127.0.0.1:${served.port + 1}`]) {
      expect((await request("/", { cookie, host })).status, host).toBe(403);
    }
    for (const origin of ["https://evil.example", `http://127.0.0.1:${served.port + 1}`, "null"]) {
      expect((await request("/", { cookie, origin })).status, origin).toBe(403);
    }
    expect((await request("/", { cookie, host: `localhost:${served.port}` })).status).toBe(200);
    expect((await request("/", { cookie, origin: `http://127.0.0.1:${served.port}` })).status).toBe(200);
  });

  it("serves nothing from outside its folder", async () => {
    await start();
    const cookie = await enter();
    const targets = [
      "/../outside.json",
      "/assets/../../outside.json",
      "/%2e%2e/outside.json",
      "/..%2foutside.json",
      "/%2e%2e%2foutside.json",
      "/..%5coutside.json",
      "//outside.json",
      "/%2foutside.json",
      "/link.json",
      "/notes.secretkind",
      "/assets",
      "/%00",
      "/index.html%00.js",
      "/%",
      "/C:/outside.json",
      path.join(base, "outside.json"),
    ];
    for (const target of targets) {
      const { status, body } = await request(target, { cookie });
      expect(status, target).toBe(404);
      expect(body, target).not.toContain("secret");
    }
  });

  it("only reads", async () => {
    await start();
    const cookie = await enter();
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      expect((await request("/", { cookie }, method)).status, method).toBe(405);
    }
    const head = await request("/", { cookie }, "HEAD");
    expect([head.status, head.body]).toEqual([200, ""]);
  });

  it("takes another port when the preferred one is taken, and says so when one was asked for", async () => {
    await start();
    const taken = await serveWindow(folder, served.port);
    expect(taken).toMatchObject({ ok: false, issues: [{ code: "server.port-in-use", tcpPort: served.port }] });
    const second = await serveWindow(folder, null);
    if (!second.ok) expect.fail(JSON.stringify(second.issues));
    expect(second.value.port).not.toBe(served.port);
    await second.value.close();
  });

  it("says when there is no window to serve", async () => {
    expect(await serveWindow(path.join(base, "nowhere"), null)).toMatchObject({
      ok: false,
      issues: [{ code: "server.no-window" }],
    });
  });
});
