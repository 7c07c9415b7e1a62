import type { Env } from "@/lib/env";
import type { SessionId } from "@/lib/session/session-id";
import { cookieCandidates } from "./cookie-candidates";
import { openSeal, sealSessionId } from "./seal";

/** How the browser reached us: it decides the cookie's name and its Secure attribute. */
export interface CookieOptions {
  readonly secure: boolean;
}

// A __Host- name needs Secure, Path=/ and no Domain (RFC 6265bis 4.1.3.2), so that no other host or path can plant it.
// Plain http allows neither.
function cookieName({ secure }: CookieOptions): string {
  return secure ? "__Host-session" : "session";
}

/** The raw values of the session cookies in a `Cookie` header. Nothing about them is known to be true. */
export function sessionCookies(cookieHeader: string | null, options: CookieOptions): string[] {
  return cookieCandidates(cookieHeader, cookieName(options));
}

/** The session ID of the first of these cookies that opens, else `null`. */
export async function openSessionCookie(values: readonly string[], env: Env): Promise<SessionId | null> {
  for (const value of values) {
    const id = await openSeal(value, env.sessionSecrets);
    if (id) return id;
  }
  return null;
}

/**
 * The `Set-Cookie` value that hands the session to the browser. Max-Age and the seal's own end are exactly
 * `lifetimeSeconds`: the idle clock is Redis' alone, so the cookie need not be written again while it slides.
 */
export async function sessionSetCookie(
  id: SessionId,
  { env, secure, lifetimeSeconds }: CookieOptions & { env: Env; lifetimeSeconds: number },
): Promise<string> {
  const seal = await sealSessionId(id, { secrets: env.sessionSecrets, ttlSeconds: lifetimeSeconds });
  return setCookie({ secure, value: seal, maxAgeSeconds: lifetimeSeconds });
}

/** The `Set-Cookie` value that takes the session away from the browser. */
export function clearedSetCookie({ secure }: CookieOptions): string {
  return setCookie({ secure, value: "", maxAgeSeconds: 0 });
}

function setCookie({
  secure,
  value,
  maxAgeSeconds,
}: CookieOptions & { value: string; maxAgeSeconds: number }): string {
  const attributes = [`${cookieName({ secure })}=${value}`, `Max-Age=${maxAgeSeconds}`, "Path=/", "HttpOnly"];
  return [...attributes, ...(secure ? ["Secure"] : []), "SameSite=Lax"].join("; ");
}
