import type { Env } from "../env.ts";
import type { KeptFields } from "../redis/seen-sessions.ts";
import type { CurrentSession } from "../session-snapshot.ts";
import { encode, encodeBase64url, signText } from "../web-crypto.ts";

/** The request header in which the middleware hands the session on to the render of the same request. */
export const SESSION_HEADER = "x-carryover-session";
/**
 * The request header in which it says which page was asked for. A client may set it, too: a page trusts it no further
 * than a field of a form.
 */
export const PAGE_HEADER = "x-carryover-page";

/** What the middleware found, and what of the request's deadline that took. */
export type Handover<D = unknown> = { readonly spentMs: number } & (
  | {
      readonly state: "live";
      readonly session: CurrentSession<D>;
      /**
       * What else stands in its text: with it the page's process has seen the session, and changes it in one request.
       */
      readonly v?: number;
      readonly kept?: KeptFields | undefined;
    }
  | { readonly state: "none" }
  | { readonly state: "unavailable" }
);

/**
 * Signs what the middleware found: `time.payload.mac`, the MAC over the time, the payload and the session cookies of
 * the request. A client could write the header itself, and where the middleware does not run it would stay: only what
 * this server signed, for these very cookies and a moment ago, is accepted.
 */
export async function signHandover(
  handover: Handover,
  cookies: readonly string[],
  env: Env,
): Promise<string> {
  const signed = `${Date.now()}.${encodeBase64url(encode(JSON.stringify(handover)))}`;
  return `${signed}.${await signText(env, HANDOVER_KEY, textToSign(signed, cookies))}`;
}

/** What the MAC is over. */
export function textToSign(signed: string, cookies: readonly string[]): string {
  return [signed, ...cookies].join("\n");
}

/** The purpose of the key that signs: no seal passes for a signature. */
export const HANDOVER_KEY = "session header key";
