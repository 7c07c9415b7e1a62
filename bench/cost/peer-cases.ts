import { newVisitor } from "@/deploy/check/visitor";
import type { BenchServer } from "../bench-site";
import { type Case, cookieOf } from "./cases";

/** The two routes of express-session with connect-redis. */
export async function expressCases({ origin, pid }: BenchServer): Promise<Case[]> {
  const visitor = newVisitor(origin);
  await visitor.send("/session");
  return peerCases({
    group: "JSON route, Express",
    name: "express-session + connect-redis, signed in",
    origin,
    pid,
    cookie: cookieOf(visitor.cookies),
  });
}

/** The two routes of better-auth with Redis as its secondary storage. */
export async function betterAuthCases({ origin, pid }: BenchServer): Promise<Case[]> {
  const response = await fetch(`${origin}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: JSON.stringify({ name: "bench", email: "bench@example.com", password: "correct horse battery" }),
  });
  if (!response.ok) throw new Error(`better-auth signs nobody up: ${await response.text()}`);
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  return peerCases({
    group: "JSON route, Express with better-auth",
    name: "better-auth on secondary storage, signed in",
    origin,
    pid,
    cookie,
  });
}

interface Peer extends Pick<BenchServer, "origin" | "pid"> {
  readonly group: string;
  readonly name: string;
  readonly cookie: string;
}

function peerCases({ group, name, origin, pid, cookie }: Peer): Case[] {
  const bare = "no session at all";
  return [
    { group, name: bare, target: { url: `${origin}/bare`, pid } },
    { group, name, target: { url: `${origin}/session`, pid, cookie }, against: bare },
  ];
}
