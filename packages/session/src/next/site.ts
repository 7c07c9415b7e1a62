import { type Env, isEdge } from "../env.ts";
import { logEvent } from "../log.ts";
import { parseSameSitePath } from "./same-site-path.ts";

/** How a request reached this site, as far as its proxies tell. */
export interface Site {
  /** `https://shop.example`: what the browser's own `Origin` must equal. */
  readonly origin: string;
  /** Whether the browser speaks https to us. */
  readonly secure: boolean;
}

/** `APP_ORIGIN` decides; without it, the forwarded protocol and host, which Next itself sets from the socket. */
export function siteOf(headers: Headers, env: Env): Site {
  const origin = env.appOrigin ?? forwardedOrigin(headers);
  const secure = origin.startsWith("https:");
  if (!secure) warnOfPlainHttp(origin);
  return { origin, secure };
}

/**
 * The client's address: the rightmost entry, the one that our own proxy wrote. Of IPv6 it is the network (a `/64`): whoever
 * has one address there has all of it, and could take a new one for each attempt to sign in.
 */
export function clientAddress(headers: Headers): string {
  const entries = (headers.get("x-forwarded-for") ?? "").split(",");
  const last = entries.at(-1)?.trim() ?? "";
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(last)) return last;
  return (/^[0-9A-Fa-f:.]{2,45}$/.test(last) && networkOf(last)) || "unknown";
}

function networkOf(address: string): string | null {
  const url = `http://[${address}]`;
  if (!URL.canParse(url)) return null;
  // The parser's spelling: no leading zeros, no dots, `::` once at most.
  const [head = "", tail] = new URL(url).hostname.slice(1, -1).split("::");
  const [left, right] = [head, tail ?? ""].map((part) => (part ? part.split(":") : []));
  const groups = [...(left ?? []), ...(right ?? [])];
  if (tail !== undefined) groups.splice(left?.length ?? 0, 0, ...Array(8 - groups.length).fill("0"));
  // An address of IPv4, as a socket that listens on both tells it.
  if (groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff") {
    const bytes = groups.slice(6).flatMap((group) => {
      const number = Number.parseInt(group, 16);
      return [number >> 8, number & 255];
    });
    return bytes.join(".");
  }
  return `${groups.slice(0, 4).join(":")}::/64`;
}

/** The path and query of the page that sent this request, if it is one of this site's. */
export function refererPath(headers: Headers, site: Site): string | null {
  const referer = headers.get("referer");
  if (!referer || !URL.canParse(referer)) return null;
  const url = new URL(referer);
  // A path of this site may begin with `//`, and would lead to another one as a `Location`.
  return url.origin === site.origin ? parseSameSitePath(url.pathname + url.search) : null;
}

function forwardedOrigin(headers: Headers): string {
  const protocol = firstOf(headers.get("x-forwarded-proto")) === "https" ? "https" : "http";
  const host = firstOf(headers.get("x-forwarded-host")) || headers.get("host") || "localhost";
  return `${protocol}://${host.toLowerCase()}`;
}

function firstOf(list: string | null): string {
  return (list ?? "").split(",")[0]?.trim() ?? "";
}

/** Whether this is an origin that only the machine itself can mean: no name of somebody's that was made to lead here. */
export function isLoopback(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);
}

let warned = false;

/** Once a process: Node says it, so the edge need not. */
function warnOfPlainHttp(origin: string): void {
  if (warned || isEdge || isLoopback(origin)) return;
  warned = true;
  logEvent("plain-http", {
    advice: "The session cookie travels unprotected. Serve https, or set APP_ORIGIN.",
  });
}
