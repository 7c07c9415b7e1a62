import { createHash, createHmac } from "node:crypto";
import type { OutgoingHttpHeaders } from "node:http";
import { SESSION_HEADER } from "@carryover/session/internal/next/handover-sign";

/** What an attacker writes into a session of their own making; seen in an answer, it was believed. */
export const FORGED = "Forged-by-Mallory";

/** Headers that once made, or might make, a server of Next skip its middleware or take one request for another. */
export function spoofedHeaders(path: string): Readonly<Record<string, OutgoingHttpHeaders>> {
  return {
    ...forgedSessions(),
    ...eachValue("x-middleware-subrequest", SUBREQUESTS),
    "x-middleware-subrequest-id": {
      "x-middleware-subrequest": "middleware",
      "x-middleware-subrequest-id": "1",
    },
    ...internals(path),
    ...routerRequests(path),
    ...forwarded(path),
    ...overrides,
  };
}

// CVE-2025-29927: the middleware's own name, five times in the versions that count how deep they are.
const NAMES = ["middleware", "src/middleware", "pages/_middleware", "proxy", "src/proxy"];
const SUBREQUESTS = NAMES.flatMap((name) => [name, Array(5).fill(name).join(":")]);

function eachValue(name: string, values: readonly string[]): Record<string, OutgoingHttpHeaders> {
  return Object.fromEntries(values.map((value) => [`${name}: ${value}`, { [name]: value }]));
}

/** What Next's servers, its middleware and its hosts say to one another; `filterInternalHeaders` drops a part of it. */
function internals(path: string): Record<string, OutgoingHttpHeaders> {
  const forged = forgedHandover("", "");
  return {
    "x-middleware-next": { "x-middleware-next": "1" },
    "x-middleware-skip": { "x-middleware-skip": "1" },
    "x-middleware-invoke": { "x-middleware-invoke": "" },
    "x-middleware-prefetch": { "x-middleware-prefetch": "1" },
    "x-middleware-cache": { "x-middleware-cache": "no-cache" },
    "x-middleware-rewrite": { "x-middleware-rewrite": path },
    "x-middleware-redirect": { "x-middleware-redirect": path },
    "x-middleware-set-cookie": { "x-middleware-set-cookie": "session=x" },
    "an overridden session header": {
      "x-middleware-override-headers": SESSION_HEADER,
      [`x-middleware-request-${SESSION_HEADER}`]: forged,
    },
    "an overridden cookie": {
      "x-middleware-override-headers": "cookie",
      "x-middleware-request-cookie": "session=x",
    },
    "x-invoke-path": { "x-invoke-path": path, "x-invoke-query": "%7B%7D" },
    "x-invoke-status": { "x-invoke-status": "200", "x-invoke-path": path },
    "x-invoke-output": { "x-invoke-output": path },
    "x-invoke-error": { "x-invoke-error": JSON.stringify({ message: "x" }) },
    "x-matched-path": { "x-matched-path": path },
    "x-nextjs-matched-path": { "x-nextjs-matched-path": path },
    "x-now-route-matches": { "x-now-route-matches": `1=${encodeURIComponent(path)}`, "x-matched-path": "/" },
    "x-nextjs-data": { "x-nextjs-data": "1" },
    "x-nextjs-rewritten-path": { "x-nextjs-rewritten-path": path, "x-nextjs-rewritten-query": "a=1" },
    "x-nextjs-rewrite": { "x-nextjs-rewrite": path },
    "x-nextjs-redirect": { "x-nextjs-redirect": path },
    "x-nextjs-postponed": { "x-nextjs-postponed": "1" },
    "x-nextjs-prerender": { "x-nextjs-prerender": "1" },
    "next-resume": { "next-resume": "1", "x-next-resume-state-length": "0" },
    "x-prerender-revalidate": { "x-prerender-revalidate": "0".repeat(32) },
    "x-prerender-revalidate-if-generated": { "x-prerender-revalidate-if-generated": "1" },
    "x-vercel-protection-bypass": { "x-vercel-protection-bypass": "1" },
    "x-action-forwarded": { "x-action-forwarded": "1" },
    "preview cookies": { cookie: "__prerender_bypass=x; __next_preview_data=x" },
  };
}

