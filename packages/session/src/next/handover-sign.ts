import type { Env } from "../env.ts";
import type { LiveText } from "../redis/scripts/read-session.ts";
import { encode, encodeBase64url, signText } from "../web-crypto.ts";

/** The request header in which the middleware hands the session on to the render of the same request. */
export const SESSION_HEADER = "x-carryover-session";
/**
 * The request header in which it says which page was asked for. A client may set it, too: a page trusts it no further
 * than a field of a form.
 */
export const PAGE_HEADER = "x-carryover-page";

/** What the middleware found, and what of the request's deadline that took. */
export type Handover = { readonly spentMs: number } & (
  | HandedText
  | { readonly state: "none" }
  | { readonly state: "unavailable" }
);

/**
 * The session's text as Redis has it: only the page reads what is in it, and its process has seen the session then, and
 * changes it in one request.
 */
export interface HandedText extends LiveText {
  readonly handle: string;
}

/**
 * Signs what the middleware found: `time.mac.payload`, the MAC over the time, the payload and the session cookies of
 * the request. A client could write the header itself, and where the middleware does not run it would stay: only what
 * this server signed, for these very cookies and a moment ago, is accepted.
 */
export async function signHandover(
  handover: Handover,
  cookies: readonly string[],
  env: Env,
): Promise<string> {
  const [time, payload] = [`${Date.now()}`, payloadOf(JSON.stringify(handover))];
  return `${time}.${await signText(env, HANDOVER_KEY, textToSign(time, payload, cookies))}.${payload}`;
}

/** A header holds ASCII. What is more goes as base64url, which begins with no brace. */
function payloadOf(json: string): string {
  return /[^\x20-\x7e]/.test(json) ? encodeBase64url(encode(json)) : json;
}

/** What the MAC is over. */
export function textToSign(time: string, payload: string, cookies: readonly string[]): string {
  return [time, payload, ...cookies].join("\n");
}

/** The purpose of the key that signs: no seal passes for a signature. */
export const HANDOVER_KEY = "session header key";
