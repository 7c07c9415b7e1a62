import { Problem } from "@carryover/session";
import type { Site } from "@carryover/session/next";
import * as client from "openid-client";
import { readOpenIdEnv } from "./openid-env";
import type { PendingSignIn } from "./session-definition";

/** Who somebody is at the provider. `sub` alone is unique at one issuer only (OpenID Connect Core, 5.7). */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
}

const TIMEOUT_SECONDS = 5;

let discovered: Promise<client.Configuration> | undefined;

/** The provider's addresses and keys, asked for once; again where it could not be reached. */
async function provider(): Promise<client.Configuration> {
  discovered ??= discover();
  const asked = discovered;
  try {
    return await asked;
  } catch (error) {
    if (discovered === asked) discovered = undefined;
    throw problemOf(error, "provider-unreachable");
  }
}

function discover(): Promise<client.Configuration> {
  const { issuer, clientId, clientSecret } = readOpenIdEnv();
  const isLocal = issuer.protocol === "http:" && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(issuer.hostname);
  return client.discovery(issuer, clientId, clientSecret, client.ClientSecretBasic(clientSecret), {
    timeout: TIMEOUT_SECONDS,
    // The signature of the ID token is checked as well: over plain http nothing else says who has written it.
    execute: [client.enableNonRepudiationChecks, ...(isLocal ? [client.allowInsecureRequests] : [])],
  });
}

/** Begins a sign-in: what the session keeps of it, and the provider's page for the browser. @throws Problem */
export async function beginSignIn(
  site: Site,
  next: string,
): Promise<{ readonly pending: PendingSignIn; readonly url: string }> {
  const config = await provider();
  const pending = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    codeVerifier: client.randomPKCECodeVerifier(),
    next,
    takenBy: "",
  };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callbackUrl(site).href,
    scope: "openid profile",
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(pending.codeVerifier),
    code_challenge_method: "S256",
  });
  return { pending, url: url.href };
}

/**
 * Exchanges the code that the browser has brought. The code works once; state, nonce and verifier bind it to the session
 * that has asked for it. No token is kept: the app wants to know who it is, and nothing else.
 *
 * @param query of the callback, with its question mark
 * @throws Problem `provider-refused`, `provider-unreachable`
 */
export async function finishSignIn(site: Site, query: string, pending: PendingSignIn): Promise<Identity> {
  const config = await provider();
  const url = callbackUrl(site);
  url.search = query;
  const tokens = await client
    .authorizationCodeGrant(config, url, {
      expectedState: pending.state,
      expectedNonce: pending.nonce,
      pkceCodeVerifier: pending.codeVerifier,
    })
    .catch((error: unknown) => {
      throw problemOf(error, isOutage(error) ? "provider-unreachable" : "provider-refused");
    });
  const claims = tokens.claims();
  if (!claims) throw problemOf(null, "provider-refused");
  const { iss: issuer, sub: subject, name } = claims;
  return { issuer, subject, name: typeof name === "string" ? name : subject };
}

/** The provider's own log-out, which leads back to this site (OpenID Connect RP-Initiated Logout), where it has one. */
export async function signOutUrl(site: Site): Promise<string | null> {
  const config = await provider().catch(() => null);
  if (!config?.serverMetadata().end_session_endpoint) return null;
  return client.buildEndSessionUrl(config, { post_logout_redirect_uri: `${site.origin}/` }).href;
}

/** Said to the provider when the app is registered there, and compared letter by letter. */
function callbackUrl(site: Site): URL {
  return new URL("/api/callback", site.origin);
}

const OUTAGES = ["OAUTH_TIMEOUT", "OAUTH_ABORT", "OAUTH_RESPONSE_IS_NOT_CONFORM"];

/** Whether there was no answer, or a 5xx. The code has not been used then, as far as anybody knows. */
function isOutage(error: unknown): boolean {
  // What `fetch` throws where it cannot connect is a TypeError.
  if (error instanceof TypeError) return true;
  return error instanceof client.ClientError && OUTAGES.includes(error.code ?? "");
}

const problems = {
  "provider-refused": [400, "The provider has refused this sign-in."],
  "provider-unreachable": [502, "The provider cannot be reached."],
} as const;

/** The reason is for the log, in a word: the error itself may hold tokens. */
function problemOf(error: unknown, code: keyof typeof problems): Problem {
  const word = error instanceof Error ? ("code" in error && error.code) || error.name : "no ID token";
  console.error(JSON.stringify({ time: new Date().toISOString(), event: code, reason: String(word) }));
  const [status, detail] = problems[code];
  return new Problem({ code, status, detail });
}
