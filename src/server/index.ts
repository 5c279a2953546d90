import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import path from "node:path";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { EngineSocket, type Program, refuse, socketPath } from "./engine-socket.ts";
import { fileAt, type ServedFile } from "./files.ts";
import { Guard } from "./guard.ts";

export type { Program } from "./engine-socket.ts";
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

/** Where scripts of the page may connect to: this server only. Browsers differ in whether 'self' is its socket too. */
const connectable = (host: string): string => `connect-src 'self' ws://${host}`;

/** Also said by the page itself; here it cannot be left out, and it forbids frames. */
const policy = (host: string): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    connectable(host),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/** Seconds that a client may take for a request, and limits for those that open many and say nothing. */
const patience = { headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 10_000 };
const socketLimit = 1024;

const securityHeaders = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()",
} as const;

/**
 * Serves the built window in `folder` on this machine's own address only, to whoever has the token, and with it the
 * `program` that trains, where there is one. `port` null takes a free one near the preferred one.
 * Errors: `server.no-window`, `server.port-in-use`, `server.failed`.
 */
export async function serveWindow(
  folder: string,
  port: number | null,
  program: Program | null = null,
): Promise<Result<ServedWindow>> {
  const root = path.resolve(folder);
  if (!existsSync(path.join(root, "index.html"))) return fail(issue("server.no-window", { folder: root }));
  const guard = new Guard();
  const socket = program && new EngineSocket(program);
  const server = createServer(patience, (request, response) => {
    void answer({ guard, root, programmed: socket !== null }, request, response);
  });
  server.maxConnections = socketLimit;
  server.on("upgrade", (request, connection, head) => {
    // Without a listener an error of the connection would end the program.
    connection.on("error", () => {});
    const status = upgradeStatus(guard, request);
    if (status !== 101 || !socket) refuse(connection, status === 101 ? 404 : status);
    else socket.accept(request, connection, head);
  });
  const listening = await listenOn(server, port);
  if (!listening.ok) {
    socket?.close();
    return listening;
  }
  const url = `http://${loopback}:${listening.value}/?token=${guard.token}`;
  const close = (): Promise<void> => {
    socket?.close();
    return closed(server);
  };
  return ok({ url, port: listening.value, close });
}

/**
 * Whether a page gets a socket. Browsers send any page's cookies along when it opens one, and always say which page it
 * is: here a missing origin is a wrong one.
 */
function upgradeStatus(guard: Guard, request: IncomingMessage): 101 | 403 | 404 {
  const allowed = guard.judge(request, request.socket.localPort ?? 0) === "allowed";
  if (!allowed || request.headers.origin === undefined) return 403;
  return request.url === socketPath ? 101 : 404;
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

interface Served {
  readonly guard: Guard;
  readonly root: string;
  /** A program that trains is behind the window. */
  readonly programmed: boolean;
}

async function answer(
  { guard, root, programmed }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
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
  const host = request.headers.host ?? "";
  response.setHeader("Content-Security-Policy", policy(host));
  const found = await fileAt(root, request.url ?? "/");
  if (!found) {
    say(response, 404, "");
    return;
  }
  const file = programmed ? withProgram(found, host) : found;
  if (file.lasting) response.setHeader("Cache-Control", "private, max-age=31536000, immutable");
  response.setHeader("Content-Type", file.type);
  response.setHeader("Content-Length", file.bytes.byteLength);
  response.end(request.method === "HEAD" ? undefined : file.bytes);
}

/** The page, told where its program is, and allowed to connect there. Other files are as they are. */
function withProgram(file: ServedFile, host: string): ServedFile {
  if (!file.type.startsWith("text/html")) return file;
  const page = Buffer.from(file.bytes)
    .toString("utf8")
    .replace("connect-src 'self'", connectable(host))
    .replace("</head>", `<meta name="gradloom-engine" content="${socketPath}"></head>`);
  return { ...file, bytes: Buffer.from(page) };
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
