import type { Env } from "../env.ts";
import type { SessionId } from "../session-id.ts";
import { cookieCandidates } from "./cookie-candidates.ts";
import { openSeal, type SealPurpose, type SealRefusal, sealRefusal, sealSessionId } from "./seal.ts";

/** How the browser reached us: it decides the cookie's name and its Secure attribute. */
export interface CookieOptions {
  readonly secure: boolean;
}

interface Kind {
  readonly purpose: SealPurpose;
  /** Put before the name on https; plain http allows no such name. */
  readonly prefix: "__Host-" | "__Secure-";
  readonly path: string;
}

/** A cookie that carries a session ID, sealed. */
export function sealedCookie({ purpose, prefix, path }: Kind) {
  const name = ({ secure }: CookieOptions) => (secure ? prefix : "") + purpose;
  const attributes = ({ secure }: CookieOptions, maxAgeSeconds: number) => [
    `Max-Age=${maxAgeSeconds}`,
    `Path=${path}`,
    "HttpOnly",
    ...(secure ? ["Secure"] : []),
    "SameSite=Lax",
  ];
  const line = (options: CookieOptions, value: string, maxAgeSeconds: number) =>
    [`${name(options)}=${value}`, ...attributes(options, maxAgeSeconds)].join("; ");

  return {
    name,
    attributes,

    /** The raw values of these cookies in a `Cookie` header. Nothing about them is known to be true. */
    values: (cookieHeader: string | null, options: CookieOptions) =>
      cookieCandidates(cookieHeader, name(options)),

    /**
     * The session ID of the first of these values that opens, else `null`.
     *
     * @param refused told of each before it that looks like a seal of ours and is none
     */
    async open(
      values: readonly string[],
      env: Env,
      refused?: (why: SealRefusal) => void,
    ): Promise<SessionId | null> {
      for (const value of values) {
        const id = await openSeal(value, purpose, env.sessionSecrets);
        if (id) return id;
        const refusal = refused && (await sealRefusal(value, env.sessionSecrets));
        if (refusal) refused(refusal);
      }
      return null;
    },

    /** The `Set-Cookie` value that hands the session to the browser; Max-Age and the seal's own end are the same. */
    async setCookie(
      id: SessionId,
      { env, secure, lifetimeSeconds }: CookieOptions & { env: Env; lifetimeSeconds: number },
    ): Promise<string> {
      const seal = await sealSessionId(id, {
        purpose,
        secrets: env.sessionSecrets,
        ttlSeconds: lifetimeSeconds,
      });
      return line({ secure }, seal, lifetimeSeconds);
    },

    /** The `Set-Cookie` value that takes the session away from the browser. */
    cleared: (options: CookieOptions) => line(options, "", 0),
  };
}
