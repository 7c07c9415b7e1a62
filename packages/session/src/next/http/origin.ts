import type { SessionPages } from "../../define-session.ts";
import { type Env, isEdge } from "../../env.ts";
import { logEvent } from "../../log.ts";
import { boundedMemory } from "../../memory/bounded-memory.ts";
import { processState } from "../../process-state.ts";

/** How a request reached this site, as far as its proxies say. */
export interface Site {
  /** `https://shop.example`: what the browser's own `Origin` must equal. */
  readonly origin: string;
  /** Whether the browser speaks https to us. */
  readonly secure: boolean;
  /** Whether its name is `APP_ORIGIN`'s, or one that only this machine can have; any other is what the client says. */
  readonly isTrusted: boolean;
}

/**
 * `APP_ORIGIN` decides; without it, the forwarded scheme and host, which Next sets from the socket where no proxy did.
 */
export function siteOf(headers: Headers, env: Env): Site {
  const origin = env.appOrigin ?? forwardedOrigin(headers, env);
  const secure = origin.startsWith("https:");
  if (!secure) warnOfPlainHttp(origin, headers);
  return { origin, secure, isTrusted: env.appOrigin !== null || isLoopback(origin) };
}

type Proxies = Pick<Env, "trustedProxies">;

/**
 * The client's address, without its port. Of IPv6 it is the network (a `/64`): a client with one address there has all
 * of it, and could use a new one for each attempt to sign in.
 */
export function clientAddress(headers: Headers, proxies: Proxies): string {
  const entry = forwarded(headers, "x-forwarded-for", proxies);
  const [, ipv4] = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/.exec(entry) ?? [];
  if (ipv4) return ipv4;
  // With a port it stands in brackets; the zone of a link-local address is dropped.
  const [, bracketed, bare] =
    /^(?:\[([\dA-Fa-f:.]{2,45})\](?::\d{1,5})?|([\dA-Fa-f:.]{2,45})(?:%[\w.-]+)?)$/.exec(entry) ?? [];
  const ipv6 = bracketed ?? bare;
  return (ipv6 && networkOf(ipv6)) || "unknown";
}

/**
 * What the outermost trusted proxy wrote into a list of `X-Forwarded-*`: each proxy adds an entry on the right, and
 * what stands further left is a client's own claim. The first entry where there are fewer, since a proxy may write the
 * header anew. Without a trusted proxy the entry is the one that was written from the socket (believe-sockets-only.ts).
 */
function forwarded(headers: Headers, name: string, { trustedProxies }: Proxies): string {
  const entries = (headers.get(name) ?? "").split(",");
  return (entries.at(-Math.max(1, trustedProxies)) ?? entries[0] ?? "").trim();
}

function networkOf(address: string): string | null {
  const url = `http://[${address}]`;
  if (!URL.canParse(url)) return null;
  // The parser's spelling: no leading zeros, no dots, `::` once at most.
  const [head = "", tail] = new URL(url).hostname.slice(1, -1).split("::");
  const [left, right] = [head, tail ?? ""].map((part) => (part ? part.split(":") : []));
  const groups = [...(left ?? []), ...(right ?? [])];
  if (tail !== undefined) groups.splice(left?.length ?? 0, 0, ...Array(8 - groups.length).fill("0"));
  // An address of IPv4, as a socket that listens on both reports it.
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
export function refererPath(headers: Headers, site: Pick<Site, "origin">): string | null {
  const referer = headers.get("referer");
  if (!referer || !URL.canParse(referer)) return null;
  const url = new URL(referer);
  // A path of this site may begin with `//`, and would lead to another one as a `Location`.
  return url.origin === site.origin ? parseSameSitePath(url.pathname + url.search) : null;
}

/** As browsers write an origin: lower case, without the scheme's own port. */
function forwardedOrigin(headers: Headers, proxies: Proxies): string {
  const scheme =
    forwarded(headers, "x-forwarded-proto", proxies).toLowerCase() === "https" ? "https" : "http";
  const host = forwarded(headers, "x-forwarded-host", proxies) || headers.get("host") || "localhost";
  const url = `${scheme}://${host}`;
  const known = origins.get(url);
  if (known) return known;
  // A host that is none matches no origin of a browser's.
  const isHost = /^[^\s/\\?#@]+$/.test(host) && URL.canParse(url);
  const origin = isHost ? new URL(url).origin : `${scheme}://host.invalid`;
  origins.set(url, origin);
  return origin;
}

// Each request asks, and of a site it is always the same. A client may name any host: so many are remembered at most.
const origins = boundedMemory<string>(100);

/** Whether this is an origin that only this machine can mean (RFC 6761, 6.3): no name that was made to resolve here. */
export function isLoopback(origin: string): boolean {
  return /^https?:\/\/(([a-z\d-]+\.)*localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);
}

/** Once a process: Node says it, so the edge need not. */
function warnOfPlainHttp(origin: string, headers: Headers): void {
  const state = processState();
  if (state.hasWarnedOfPlainHttp || isEdge) return;
  const isHidden = comesFromHttps(headers);
  if (isLoopback(origin) && !isHidden) return;
  state.hasWarnedOfPlainHttp = true;
  logEvent("plain-http", {
    advice: isHidden
      ? "Browsers come by https, and no proxy says so: forward X-Forwarded-Proto and X-Forwarded-Host, or set APP_ORIGIN."
      : "The session cookie travels unprotected. Serve https, or set APP_ORIGIN.",
  });
}

/** A browser says that a page of this very site sent it, and that page came by https: a proxy hides that from us. */
function comesFromHttps(headers: Headers): boolean {
  if (headers.get("sec-fetch-site") !== "same-origin") return false;
  return ["origin", "referer"].some((name) => headers.get(name)?.startsWith("https://"));
}

/**
 * Whether a change may come from where it says it comes from. Browsers send `Sec-Fetch-Site` (W3C Fetch Metadata) over
 * https and to localhost, and it counts first: `Referrer-Policy: no-referrer` alone makes a browser send `Origin: null`
 * from this site's own pages (Fetch, 3.2.7). Without it `Origin` counts; a client that sends neither carries no cookie
 * of a victim.
 */
export function isSameSiteChange(headers: Headers, site: Pick<Site, "origin">): boolean {
  const fetchSite = headers.get("sec-fetch-site");
  if (fetchSite !== null) return fetchSite === "same-origin" || fetchSite === "none";
  const origin = headers.get("origin");
  return origin === null || origin === site.origin;
}

const BASE = "http://same-site.invalid";

/**
 * The path, query and fragment in this text when it leads to a page of this site, else `null`. Browsers read `//host`,
 * `/\host` and paths with tabs or line breaks as other sites (WHATWG URL); whatever the URL parser takes elsewhere, or
 * changes on the way, is refused.
 */
export function parseSameSitePath(text: unknown): string | null {
  if (typeof text !== "string" || text.length > 2000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text)) return null;
  if (text.includes("\\") || !URL.canParse(text, BASE)) return null;
  const url = new URL(text, BASE);
  // `/.//host` becomes `//host` in the parser.
  if (url.origin !== BASE || url.pathname.startsWith("//")) return null;
  return url.pathname + url.search + url.hash;
}

/** The sign-in page, which leads on to `next`. */
export function signInPath({ signIn }: SessionPages, next: string | null): string {
  return next === null ? signIn : `${signIn}?next=${encodeURIComponent(next)}`;
}
