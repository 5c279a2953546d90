import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** What a request may have. `enter`: it brought the token and gets a cookie for it. */
export type Verdict = "allowed" | "enter" | "forbidden";

/**
 * Decides who may see the window. Any page in any browser can send requests to this machine's own address, so being
 * local proves nothing: a request must carry a secret, name this server as its host (else a foreign name was pointed
 * here, DNS rebinding), and come from no other page.
 */
export class Guard {
  /** Stands in the address that is printed; good for one visit, since addresses end up in histories. */
  readonly token = secret();
  readonly #session = secret();
  #spent = false;

  judge(request: IncomingMessage, port: number): Verdict {
    const { host, origin, cookie } = request.headers;
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
    if (!host || !hosts.includes(host)) return "forbidden";
    if (origin !== undefined && origin !== `http://${host}`) return "forbidden";
    const given = tokenIn(request.url ?? "");
    const known = equal(cookieNamed(cookieName(port), cookie ?? ""), this.#session);
    // A visit with a spent token is one that already has the cookie, such as a reload.
    if (given !== null && (known || (!this.#spent && equal(given, this.token)))) {
      this.#spent = true;
      return "enter";
    }
    return known ? "allowed" : "forbidden";
  }

  /** Cookies are shared by all ports of a host, so the name has the port in it. */
  cookie(port: number): string {
    return `${cookieName(port)}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
  }
}

const secret = (): string => randomBytes(32).toString("base64url");
const cookieName = (port: number): string => `gradloom-${port}`;

/** The query parameter `token` of a request's target; null where it has none, or is no address. */
function tokenIn(target: string): string | null {
  const at = target.indexOf("?");
  return at < 0 ? null : new URLSearchParams(target.slice(at + 1)).get("token");
}

function cookieNamed(name: string, header: string): string {
  const pairs = header.split(";").map((p) => p.trim());
  return pairs.find((p) => p.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

/** Takes as long whatever the difference is. */
function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
