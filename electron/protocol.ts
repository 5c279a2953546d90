import { protocol } from "electron";
import { fileAt } from "../src/server/files.ts";

export const scheme = "app";
const host = "gradloom";
/** Where the window lives. A scheme of its own: no page of the web has the same origin, and nothing is read as `file:`. */
export const origin = `${scheme}://${host}`;
export const startPage = `${origin}/index.html`;

/** The page may load what lies in its own folder, and nothing else. */
export const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
].join("; ");

const headers = {
  "Content-Security-Policy": policy,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-cache",
} as const;

/** To be called before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built window in `folder` under the app's own scheme. */
export function serveScheme(folder: string): void {
  protocol.handle(scheme, async ({ url, method }) => {
    const { host: named, pathname } = new URL(url);
    const file = named === host && method === "GET" ? await fileAt(folder, pathname) : null;
    if (!file) return new Response(null, { status: 404, headers });
    return new Response(file.bytes as Uint8Array<ArrayBuffer>, { headers: { ...headers, "Content-Type": file.type } });
  });
}
