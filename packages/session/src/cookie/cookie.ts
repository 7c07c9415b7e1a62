import type { Env } from "../env.ts";
import type { SessionId } from "../session-id.ts";
import { openSeal, SESSION_PURPOSE, type SealRefusal, sealRefusal, sealSessionId } from "./seal.ts";

/** What decides the cookie's name and its Secure attribute. */
export interface CookieScope {
  readonly env: Pick<Env, "cookieName">;
  /** Whether the browser speaks https to us. */
  readonly secure: boolean;
}

interface SessionCookieOptions {
  readonly env: Env;
  readonly secure: boolean;
  readonly leftMs: number;
  readonly remember?: boolean | undefined;
}

/**
 * A seal outlives its cookie by a day: Redis alone ends sessions, and the clock of a server that is ahead must not end
 * one before. iron-session itself allows for a minute.
 */
const SEAL_GRACE_SECONDS = 86_400;

/** A cookie as it is to be set; always `HttpOnly` and `SameSite=Lax`. */
export interface CookieToSet {
  readonly name: string;
  readonly value: string;
  /** Without it the cookie ends with the browser. */
  readonly maxAgeSeconds?: number | undefined;
  readonly path: string;
  readonly secure: boolean;
}

/** The cookie as the value of `Set-Cookie`. */
export function setCookieLine({ name, value, ...rest }: CookieToSet): string {
  return [`${name}=${value}`, ...attributesOf(rest)].join("; ");
}

function attributesOf({ maxAgeSeconds, path, secure }: Omit<CookieToSet, "name" | "value">): string[] {
  return [
    ...(maxAgeSeconds === undefined ? [] : [`Max-Age=${maxAgeSeconds}`]),
    `Path=${path}`,
    "HttpOnly",
    ...(secure ? ["Secure"] : []),
    "SameSite=Lax",
  ];
}

function nameOf({ env, secure }: CookieScope): string {
  return (secure ? "__Host-" : "") + env.cookieName;
}

function toSet(scope: CookieScope, value: string, maxAgeSeconds: number | undefined): CookieToSet {
  return { name: nameOf(scope), value, maxAgeSeconds, path: PATH, secure: scope.secure };
}

const PATH = "/";

/**
 * The browser's session ID, sealed. It is written for the time to the session's absolute end, or until the browser is
 * closed: the idle timeout is Redis' alone, so the cookie need not be written again while it is renewed.
 *
 * A `__Host-` name needs Secure, Path=/ and no Domain (RFC 6265bis 4.1.3.2), so that no other host or path can plant
 * it; plain http allows no such name.
 */
export const sessionCookie = {
  name: nameOf,
  attributes: ({ secure }: CookieScope, maxAgeSeconds?: number) =>
    attributesOf({ maxAgeSeconds, path: PATH, secure }),

  /** The raw values of these cookies in a `Cookie` header. Nothing about them is known to be true. */
  values: (cookieHeader: string | null, scope: CookieScope) => cookieCandidates(cookieHeader, nameOf(scope)),

  /**
   * The session ID of the first of these values that opens, else `null`.
   *
   * @param refused gets the reason for each value before it that has the form of a seal and does not open
   */
  async open(
    values: readonly string[],
    env: Env,
    refused?: (why: SealRefusal) => void,
  ): Promise<SessionId | null> {
    for (const value of values) {
      const id = await openSeal(value, SESSION_PURPOSE, env.sessionSecrets);
      if (id) return id;
      const refusal = refused && (await sealRefusal(value, env.sessionSecrets));
      if (refusal) refused(refusal);
    }
    return null;
  },

  /**
   * The cookie that hands the session to the browser.
   *
   * @param leftMs the time to the session's absolute end; its last second still gets a cookie of a second, since
   *   `Max-Age=0` would take the cookie away
   * @param remember as in the session: without it the cookie ends with the browser
   */
  async sealed(
    id: SessionId,
    { env, secure, leftMs, remember = true }: SessionCookieOptions,
  ): Promise<CookieToSet> {
    const leftSeconds = Math.max(1, Math.ceil(leftMs / 1000));
    const ttlSeconds = leftSeconds + SEAL_GRACE_SECONDS;
    const sealing = { purpose: SESSION_PURPOSE, secrets: env.sessionSecrets, ttlSeconds };
    return toSet({ env, secure }, await sealSessionId(id, sealing), remember ? leftSeconds : undefined);
  },

  /**
   * The cookie that takes the session away from the browser. An empty cookie of a second, and no deleted one:
   * Chromium restores a page from its back/forward cache after a deletion, and not after a change of a value.
   */
  emptied: (scope: CookieScope) => toSet(scope, "", 1),
};

/** More cookies of our name than this are an attack on our patience. */
const MAX_CANDIDATES = 4;

/**
 * Every value of the cookies of this name in a `Cookie` header, in order, unquoted and undecoded: a seal needs no
 * decoding, so a stray `%` cannot throw. A parent domain or another path may have planted a second one of our name
 * (RFC 6265 4.2.2: servers should not rely on the order). An empty value is no cookie: a log-out leaves one behind.
 */
export function cookieCandidates(cookieHeader: string | null, name: string): string[] {
  const values = (cookieHeader ?? "").split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    const value = trimmed(pair.slice(at + 1));
    return at > 0 && value !== "" && trimmed(pair.slice(0, at)) === name ? [value] : [];
  });
  return values.slice(0, MAX_CANDIDATES);
}

/**
 * Without the spaces and tabs around it (RFC 6265bis, 5.6). `trim()` takes away more: with a no-break space before it,
 * a `__Host-` name is none for the browser, which lets any host or path set it, and would be ours.
 */
function trimmed(text: string): string {
  const isBlank = (at: number) => text[at] === " " || text[at] === "\t";
  let [from, to] = [0, text.length];
  while (from < to && isBlank(from)) from++;
  while (to > from && isBlank(to - 1)) to--;
  return text.slice(from, to);
}
