import { guestAt, newVisitor } from "@/deploy/check/visitor";
import type { BenchServer } from "../bench-site";
import type { Target } from "./burst";

/** Something to measure, beside what it is compared with. */
export interface Case {
  readonly group: string;
  readonly name: string;
  readonly target: Target;
  /** The name of the case that its requests a second are divided by; without it, it is one that others are compared with. */
  readonly against?: string;
  /** The ratio that it shall have at least. */
  readonly atLeast?: number;
  /** Why a ratio above 1 does not mean that more work costs less: said wherever there is one. */
  readonly whyAboveOne?: string;
}

const ANSWERED_TOGETHER = "what waits for Redis together is answered together";

/** All that a request may bring, on our own server. */
export async function ourCases({ origin, pid }: BenchServer): Promise<Case[]> {
  const cookie = cookieOf((await guestAt(origin)).cookies);
  const on = (path: string, more: Partial<Target> = {}): Target => ({ url: origin + path, pid, ...more });
  const json = "JSON route, Next";
  const page = "page through the middleware, Next";
  const pageAlone = "the same page, past the middleware";
  const bare = "no session, as much JSON";
  const status = "no session, {status} alone";
  const waiting = "no session, as much JSON, after a turn of the event loop";
  const anonymous = "the same page without a session";
  const kept = newVisitor(origin);
  await kept.send("/api/bench/cookie");
  return [
    { group: json, name: bare, target: on("/api/bench/bare") },
    { group: json, name: status, target: on("/api/bench/status") },
    { group: json, name: waiting, target: on("/api/bench/bare?wait"), against: bare },
    {
      group: json,
      name: "Carryover, signed in",
      target: on("/api/session", { cookie }),
      against: bare,
      atLeast: 0.85,
      whyAboveOne: ANSWERED_TOGETHER,
    },
    {
      group: json,
      name: "Carryover, signed in, and all its JSON",
      target: on("/api/session", { cookie }),
      against: status,
    },
    { group: json, name: "Carryover, no cookie", target: on("/api/session"), against: bare, atLeast: 0.95 },
    {
      group: json,
      name: "Carryover, malformed cookie",
      target: on("/api/session", { cookie: "session=no-seal" }),
      against: bare,
      atLeast: 0.95,
    },
    {
      group: json,
      name: "Carryover, forged seals, each different",
      target: on("/api/session", { cookie, forge: true }),
      against: bare,
      atLeast: 0.7,
    },
    {
      group: json,
      name: "iron-session, all in the cookie (no store)",
      target: on("/api/bench/cookie", { cookie: cookieOf(kept.cookies) }),
      against: bare,
    },
    { group: page, name: anonymous, target: on("/") },
    {
      group: page,
      name: "Carryover, signed in",
      target: on("/", { cookie }),
      against: anonymous,
      atLeast: 0.8,
    },
    { group: pageAlone, name: anonymous, target: on("/api/bench/page") },
    {
      group: pageAlone,
      name: "Carryover, signed in",
      target: on("/api/bench/page", { cookie }),
      against: anonymous,
      whyAboveOne: ANSWERED_TOGETHER,
    },
  ];
}

export function cookieOf(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}
