import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import path from "node:path";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { fileAt } from "./files.ts";
import { Guard } from "./guard.ts";

export { openInBrowser } from "./open.ts";

/** A window that a browser of this machine can show. */
export interface ServedWindow {
  /** Good for one visit; what follows is known by a cookie. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The port that is asked for first. Always the same, since a browser keeps settings and recent documents by host and
 * port; when it is taken, one of the next ones.
 */
export const preferredPort = 7341;
const portTries = 20;
const loopback = "127.0.0.1";

/** Also said by the page itself; here it cannot be left out, and it forbids frames. */
const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const securityHeaders = {
  "Content-Security-Policy": policy,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()",
} as const;

/**
 * Serves the built window in `folder` on this machine's own address only, to whoever has the token. `port` null takes a
 * free one near the preferred one. Errors: `server.no-window`, `server.port-in-use`, `server.failed`.
 */
export async function serveWindow(folder: string, port: number | null): Promise<Result<ServedWindow>> {
  const root = path.resolve(folder);
  if (!existsSync(path.join(root, "index.html"))) return fail(issue("server.no-window", { folder: root }));
  const guard = new Guard();
  const server = createServer((request, response) => void answer(guard, root, request, response));
  const listening = await listenOn(server, port);
  if (!listening.ok) return listening;
  const url = `http://${loopback}:${listening.value}/?token=${guard.token}`;
  return ok({ url, port: listening.value, close: () => closed(server) });
}

async function listenOn(server: Server, port: number | null): Promise<Result<number>> {
  if (port !== null) return listen(server, port);
  for (let tried = 0; tried < portTries; tried++) {
    const result = await listen(server, preferredPort + tried);
    if (result.ok || result.issues[0]?.code !== "server.port-in-use") return result;
  }
  return listen(server, 0);
}

const listen = (server: Server, port: number): Promise<Result<number>> =>
  new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException): void =>
      resolve(
        fail(
          error.code === "EADDRINUSE"
            ? issue("server.port-in-use", { tcpPort: port })
            : issue("server.failed", { reason: error.message }),
        ),
      );
    server.once("error", onError);
    server.listen(port, loopback, () => {
      server.off("error", onError);
      resolve(ok(portOf(server)));
    });
  });

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

async function answer(guard: Guard, root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  response.setHeader("Cache-Control", "no-store");
  const port = request.socket.localPort ?? 0;
  const verdict = guard.judge(request, port);
  if (verdict === "forbidden") {
    say(response, 403, forbidden);
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    say(response, 405, "");
    return;
  }
  if (verdict === "enter") {
    welcome(response, guard.cookie(port));
    return;
  }
  const file = await fileAt(root, request.url ?? "/");
  if (!file) {
    say(response, 404, "");
    return;
  }
  if (file.lasting) response.setHeader("Cache-Control", "private, max-age=31536000, immutable");
  response.setHeader("Content-Type", file.type);
  response.setHeader("Content-Length", file.bytes.byteLength);
  response.end(request.method === "HEAD" ? undefined : file.bytes);
}

/** Seen by people who reload after a restart, so it says what to do; in both languages, as none was asked for. */
const forbidden =
  "Open the address that Gradloom printed when it was started; each is good for one visit.\n" +
  "请打开 Gradloom 启动时显示的网址；每个网址只能使用一次。\n";

function say(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.end(text);
}

/**
 * Sets the cookie and goes on to the window under an address without the token. A page and not a redirect: after a link
 * in some other page, a redirect would not send a cookie that is for this site only.
 */
function welcome(response: ServerResponse, cookie: string): void {
  response.setHeader("Set-Cookie", cookie);
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end('<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Gradloom</title>');
}