/** What Next's router sends: the page as data, in whole or in part. */
function routerRequests(path: string): Record<string, OutgoingHttpHeaders> {
  const page = path === "/" ? "/__PAGE__" : `${path}/__PAGE__`;
  const tree = encodeURIComponent(JSON.stringify(["", { children: [path.slice(1), {}] }, null, "refetch"]));
  return {
    rsc: { rsc: "1" },
    "rsc: yes": { rsc: "yes" },
    "rsc with a tree": { rsc: "1", "next-router-state-tree": tree, "next-url": path },
    "a prefetch": { rsc: "1", "next-router-prefetch": "1", purpose: "prefetch" },
    "a prefetch of two": { rsc: "1", "next-router-prefetch": "2" },
    ...Object.fromEntries(
      ["/_tree", "/_full", "/_index", "/_head", page].map((segment) => [
        `the segment ${segment}`,
        { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": segment },
      ]),
    ),
    "an instant navigation": { rsc: "1", cookie: "next-instant-navigation-testing=1" },
    "a hot reload": { rsc: "1", "next-hmr-refresh": "1" },
    "a speculation": { "sec-purpose": "prefetch;prerender", purpose: "prefetch", "x-moz": "prefetch" },
    "next-url": { "next-url": path },
    "next-action": { "next-action": "0".repeat(40) },
  };
}

/** What proxies say. */
function forwarded(path: string): Record<string, OutgoingHttpHeaders> {
  return {
    ...eachValue("x-forwarded-host", ["evil.example", "localhost, evil.example", "a b", "["]),
    ...eachValue("x-forwarded-proto", ["https", "javascript", "http, https"]),
    ...eachValue("x-forwarded-for", ["127.0.0.1", "::1", "localhost", "x".repeat(2000)]),
    "x-forwarded-port": { "x-forwarded-port": "443" },
    "x-forwarded-prefix": { "x-forwarded-prefix": path },
    "x-forwarded-user": { "x-forwarded-user": "admin", "x-remote-user": "admin", "remote-user": "admin" },
    forwarded: { forwarded: "for=127.0.0.1;host=localhost;proto=https" },
    "x-real-ip": { "x-real-ip": "127.0.0.1", "true-client-ip": "127.0.0.1", "cf-connecting-ip": "127.0.0.1" },
    "x-original-url": { "x-original-url": path, "x-rewrite-url": path, "x-forwarded-uri": path },
    "another Host": { host: "evil.example" },
    authorization: { authorization: "Bearer x" },
  };
}

const overrides: Record<string, OutgoingHttpHeaders> = Object.fromEntries(
  ["GET", "POST", "DELETE"].map((method) => [
    `an override to ${method}`,
    { "x-http-method-override": method, "x-http-method": method, "x-method-override": method },
  ]),
);

/** The header in which the middleware hands the session on, as someone would write it who does not know the secret. */
function forgedSessions(): Record<string, OutgoingHttpHeaders> {
  const cookie = "session=Fe26.2*1*forged";
  const unsigned = forgedHandover(cookie, "");
  const name = SESSION_HEADER;
  const forged: Record<string, string | string[]> = {
    "signed with nothing": unsigned,
    "signed with the name of the secret": forgedHandover(cookie, "SESSION_SECRET"),
    "not signed": unsigned.replace(/[^.]+$/, "A".repeat(43)),
    "without a signature": unsigned.replace(/\.[^.]+$/, ""),
    "in the clear": JSON.stringify(handover()),
    twice: [unsigned, unsigned],
  };
  const headers = Object.entries(forged).map(([how, value]) => [how, { [name]: value, cookie }] as const);
  return {
    ...Object.fromEntries(headers.map(([how, lie]) => [`a session header ${how}`, lie])),
    "a session header without a cookie": { [name]: unsigned },
    "a session header under another name": {
      [name.toUpperCase().replaceAll("-", "_")]: unsigned,
      [`x-middleware-request-${name}`]: unsigned,
      cookie,
    },
  };
}

/** As `signHandover` makes it, with a secret of the attacker's own. */
function forgedHandover(cookie: string, secret: string): string {
  const signed = `${Date.now()}.${Buffer.from(JSON.stringify(handover())).toString("base64url")}`;
  const key = createHash("sha256").update(`session header key ${secret}`).digest();
  const mac = createHmac("sha256", key)
    .update(`${signed}\n${cookie.slice("session=".length)}`)
    .digest("base64url");
  return `${signed}.${mac}`;
}

function handover() {
  const now = Date.now();
  const times = { createdAt: now, expiresAt: now + 600_000, idleSeconds: 600 };
  const user = { id: FORGED, name: FORGED };
  const profile = { displayName: FORGED, locale: "en-GB", theme: "dark" };
  const rest = { cart: { lines: [] }, views: [], servedBy: "a", device: FORGED };
  const session = { v: 1, revision: 1, ...times, user, profile, ...rest };
  return { state: "live", known: { handle: FORGED, session, ttlMs: 600_000, nowMs: now } };
}
