import { type Env, isEdge } from "@/lib/env";
import { logEvent } from "@/lib/log";
import { parseSameSitePath } from "./same-site-path";

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

/** The client's address: the rightmost entry, the one that our own proxy wrote. */
export function clientAddress(headers: Headers): string {
  const entries = (headers.get("x-forwarded-for") ?? "").split(",");
  const last = entries.at(-1)?.trim() ?? "";
  return /^[0-9A-Fa-f:.]{2,45}$/.test(last) ? last : "unknown";
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

let warned = false;

/** Once a process: Node says it, so the edge need not. */
function warnOfPlainHttp(origin: string): void {
  if (warned || isEdge || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin)) return;
  warned = true;
  logEvent("plain-http", {
    advice: "The session cookie travels unprotected. Serve https, or set APP_ORIGIN.",
  });
}
